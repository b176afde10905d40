package dev.breakwater.apiserver.answer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets few long answers work at once, each for a piece, in turn. Without it sixty lists stand in the queue of the two carriers, and a
 * get meets that queue at each of its steps: 24 plain lists made one wait 13 s.
 *
 * <p>A turn that lasts longer than its quantum is given to the next who waits, whether its holder is still at work or hangs in a
 * write that nobody reads: nobody can keep a turn.
 *
 * <p>Threading: safe for any number of threads; a turn belongs to one.
 */
final class Turns {
    private final int most;
    private final long quantum;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Turn> running = new ArrayDeque<>();
    private final ArrayDeque<Turn> waiting = new ArrayDeque<>();

    /** @param most that work at once; a few for each core */
    Turns(int most, Duration quantum, LongSupplier nanoTime) {
        this.most = most;
        this.quantum = quantum.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Waits for a turn; an interrupted thread goes on at once. */
    Turn take() {
        Turn turn = new Turn();
        lock.lock();
        try {
            waiting.add(turn);
            callNext();
            while (!turn.called) {
                await(turn);
            }
        } finally {
            lock.unlock();
        }
        return turn;
    }

    private void await(Turn turn) {
        try {
            Turn oldest = running.peek();
            if (waiting.peek() != turn || oldest == null) {
                turn.changed.await();
                return;
            }
            long left = oldest.since + quantum - nanoTime.getAsLong();
            if (left > 0) {
                turn.changed.awaitNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
            } else {
                running.remove();
                callNext();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            waiting.remove(turn);
            turn.called = true;
            callNext();
        }
    }

    private void callNext() {
        while (running.size() < most && !waiting.isEmpty()) {
            Turn next = waiting.remove();
            next.called = true;
            next.since = nanoTime.getAsLong();
            running.add(next);
            next.changed.signal();
        }
        Turn head = waiting.peek();
        if (head != null) {
            // It is for the first in the line to see that a turn lasts too long.
            head.changed.signal();
        }
    }

    /** How many are at work. */
    int running() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** One piece of work. */
    final class Turn implements AutoCloseable {
        private final Condition changed = lock.newCondition();
        private boolean called;
        private long since;

        private Turn() {}

        @Override
        public void close() {
            lock.lock();
            try {
                if (running.remove(this)) {
                    callNext();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
