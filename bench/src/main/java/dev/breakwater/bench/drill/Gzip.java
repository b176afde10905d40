package dev.breakwater.bench.drill;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** Bodies that are short on the wire. */
final class Gzip {
    private Gzip() {}

    /** A JSON text of this many zeros, compressed. */
    static byte[] zeros(int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            byte[] part = Sends.bytes("0,".repeat(32_768));
            gzip.write('[');
            for (int written = 0; written < length; written += part.length) {
                gzip.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
