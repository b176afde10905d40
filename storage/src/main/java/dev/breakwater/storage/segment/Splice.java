package dev.breakwater.storage.segment;

import java.io.IOException;

/**
 * One response body, put together from literal text and stored segments. {@link GzipSplice} copies deflate bytes; {@link PlainSplice}
 * inflates them.
 *
 * <p>Threading: one thread at a time.
 */
public sealed interface Splice permits GzipSplice, PlainSplice {
    /** Appends literal UTF-8 text. The array may be changed after the return. */
    void text(byte[] plain) throws IOException;

    /** Appends a segment. */
    void segment(Segment segment) throws IOException;

    /** Appends the next chunk of a segment that is too long to be held; after the last chunk, {@link #endChunks}. */
    void chunk(byte[] deflated) throws IOException;

    /** States CRC-32 and length of the plain bytes of the chunks since the last end. */
    void endChunks(int crc, long length) throws IOException;

    /** Makes everything so far readable at the other end, now: after each event of a watch. */
    void flush() throws IOException;

    /** Ends the body. Without it a gzip client reports an unexpected end. The stream below stays open. */
    void finish() throws IOException;

    /** Plain bytes so far. */
    long length();
}
