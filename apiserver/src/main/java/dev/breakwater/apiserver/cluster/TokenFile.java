package dev.breakwater.apiserver.cluster;

import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A token in a file that the kubelet replaces long before it ends; read anew after a minute.
 *
 * <p>Threading: safe for any number of threads.
 */
final class TokenFile implements Supplier<@Nullable String> {
    private static final long MINUTE = 60_000_000_000L;

    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable String token;
    private long readAt;

    TokenFile(Path file) {
        this.file = file;
    }

    @Override
    public @Nullable String get() {
        lock.lock();
        try {
            long now = System.nanoTime();
            if (token == null || now - readAt > MINUTE) {
                token = ClusterAccess.read(file).strip();
                readAt = now;
            }
            return token;
        } finally {
            lock.unlock();
        }
    }
}
