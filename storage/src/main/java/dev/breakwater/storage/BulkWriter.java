package dev.breakwater.storage;

import dev.breakwater.storage.segment.SegmentDeflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Takes the canonical plain bytes of a bulk piece by piece, and keeps only their deflate bytes, in chunks of at most
 * {@link Bulk#MAX_CHUNK}: in memory up to a threshold, beyond it in a temporary file. So a body of 64 MB never stands in memory.
 *
 * <p>Close it after the write was answered: the store may ask for the bytes until then.
 *
 * <p>Threading: one thread at a time, then {@link Bulk.Provided#chunks} from any.
 */
public final class BulkWriter extends OutputStream {
    /** For writes: 0.33 ms for 79 KB at a ratio of .129; level 6 takes 0.78 ms for .115 (store.md 14). */
    public static final int WRITE_LEVEL = 3;

    /** Deflate bytes held in memory before a temporary file takes them. */
    public static final int SPILL_THRESHOLD = 1 << 20;

    private final MessageDigest sha256;
    private final ChunkBuffer chunks;
    private final SegmentDeflater deflater;
    /** Callers write token by token; zlib and SHA-256 want to be called for some KB at a time. */
    private final byte[] gathered = new byte[8 * 1024];

    private int gatheredLength;
    private boolean closed;

    /** @param directory where the temporary file goes when one is needed */
    public BulkWriter(ZlibPool pool, Path directory) {
        this(pool, WRITE_LEVEL, directory, SPILL_THRESHOLD);
    }

    /**
     * @param level 1 (fast) to 9 (small)
     * @param spillThreshold deflate bytes, 0 or more
     */
    public BulkWriter(ZlibPool pool, int level, Path directory, int spillThreshold) {
        this.sha256 = newSha256();
        this.chunks = new ChunkBuffer(directory, spillThreshold);
        this.deflater = new SegmentDeflater(pool, level, chunks);
    }

    @Override
    public void write(int b) throws IOException {
        if (gatheredLength == gathered.length) {
            deflateGathered();
        }
        gathered[gatheredLength++] = (byte) b;
    }

    @Override
    public void write(byte[] plain, int offset, int count) throws IOException {
        if (count > gathered.length - gatheredLength) {
            deflateGathered();
        }
        if (count >= gathered.length) {
            deflate(plain, offset, count);
        } else {
            System.arraycopy(plain, offset, gathered, gatheredLength, count);
            gatheredLength += count;
        }
    }

    private void deflateGathered() throws IOException {
        deflate(gathered, 0, gatheredLength);
        gatheredLength = 0;
    }

    private void deflate(byte[] plain, int offset, int count) throws IOException {
        sha256.update(plain, offset, count);
        deflater.write(plain, offset, count);
    }

    /** Plain bytes so far: for a limit that must hold before the end is reached. */
    public long length() {
        return deflater.length() + gatheredLength;
    }

    /** Deflate bytes so far: what is held of the content, in memory or in the temporary file. */
    public long deflatedLength() {
        return deflater.deflatedLength();
    }

    /**
     * Ends the content. Call once; no more writes after it. The deflater's memory outside the heap is given up here and not when the
     * write was answered: many writes wait for a commit, few are read at one time.
     */
    public Bulk.Provided finish() throws IOException {
        deflateGathered();
        deflater.finish();
        deflater.close();
        chunks.finish();
        return new Bulk.Provided(
                sha256.digest(), deflater.crc(), deflater.length(), deflater.deflatedLength(), chunks::open);
    }

    /** Gives up the memory and the temporary file. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            deflater.close();
            chunks.close();
        }
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
