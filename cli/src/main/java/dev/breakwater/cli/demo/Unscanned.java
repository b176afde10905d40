package dev.breakwater.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.imagescan.ImageScanStatus;
import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.scan.ScanTarget;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes the ImageScans of the sample's images that no scan could be made of: what could not be scanned, and why, is half of the answer. */
final class Unscanned {
    private static final Duration UNTIL_THE_NEXT_TRY = Duration.ofHours(1);
    private static final JsonMapper MAPPER = new JsonMapper();

    private Unscanned() {}

    /** Returns how many there are. */
    static int write(ImageScans scans, String settingsHash, Instant now) throws IOException {
        int written = 0;
        try (InputStream index = SampleCluster.resource("/demo/cluster/unscanned.json")) {
            for (JsonNode image : MAPPER.readTree(index).path("images")) {
                RunningImage running = new RunningImage(
                        image.path("digest").asText(),
                        new Platform(image.path("os").asText(), "amd64"));
                @Nullable Instant next = image.path("retried").asBoolean() ? now.plus(UNTIL_THE_NEXT_TRY) : null;
                ImageScanStatus status = ImageScanStatus.pending();
                for (int attempt = 0; attempt < image.path("attempts").asInt(); attempt++) {
                    status = status.running(now, "");
                }
                scans.write(
                        ScanTarget.name(running, settingsHash),
                        running,
                        image.path("image").asText(),
                        settingsHash,
                        status.failed(
                                image.path("reason").asText(),
                                image.path("message").asText(),
                                now,
                                next));
                written++;
            }
        }
        return written;
    }
}
