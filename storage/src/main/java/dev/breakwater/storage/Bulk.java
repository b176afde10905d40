package dev.breakwater.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The bulk that a write refers to. */
public sealed interface Bulk {
    /**
     * A content whose bytes the caller holds until the write is answered. They are stored only if the store does not have the
     * content yet, before the commit and in a transaction of their own (store.md 2 and 12).
     *
     * @param sha256 of the canonical plain bytes
     * @param crc CRC-32 of the plain bytes
     * @param length number of plain bytes
     * @param deflatedLength number of deflate bytes over all chunks
     * @param chunks opens the deflate bytes, in chunks of at most {@link #MAX_CHUNK}; may be opened more than once
     */
    record Provided(byte[] sha256, int crc, long length, long deflatedLength, ChunkSource chunks) implements Bulk {}

    /** The content that the object has already; only for a replacement, where the expected revision refers to it. */
    record Unchanged() implements Bulk {}

    /** No bulk. */
    record None() implements Bulk {}

    /** Largest chunk, in bytes: what one read may hold in memory. */
    int MAX_CHUNK = 128 * 1024;

    /** Opens the chunks of a content from the start. */
    interface ChunkSource {
        Chunks open() throws IOException;
    }

    /** Chunks in order; {@code null} after the last. */
    interface Chunks extends AutoCloseable {
        byte @Nullable [] next() throws IOException;

        @Override
        default void close() throws IOException {}
    }
}
