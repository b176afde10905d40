package dev.breakwater.apiserver.server;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads for steps, as many at most as the heap has room for: one change may wake ten thousand watches, and each thread in a
 * step keeps a stack. More than may be stuck with readers who take nothing ({@code answer.Readers}), so that those never keep all of them.
 *
 * <p>Threading: safe for any number of threads. A thread goes on with what waits and ends when nothing does.
 */
final class StepThreads implements Executor {
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;

    StepThreads(int most) {
        this.most = most;
    }

    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            if (running == most) {
                waiting.add(task);
                return;
            }
            running++;
        } finally {
            lock.unlock();
        }
        start(task);
    }

    private void start(Runnable task) {
        Thread.ofVirtual().name("watch").start(() -> run(task));
    }

    private void run(Runnable first) {
        Runnable task = first;
        while (task != null) {
            boolean done = false;
            try {
                task.run();
                done = true;
            } finally {
                task = next();
                if (!done && task != null) {
                    start(task);
                }
            }
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            Runnable task = waiting.poll();
            if (task == null) {
                running--;
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** How many threads there are. */
    int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }
}
