package dev.breakwater.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/**
 * What came back.
 *
 * @param gzip whether the bytes are compressed
 * @param kept the first bytes as they were on the wire
 * @param wireBytes all of the body's bytes, compressed where they were
 * @param firstByteNanos from the call to the first byte of the body
 * @param nanos from the call to the last
 */
public record Answer(int status, boolean gzip, byte[] kept, long wireBytes, long firstByteNanos, long nanos) {
    public boolean succeeded() {
        return status >= 200 && status < 300;
    }

    /** Times and sizes only, so that thousands of answers fit into memory. */
    public Answer withoutBody() {
        return new Answer(status, gzip, new byte[0], wireBytes, firstByteNanos, nanos);
    }

    /**
     * The first bytes of the body after decompression; all that were kept where the body is not compressed.
     *
     * @param most bytes to decompress
     */
    public byte[] decoded(int most) {
        if (!gzip) {
            return kept;
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(kept), 8192)) {
            return in.readNBytes(most);
        } catch (EOFException e) {
            throw new IllegalStateException(
                    "the answer needs more than the " + kept.length + " bytes that were kept", e);
        } catch (IOException e) {
            throw new UncheckedIOException("an answer that says it is gzip is not", e);
        }
    }

    /** The beginning as text, for an error message. */
    public String words() {
        byte[] bytes = decoded(400);
        return new String(bytes, 0, Math.min(400, bytes.length), UTF_8);
    }
}
