package dev.breakwater.apiserver.request;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells those who hold requests open that the server goes away: a watch then ends cleanly and its client resumes elsewhere
 * (k8s-wire 5.6).
 *
 * <p>Threading: safe for any number of threads; actions run on the thread that raises the signal, or at once on the one that
 * registers when it was raised before.
 */
public final class ShutdownSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> actions = new ArrayList<>();
    private volatile boolean raised;

    public boolean raised() {
        return raised;
    }

    /** Runs {@code action} once when the signal is raised; closing the answer withdraws it. */
    public Registration onRaise(Runnable action) {
        lock.lock();
        try {
            if (!raised) {
                actions.add(action);
                return () -> withdraw(action);
            }
        } finally {
            lock.unlock();
        }
        action.run();
        return () -> {};
    }

    public void raise() {
        List<Runnable> due;
        lock.lock();
        try {
            raised = true;
            due = List.copyOf(actions);
            actions.clear();
        } finally {
            lock.unlock();
        }
        RuntimeException failure = null;
        for (Runnable action : due) {
            try {
                action.run();
            } catch (RuntimeException e) {
                // The others are to be told all the same.
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void withdraw(Runnable action) {
        lock.lock();
        try {
            actions.remove(action);
        } finally {
            lock.unlock();
        }
    }

    /** Withdraws an action. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
