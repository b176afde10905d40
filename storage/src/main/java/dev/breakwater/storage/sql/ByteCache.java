package dev.breakwater.storage.sql;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Contents that were read lately, up to a number of bytes: two thousand reports of two hundred contents read each content once.
 *
 * <p>Threading: any; the lock is held for a look-up only.
 */
final class ByteCache {
    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, List<byte[]>> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** A content in one encoding; never changes. */
    record Key(long bulk, int encoding) {}

    ByteCache(long limit) {
        this.limit = limit;
    }

    @Nullable
    List<byte[]> get(Key key) {
        lock.lock();
        try {
            return entries.get(key);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps {@code chunks} unless they are more than a sixteenth of the whole: one long content must not drive out all others. */
    void put(Key key, List<byte[]> chunks) {
        long size = size(chunks);
        if (size > limit / 16) {
            return;
        }
        lock.lock();
        try {
            List<byte[]> old = entries.put(key, chunks);
            bytes += size - (old == null ? 0 : size(old));
            var eldest = entries.entrySet().iterator();
            while (bytes > limit && eldest.hasNext()) {
                bytes -= size(eldest.next().getValue());
                eldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    private static long size(List<byte[]> chunks) {
        long size = 0;
        for (byte[] chunk : chunks) {
            size += chunk.length;
        }
        return size;
    }
}
