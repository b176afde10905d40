package dev.breakwater.controller.scan;

import java.time.Duration;

/**
 * Tells waiting threads that something changed. A waiter notes the count before it looks, so that a change between looking and waiting is not slept
 * through.
 *
 * <p>Threading: one monitor; any thread.
 */
final class ChangeSignal {
    private long count;

    synchronized long current() {
        return count;
    }

    synchronized void raise() {
        count++;
        notifyAll();
    }

    /** Returns at once when the count is no longer {@code seen}, and at the latest after the given time. */
    synchronized void awaitAfter(long seen, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (count == seen) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return;
            }
            wait(Math.max(1, left / 1_000_000));
        }
    }
}
