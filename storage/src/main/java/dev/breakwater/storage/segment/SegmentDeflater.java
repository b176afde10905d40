package dev.breakwater.storage.segment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Deflates plain bytes piece by piece into one segment: raw deflate that ends with a sync flush and holds no final block.
 *
 * <p>Threading: one thread at a time.
 */
public final class SegmentDeflater implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;

    private final ZlibPool pool;
    private final Deflater deflater;
    private final OutputStream sink;
    private final byte[] buffer;
    private final CRC32 crc = new CRC32();
    private long length;
    private long deflatedLength;
    private boolean finished;
    private boolean closed;

    /** @param sink receives the deflate bytes in order, as they come */
    public SegmentDeflater(ZlibPool pool, int level, OutputStream sink) {
        this(pool, level, sink, BUFFER);
    }

    SegmentDeflater(ZlibPool pool, int level, OutputStream sink, int bufferSize) {
        this.pool = pool;
        this.deflater = pool.borrowDeflater(level);
        this.sink = sink;
        this.buffer = new byte[bufferSize];
    }

    /** One segment of {@code plain} at {@code level}. */
    public static Segment deflate(ZlibPool pool, int level, byte[] plain) {
        return deflate(pool, level, plain, BUFFER);
    }

    static Segment deflate(ZlibPool pool, int level, byte[] plain, int bufferSize) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (SegmentDeflater deflater = new SegmentDeflater(pool, level, bytes, bufferSize)) {
            deflater.write(plain, 0, plain.length);
            deflater.finish();
            return new Segment(bytes.toByteArray(), deflater.crc(), deflater.length());
        } catch (IOException e) {
            throw new AssertionError("a byte array takes all bytes", e);
        }
    }

    /** Appends plain bytes. */
    public void write(byte[] plain, int offset, int count) throws IOException {
        if (finished) {
            throw new IllegalStateException("the segment was finished");
        }
        if (count == 0) {
            return;
        }
        crc.update(plain, offset, count);
        length += count;
        deflater.setInput(plain, offset, count);
        while (!deflater.needsInput()) {
            drain(Deflater.NO_FLUSH);
        }
    }

    /** Ends the segment on a byte boundary. A segment of no bytes is an empty stored block, so that it can be spliced too. */
    public void finish() throws IOException {
        if (finished) {
            return;
        }
        finished = true;
        // zlib has flushed everything only when it leaves room in the buffer. A return that fills it exactly may hide
        // pending bytes;
        // stopping there would cut the segment and with it every list that ever holds it (store.md 16).
        while (drain(Deflater.SYNC_FLUSH) == buffer.length) {
            continue;
        }
    }

    private int drain(int flush) throws IOException {
        int count = deflater.deflate(buffer, 0, buffer.length, flush);
        if (count > 0) {
            deflatedLength += count;
            sink.write(buffer, 0, count);
        }
        return count;
    }

    /** CRC-32 of the plain bytes so far. */
    public int crc() {
        return (int) crc.getValue();
    }

    /** Plain bytes so far. */
    public long length() {
        return length;
    }

    /** Deflate bytes given to the sink so far. */
    public long deflatedLength() {
        return deflatedLength;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            pool.giveBack(deflater);
        }
    }
}
