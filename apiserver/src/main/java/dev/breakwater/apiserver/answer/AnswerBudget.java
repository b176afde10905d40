package dev.breakwater.apiserver.answer;

import dev.breakwater.apiserver.memory.Room;
import dev.breakwater.apiserver.status.Statuses;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes that all answers of one sort in progress hold together, however long they are and however slowly they are read.
 *
 * <p>An answer begins with a small share that is enough to end with. It grows while there is room, so that one that is alone is as fast
 * as memory allows, and is back to its smallest where many are in progress: growth is never waited for, and nothing in progress fails
 * for want of it.
 *
 * <p>Threading: safe for any number of threads. Who comes first is served first.
 */
public final class AnswerBudget {
    private static final int UNIT = 1024;

    private final Units units;
    private final int most;
    private final Duration patience;
    private final Room room;
    private final AtomicInteger open = new AtomicInteger();

    /** @param patience how long an answer waits for its place before it is 429 */
    public AnswerBudget(int bytes, Duration patience) {
        this(bytes, patience, new Room(bytes));
    }

    /** @param room that others take from too */
    public AnswerBudget(int bytes, Duration patience, Room room) {
        this.room = room;
        this.most = bytes / UNIT;
        this.units = new Units(most);
        this.patience = patience;
    }

    /** A semaphore that can be overdrawn. */
    private static final class Units extends Semaphore {
        private static final long serialVersionUID = 1L;

        Units(int permits) {
            super(permits, true);
        }

        void overdraw(int permits) {
            reducePermits(permits);
        }
    }

    /**
     * A share for an answer of which nothing was sent yet.
     *
     * @param base bytes that it needs in any case
     * @param step bytes for each step of {@link Share#scale}, of which it has one at least
     * @param mostSteps a power of two
     * @throws dev.breakwater.apiserver.status.StatusException 429 when there was no room in time
     */
    public Share open(int base, int step, int mostSteps) {
        int least = least(base, step);
        try {
            if (!take(least, patience)) {
                throw Statuses.tooManyRequests("Too many requests, please try again later.", 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Statuses.tooManyRequests("Too many requests, please try again later.", 1);
        }
        return new Share(least, step, mostSteps);
    }

    /** A share for a stream in progress, which waits as long as it takes; {@code null} when it is not wanted any more. */
    @Nullable
    Share await(int base, int step, BooleanSupplier gone) {
        int least = least(base, step);
        try {
            while (!take(least, Duration.ofSeconds(1))) {
                if (gone.getAsBoolean()) {
                    return null;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
        return new Share(least, step, 1);
    }

    /** A share for what must be answered now: a write that was committed. Those who come to read wait until it is back. */
    public Share overdraw(int base, int step) {
        int least = least(base, step);
        units.overdraw(least);
        room.takeAnyway((long) least * UNIT);
        return new Share(least, step, 1);
    }

    private boolean take(int some, Duration longest) throws InterruptedException {
        if (!units.tryAcquire(some, longest.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        boolean taken = false;
        try {
            taken = room.take((long) some * UNIT, longest);
        } finally {
            if (!taken) {
                units.release(some);
            }
        }
        return taken;
    }

    private int least(int base, int step) {
        return Math.clamp((base + (long) step + UNIT - 1) / UNIT, 1, most);
    }

    /** Whether somebody waits for a place. */
    boolean pressed() {
        return units.hasQueuedThreads();
    }

    /** How many wait for a place. */
    int waiting() {
        return units.getQueueLength();
    }

    /** Bytes that answers in progress hold. */
    public long held() {
        return (long) UNIT * (most - units.availablePermits());
    }

    /** What one answer may hold. */
    public final class Share implements AutoCloseable {
        private final int step;
        private final int mostSteps;
        private int held;
        private int scale = 1;
        private boolean closed;

        private Share(int held, int step, int mostSteps) {
            this.held = held;
            this.mostSteps = mostSteps;
            this.step = Math.max(1, step / UNIT);
            open.incrementAndGet();
        }

        /** How many steps it has: 1, 2, 4, 8 or 16. */
        public int scale() {
            return scale;
        }

        /**
         * Grows or shrinks with the number of answers in progress; called where the answer holds little.
         *
         * @param slowly whether its reader is slow, for whom the smallest is enough
         */
        public void adapt(boolean slowly) {
            int wanted = slowly || pressed() ? 1 : affordable();
            if (wanted < scale) {
                give((scale - wanted) * step);
                scale = wanted;
            }
            // At once: a page that is read in five pieces instead of one takes half as long again.
            while (scale < wanted && half() && grow(scale * step)) {
                held += scale * step;
                scale *= 2;
            }
        }

        /** No watch has to go for a list that would only be faster. */
        private boolean grow(int some) {
            if (!units.tryAcquire(some)) {
                return false;
            }
            if (!room.tryTake((long) some * UNIT)) {
                units.release(some);
                return false;
            }
            return true;
        }

        /** Growth leaves half of the budget to those who begin, who may come all at once. */
        private boolean half() {
            return units.availablePermits() - scale * step >= most / 2;
        }

        private int affordable() {
            int each = most / Math.max(1, open.get()) - (held - scale * step);
            return each < 2 * step ? 1 : Math.min(mostSteps, Integer.highestOneBit(each / step));
        }

        private void give(int some) {
            held -= some;
            room.give((long) some * UNIT);
            units.release(some);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
                give(held);
            }
        }
    }
}
