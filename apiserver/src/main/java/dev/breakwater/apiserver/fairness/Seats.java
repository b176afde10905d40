package dev.breakwater.apiserver.fairness;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Seats for one class of work, given in turn to the users who wait: a free seat goes to the user with the fewest seats, and among
 * equals to the one who was served least recently. Each user has a line of its own and only those who wait or work have one, so that
 * no hashing of users into shared queues is needed (docs/decisions/0080).
 *
 * <p>Threading: safe for any number of threads; {@link #take} blocks its caller for at most the plan's patience.
 */
public final class Seats {
    private final SeatPlan plan;
    private final ReentrantLock lock = new ReentrantLock();
    /** Whoever waits or works. */
    private final Map<String, Line> lines = new HashMap<>();

    /** Seats given so far. */
    private long turns;

    private int taken;
    private int waiting;
    private long refused;

    public Seats(SeatPlan plan) {
        this.plan = plan;
    }

    /** What is there at a moment. */
    record Standing(int taken, int waiting, long refused) {}

    /**
     * Waits for a seat.
     *
     * @param flow whose turn it is counted as
     * @param most patience of this request; the plan's is not exceeded
     * @return {@code null} when there is none in time, or too many wait already
     */
    public @Nullable Seat take(String flow, Duration most) throws InterruptedException {
        Duration patience = most.compareTo(plan.patience()) < 0 ? most : plan.patience();
        lock.lock();
        try {
            Line line = lines.computeIfAbsent(flow, f -> new Line(2 * turns - 1));
            boolean free = taken < plan.seats() && line.seats < plan.seatsPerUser() && line.waiters.isEmpty();
            if (!free && !await(line, patience)) {
                refused++;
                forget(flow, line);
                return null;
            }
            if (free) {
                give(line);
            }
        } finally {
            lock.unlock();
        }
        AtomicBoolean held = new AtomicBoolean(true);
        return () -> {
            if (held.compareAndSet(true, false)) {
                giveBack(flow);
            }
        };
    }

    Standing standing() {
        lock.lock();
        try {
            return new Standing(taken, waiting, refused);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a seat was given before the time was over; whoever gives it counts it. */
    private boolean await(Line line, Duration patience) throws InterruptedException {
        if (line.waiters.size() >= plan.waitingPerUser() || waiting >= plan.waiting()) {
            return false;
        }
        Waiter waiter = new Waiter(lock.newCondition());
        line.waiters.add(waiter);
        waiting++;
        try {
            long left = patience.toNanos();
            while (!waiter.seated && left > 0) {
                left = waiter.turn.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // A seat that was given at the same moment is taken; whoever runs notices the interrupt.
            if (!waiter.seated) {
                throw e;
            }
            Thread.currentThread().interrupt();
        } finally {
            if (!waiter.seated) {
                line.waiters.remove(waiter);
                waiting--;
            }
        }
        return waiter.seated;
    }

    private void giveBack(String flow) {
        lock.lock();
        try {
            taken--;
            Line line = lines.get(flow);
            if (line != null) {
                line.seats--;
                forget(flow, line);
            }
            seatWaiting();
        } finally {
            lock.unlock();
        }
    }

    private void seatWaiting() {
        while (taken < plan.seats()) {
            Line best = null;
            for (Line line : lines.values()) {
                boolean may = !line.waiters.isEmpty() && line.seats < plan.seatsPerUser();
                if (may && (best == null || line.isBefore(best))) {
                    best = line;
                }
            }
            if (best == null) {
                return;
            }
            Waiter waiter = best.waiters.removeFirst();
            waiting--;
            waiter.seated = true;
            give(best);
            waiter.turn.signal();
        }
    }

    private void give(Line line) {
        taken++;
        line.seats++;
        turns++;
        line.served = 2 * turns;
    }

    private void forget(String flow, Line line) {
        if (line.seats == 0 && line.waiters.isEmpty()) {
            lines.remove(flow);
        }
    }

    private static final class Line {
        private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
        private int seats;
        /** Twice the number of its last turn; a new one comes before whoever was served last and behind all who waited then. */
        private long served;

        Line(long served) {
            this.served = served;
        }

        boolean isBefore(Line other) {
            return seats != other.seats ? seats < other.seats : served < other.served;
        }
    }

    private static final class Waiter {
        private final Condition turn;
        private boolean seated;

        Waiter(Condition turn) {
            this.turn = turn;
        }
    }
}
