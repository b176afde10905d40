package dev.breakwater.controller.bundle;

import java.io.IOException;
import java.io.InputStream;

/**
 * What comes out of a decompression, counted where it comes out: what an archive says of its entries' sizes can be a lie, and a reader of archives may take
 * names and headers into memory that are no content of an entry.
 */
final class BoundedStream extends InputStream {
    private final InputStream in;
    private long left;
    private String problem = "nothing may be read";

    BoundedStream(InputStream in) {
        this.in = in;
    }

    /**
     * From now on so many bytes may be read.
     *
     * @param problem words for the exception where there are more
     */
    void allow(long bytes, String problem) {
        this.left = bytes;
        this.problem = problem;
    }

    /** Bytes that may still be read of those allowed last. */
    long left() {
        return left;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        // One more than allowed, to tell what is too long from what has just ended.
        int read = in.read(into, offset, (int) Math.min(length, left + 1));
        if (read > left) {
            throw new IOException(problem);
        }
        left -= Math.max(0, read);
        return read;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
