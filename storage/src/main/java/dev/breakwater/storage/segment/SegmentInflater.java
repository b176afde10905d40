package dev.breakwater.storage.segment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Inflates one segment that arrives in parts, and counts what came out so that {@link #verify} can tell a damaged one.
 *
 * <p>Threading: one thread at a time.
 */
public final class SegmentInflater implements AutoCloseable {
    private static final int BUFFER = 32 * 1024;

    private final ZlibPool pool;
    private final Inflater inflater;
    private final byte[] buffer = new byte[BUFFER];
    private final CRC32 crc = new CRC32();
    private long length;
    private boolean closed;

    public SegmentInflater(ZlibPool pool) {
        this.pool = pool;
        this.inflater = pool.borrowInflater();
    }

    /**
     * The plain bytes of a segment.
     *
     * @throws ZipException when it is no deflate data, or its CRC-32 or length differ
     */
    public static byte[] inflate(ZlibPool pool, Segment segment) throws ZipException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream((int) Math.min(segment.length(), 1 << 20));
        try (SegmentInflater inflater = new SegmentInflater(pool)) {
            inflater.feed(segment.deflated(), plain);
            inflater.verify(segment.crc(), segment.length());
        } catch (ZipException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError("a byte array takes all bytes", e);
        }
        return plain.toByteArray();
    }

    /** Inflates the next part of the segment's deflate bytes into {@code out}. */
    public void feed(byte[] deflated, OutputStream out) throws IOException {
        inflater.setInput(deflated);
        while (true) {
            int count;
            try {
                count = inflater.inflate(buffer);
            } catch (DataFormatException e) {
                throw damaged("not deflate data after " + length + " bytes", e);
            }
            if (count > 0) {
                crc.update(buffer, 0, count);
                length += count;
                out.write(buffer, 0, count);
            } else if (inflater.finished() || inflater.needsDictionary()) {
                throw damaged("a final block after " + length + " bytes; a segment has none", null);
            } else {
                return;
            }
        }
    }

    /** @throws ZipException when what was inflated has another CRC-32 or length */
    public void verify(int expectedCrc, long expectedLength) throws ZipException {
        int actual = (int) crc.getValue();
        if (length != expectedLength || actual != expectedCrc) {
            throw damaged(
                    "%d bytes with CRC-32 %08x where %d bytes with %08x were stored"
                            .formatted(length, actual, expectedLength, expectedCrc),
                    null);
        }
    }

    private static ZipException damaged(String what, @Nullable Throwable cause) {
        ZipException damaged = new ZipException("damaged segment: " + what);
        if (cause != null) {
            damaged.initCause(cause);
        }
        return damaged;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            pool.giveBack(inflater);
        }
    }
}
