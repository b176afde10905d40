package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.status.Statuses;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the bytes that all request bodies together hold in memory (store.md 22 and 23).
 *
 * <p>Threading: safe for any number of threads. A body waits a short time only, then is answered 429: parked uploads with unread
 * bytes would fill the session window of the one connection that kube-apiserver uses for all users.
 */
public final class ByteBudget {
    private static final int UNIT = 1024;

    private final Semaphore units;
    private final int most;
    private final Duration patience;

    public ByteBudget(int bytes, Duration patience) {
        this.most = bytes / UNIT;
        this.units = new Semaphore(most, true);
        this.patience = patience;
    }

    /** Bytes held for one body. */
    public final class Share implements AutoCloseable {
        private int held;

        private Share() {}

        /** Makes the share at least {@code bytes} large. */
        void grow(int bytes) {
            int more = Math.min(bytes / UNIT + 1, most) - held;
            if (more <= 0) {
                return;
            }
            try {
                if (!units.tryAcquire(more, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw Statuses.tooManyRequests("Too many requests, please try again later.", 1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Statuses.tooManyRequests("Too many requests, please try again later.", 1);
            }
            held += more;
        }

        @Override
        public void close() {
            units.release(held);
            held = 0;
        }
    }

    public Share open() {
        return new Share();
    }
}
