package dev.breakwater.apiserver.server;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Has something done step by step: never two steps at once, and for whoever wakes it during one there is another one after it.
 *
 * <p>Threading: {@link #wake} from any thread; {@link #run} by the executor, and for the first step by whoever made it.
 */
final class Steps implements Runnable {
    private static final int IDLE = 0;
    private static final int AT_WORK = 1;
    private static final int WOKEN = 2;
    private static final int ENDED = 3;

    private final Executor threads;
    private final BooleanSupplier step;
    /** At work from the start: the first step needs no waking. */
    private final AtomicInteger state = new AtomicInteger(AT_WORK);

    /** @param step says whether there is another one to come; does not throw */
    Steps(Executor threads, BooleanSupplier step) {
        this.threads = threads;
        this.step = step;
    }

    /** There may be something to do. */
    void wake() {
        while (true) {
            int now = state.get();
            if (now == WOKEN || now == ENDED) {
                return;
            }
            if (state.compareAndSet(now, now == IDLE ? AT_WORK : WOKEN)) {
                if (now == IDLE) {
                    threads.execute(this);
                }
                return;
            }
        }
    }

    @Override
    public void run() {
        do {
            state.set(AT_WORK);
            if (!step.getAsBoolean()) {
                state.set(ENDED);
                return;
            }
        } while (!state.compareAndSet(AT_WORK, IDLE));
    }
}
