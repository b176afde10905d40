package dev.breakwater.apiserver.intake;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what became of bulks that were read before, by the SHA-256 of their raw bytes, kind and schema: reports of one image are
 * written by the hundred (store.md 14).
 *
 * <p>Threading: safe for any number of threads.
 */
public final class BulkMemo {
    /** What a bulk came to. */
    record Known(byte[] sha256, int crc, long length, long deflatedLength, Findings findings) {}

    private final Map<ByteBuffer, Known> known;

    /** @param entries most results that are kept, some 300 bytes each */
    public BulkMemo(int entries) {
        known = new LinkedHashMap<>(256, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Known> eldest) {
                return size() > entries;
            }
        };
    }

    synchronized @Nullable Known find(ByteBuffer key) {
        return known.get(key);
    }

    synchronized void keep(ByteBuffer key, Known result) {
        known.put(key, result);
    }
}
