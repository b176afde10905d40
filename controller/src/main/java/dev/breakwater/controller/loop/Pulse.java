package dev.breakwater.controller.loop;

import java.time.Duration;
import java.time.Instant;

/**
 * The sign of life of what goes round in threads that are not ours, such as a library's: to be given whenever it comes by.
 *
 * <p>Threading: any thread.
 */
public final class Pulse implements AutoCloseable {
    private final Loops loops;
    private final String name;
    private final Duration longest;
    private volatile Instant tick;

    Pulse(Loops loops, String name, Duration longest) {
        this.loops = loops;
        this.name = name;
        this.longest = longest;
        this.tick = loops.now();
    }

    public void beat() {
        tick = loops.now();
    }

    /** It is not waited for any more. */
    @Override
    public void close() {
        loops.ended(this);
    }

    String name() {
        return name;
    }

    Instant lastTick() {
        return tick;
    }

    boolean isStuck(Instant now) {
        return now.isAfter(tick.plus(longest));
    }

    String words() {
        return name + " gave its last sign of life at " + tick + "; one every " + longest.toSeconds()
                + " s is expected";
    }
}
