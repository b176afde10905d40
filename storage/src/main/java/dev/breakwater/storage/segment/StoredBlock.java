package dev.breakwater.storage.segment;

import java.io.IOException;
import java.io.OutputStream;

/** Stored deflate blocks (RFC 1951, 3.2.4): text that is too short or too new to have been deflated. */
public final class StoredBlock {
    /** Most bytes that one block can hold. */
    public static final int MAX_LENGTH = 0xFFFF;

    /** Bytes before the text of a block. */
    public static final int OVERHEAD = 5;

    private StoredBlock() {}

    /** Writes {@code plain[offset, offset + count)} as stored blocks, none final, each beginning on a byte boundary; none for no bytes. */
    public static void write(OutputStream out, byte[] plain, int offset, int count) throws IOException {
        int from = offset;
        int left = count;
        while (left > 0) {
            int length = Math.min(left, MAX_LENGTH);
            writeOpening(out, length);
            out.write(plain, from, length);
            from += length;
            left -= length;
        }
    }

    /**
     * Writes a block of no bytes. Go's inflater gives the text of a block away only when the next one begins, so an event of a watch is
     * followed by one of these and a flush; without it every event arrives one event late (store.md 7).
     */
    public static void writeEmpty(OutputStream out) throws IOException {
        writeOpening(out, 0);
    }

    private static void writeOpening(OutputStream out, int length) throws IOException {
        out.write(new byte[] {
            0, (byte) length, (byte) (length >>> 8), (byte) ~length, (byte) (~length >>> 8),
        });
    }
}
