package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.memory.Room;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the memory that all requests together take for what they sent: bytes of bodies, texts made of them, and nodes of trees
 * (store.md 22 and 23).
 *
 * <p>Threading: safe for any number of threads. A request of usual size waits a short time, then is answered 429; a large one is
 * at once: parked uploads with unread bytes would fill the session window of the one connection that kube-apiserver uses for all users.
 */
public final class ByteBudget {
    private static final int UNIT = 4 * 1024;
    /**
     * Units that are asked for beyond what is needed: all that a small create takes, its managers included, is asked for at once, and nobody who holds a part
     * waits for more beside others who do the same.
     */
    private static final int SPARE = 8;
    /** Units that are given back before the request ends. */
    private static final int WORTH_RETURNING = 64;
    /** Most units of a request that has a part of the budget which large ones cannot take: those of a usual report, twice. */
    private static final int FEW = 128;

    /** A third of the budget, for the first units of each request: what is small goes on beside what is large. */
    private final Semaphore first;

    private final Semaphore further;
    private final long ofOne;
    private final Duration patience;
    private final Room room;

    /** One request may have two thirds of it, less what is asked for ahead. */
    public ByteBudget(int bytes, Duration patience) {
        this(bytes, patience, new Room(bytes));
    }

    /** @param room that others take from too */
    public ByteBudget(int bytes, Duration patience, Room room) {
        this.ofOne = bytes / 3 * 2 - SPARE * UNIT;
        this.room = room;
        this.first = new Semaphore(bytes / UNIT / 3, true);
        this.further = new Semaphore(bytes / UNIT - bytes / UNIT / 3, true);
        this.patience = patience;
    }

    /**
     * What one request takes.
     *
     * <p>Threading: one thread at a time.
     */
    public final class Share implements Allowance, AutoCloseable {
        private long taken;
        private int heldFirst;
        private int heldFurther;

        private Share() {}

        @Override
        public void take(long bytes) {
            long after = taken + bytes;
            if (after > ofOne) {
                throw Statuses.requestEntityTooLarge("it would take more than " + ofOne
                        + " bytes of the server's memory, the most that one may take");
            }
            int wanted = (int) (after / UNIT) + 1;
            if (wanted > heldFirst + heldFurther) {
                acquire(wanted + SPARE - heldFirst - heldFurther, wanted <= FEW);
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
            int surplus = Math.min(heldFurther, heldFirst + heldFurther - (int) (taken / UNIT) - 1 - SPARE);
            if (surplus >= WORTH_RETURNING) {
                further.release(surplus);
                heldFurther -= surplus;
                room.give((long) surplus * UNIT);
            }
        }

        @Override
        public void close() {
            first.release(heldFirst);
            further.release(heldFurther);
            room.give((long) (heldFirst + heldFurther) * UNIT);
            heldFirst = 0;
            heldFurther = 0;
            taken = 0;
        }

        /**
         * What is large does not wait: it would hold what it has of the first third meanwhile, and a few of them the small ones'
         * part of the budget.
         */
        private void acquire(int more, boolean few) {
            if (few && inTurn(more, Duration.ZERO)) {
                share(more, first);
                heldFirst += more;
            } else if (further.tryAcquire(more)) {
                share(more, further);
                heldFurther += more;
            } else if (few && inTurn(more, patience)) {
                share(more, first);
                heldFirst += more;
            } else {
                throw refused();
            }
        }

        /** Units that this budget has may be with watches, which are gone within milliseconds when they are asked to be. */
        private void share(int more, Semaphore part) {
            boolean taken = false;
            try {
                taken = room.take((long) more * UNIT, patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                if (!taken) {
                    part.release(more);
                }
            }
            if (!taken) {
                throw refused();
            }
        }

        private StatusException refused() {
            return Statuses.tooManyRequests("Too many requests, please try again later.", 1);
        }

        private boolean inTurn(int more, Duration longest) {
            try {
                return first.tryAcquire(more, longest.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    public Share open() {
        return new Share();
    }
}
