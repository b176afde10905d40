package dev.breakwater.storage.sql;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Says that something may have changed. A ring between looking and waiting is not lost: the waiter names the last one it knows.
 *
 * <p>Threading: any.
 */
final class Bell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private long rings;

    long rings() {
        lock.lock();
        try {
            return rings;
        } finally {
            lock.unlock();
        }
    }

    void ring() {
        lock.lock();
        try {
            rings++;
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a ring after the one numbered {@code known}, at most {@code nanos}. */
    void await(long known, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (rings == known && left > 0) {
                left = rung.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** For those who cannot be interrupted usefully: the flag stays set. */
    void awaitQuietly(long known, long millis) {
        try {
            await(known, TimeUnit.MILLISECONDS.toNanos(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
