package dev.breakwater.storage.segment;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A plain body: literal text as it is, segments inflated as a stream and checked against their CRC-32. */
public final class PlainSplice implements Splice, AutoCloseable {
    private final ZlibPool pool;
    private final OutputStream out;
    private @Nullable SegmentInflater open;
    private long length;

    public PlainSplice(ZlibPool pool, OutputStream out) {
        this.pool = pool;
        this.out = out;
    }

    @Override
    public void text(byte[] plain) throws IOException {
        out.write(plain);
        length += plain.length;
    }

    @Override
    public void segment(Segment segment) throws IOException {
        chunk(segment.deflated());
        endChunks(segment.crc(), segment.length());
    }

    @Override
    public void chunk(byte[] deflated) throws IOException {
        SegmentInflater inflater = open;
        if (inflater == null) {
            inflater = new SegmentInflater(pool);
            open = inflater;
        }
        inflater.feed(deflated, out);
    }

    @Override
    public void endChunks(int crc, long lengthOfChunks) throws IOException {
        try (SegmentInflater inflater = open) {
            open = null;
            if (inflater != null) {
                inflater.verify(crc, lengthOfChunks);
            }
        }
        length += lengthOfChunks;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }

    @Override
    public long length() {
        return length;
    }

    /** Gives the inflater back when a body ended in the middle of a segment. */
    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
