package dev.breakwater.controller.kubernetes;

import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.loop.Loops;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;

/** Pauses of what is tested, shortened: minutes between two attempts need not be minutes here. */
public final class Pauses {
    private static final Duration LONGEST = Duration.ofMillis(20);

    private Pauses() {}

    public static Pause shortened() {
        return duration -> Pause.sleeping().of(duration.compareTo(LONGEST) < 0 ? duration : LONGEST);
    }

    /** Loops whose rests are as short. */
    public static Loops loops() {
        return new Loops(InstantSource.system(), shortened()::of, new Random(1));
    }
}
