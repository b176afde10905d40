package dev.breakwater.controller.kubernetes;

import dev.breakwater.controller.kube.Pause;
import java.time.Duration;

/** Pauses of what is tested, shortened: minutes between two attempts need not be minutes here. */
public final class Pauses {
    private static final Duration LONGEST = Duration.ofMillis(20);

    private Pauses() {}

    public static Pause shortened() {
        return duration -> Pause.sleeping().of(duration.compareTo(LONGEST) < 0 ? duration : LONGEST);
    }
}
