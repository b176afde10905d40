package dev.breakwater.apiserver.intake;

import java.nio.ByteBuffer;
import java.util.Iterator;
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

    /** Of an entry without findings. */
    private static final int ENTRY = 300;
    /** A result with more text than this is found out again: findings hold what clients wrote. */
    private static final int LONGEST = 4096;

    private final Map<ByteBuffer, Known> known = new LinkedHashMap<>(256, 0.75f, true);
    private final long most;
    private long held;

    /** @param entries most results that are kept, some 300 bytes each; fewer if they come with findings */
    public BulkMemo(int entries) {
        most = (long) entries * ENTRY;
    }

    synchronized @Nullable Known find(ByteBuffer key) {
        return known.get(key);
    }

    synchronized void keep(ByteBuffer key, Known result) {
        if (result.findings.length() > LONGEST || known.putIfAbsent(key, result) != null) {
            return;
        }
        held += weight(result);
        Iterator<Known> eldest = known.values().iterator();
        while (held > most) {
            held -= weight(eldest.next());
            eldest.remove();
        }
    }

    private static long weight(Known result) {
        return ENTRY + 2L * result.findings.length();
    }
}
