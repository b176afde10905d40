package dev.breakwater.apiserver.resources;

import dev.breakwater.apiserver.answer.Answers;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Limits of the data plane.
 *
 * @param mostBodyBytes larger bodies are answered 413
 * @param bytesInFlight memory for what all requests together have sent: bodies, and the texts and trees made of them
 * @param patience how long a body waits for its share before it is answered 429
 * @param rememberedBulks results of validations that are kept, some 300 bytes each
 * @param answers memory for answers in progress
 * @param spill folder for the deflated bytes of very large bulks
 */
public record ResourceSettings(
        long mostBodyBytes,
        int bytesInFlight,
        Duration patience,
        int rememberedBulks,
        Answers.Bounds answers,
        Path spill) {
    /** Those of the manifests. */
    public static ResourceSettings defaults() {
        return new ResourceSettings(
                64 << 20,
                24 << 20,
                Duration.ofSeconds(2),
                4096,
                Answers.Bounds.defaults(),
                Path.of(System.getProperty("java.io.tmpdir")));
    }
}
