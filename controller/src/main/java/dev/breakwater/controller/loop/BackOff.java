package dev.breakwater.controller.loop;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts that fail: doubled from a first to a longest one, each shortened by chance to somewhere between its half and its whole, so
 * that what failed together does not try again together.
 *
 * <p>Threading: one monitor; any thread.
 */
public final class BackOff {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    public BackOff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.next = first;
    }

    /** The pause after one more failure. */
    public synchronized Duration next() {
        long whole = next.toMillis();
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) > 0 ? longest : doubled;
        long half = whole / 2;
        return Duration.ofMillis(half + random.nextLong(whole - half + 1));
    }

    /** It went well: the next failure is the first. */
    public synchronized void reset() {
        next = first;
    }
}
