package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the memory that all requests together take for what they sent: bytes of bodies, texts made of them, and nodes of trees
 * (store.md 22 and 23).
 *
 * <p>Threading: safe for any number of threads. A request waits a short time only, then is answered 429: parked uploads with unread
 * bytes would fill the session window of the one connection that kube-apiserver uses for all users.
 */
public final class ByteBudget {
    private static final int UNIT = 4 * 1024;
    /** Units that are asked for beyond what is needed, so that the common lock is met a few times per request. */
    private static final int SPARE = 4;
    /** Units that are given back before the request ends. */
    private static final int WORTH_RETURNING = 64;

    private final Semaphore units;
    private final int most;
    private final long ofOne;
    private final Duration patience;

    public ByteBudget(int bytes, Duration patience) {
        this(bytes, bytes, patience);
    }

    /** @param ofOne most bytes of one request */
    public ByteBudget(int bytes, int ofOne, Duration patience) {
        this.most = bytes / UNIT;
        this.units = new Semaphore(most, true);
        this.ofOne = ofOne;
        this.patience = patience;
    }

    /**
     * What one request takes.
     *
     * <p>Threading: one thread at a time.
     */
    public final class Share implements Allowance, AutoCloseable {
        private long taken;
        private int held;

        private Share() {}

        @Override
        public void take(long bytes) {
            long after = taken + bytes;
            if (after > ofOne) {
                throw Statuses.requestEntityTooLarge("it would take more than " + ofOne
                        + " bytes of the server's memory, the most that one may take");
            }
            int wanted = (int) (after / UNIT) + 1;
            if (wanted > held) {
                acquire(Math.min(wanted + SPARE, most) - held);
            }
            taken = after;
        }

        @Override
        public void giveBack(long bytes) {
            backTo(taken - bytes);
        }

        /** Bytes that were taken and not given back. */
        public long taken() {
            return taken;
        }

        /** Gives back all that was taken since {@link #taken} was {@code mark}. */
        public void backTo(long mark) {
            taken = mark;
            int surplus = held - (int) (taken / UNIT) - 1 - SPARE;
            if (surplus >= WORTH_RETURNING) {
                units.release(surplus);
                held -= surplus;
            }
        }

        @Override
        public void close() {
            units.release(held);
            held = 0;
            taken = 0;
        }

        private void acquire(int more) {
            if (more <= 0) {
                return;
            }
            try {
                if (!units.tryAcquire(more, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw overloaded();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw overloaded();
            }
            held += more;
        }
    }

    public Share open() {
        return new Share();
    }

    /** Bytes that no request holds at the moment. */
    long free() {
        return (long) units.availablePermits() * UNIT;
    }

    private static StatusException overloaded() {
        return Statuses.tooManyRequests("Too many requests, please try again later.", 1);
    }
}
