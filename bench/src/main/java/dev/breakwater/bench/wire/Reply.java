package dev.breakwater.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/**
 * An answer to a {@link Request}.
 *
 * @param headers by name in small letters
 * @param kept beginning of the body
 * @param bytes of the whole body
 * @param nanos from the call to the last byte
 */
public record Reply(int status, Map<String, String> headers, byte[] kept, long bytes, long nanos) {
    public String text() {
        return new String(kept, UTF_8);
    }
}
