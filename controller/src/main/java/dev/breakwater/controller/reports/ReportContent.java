package dev.breakwater.controller.reports;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a report says about an image, apart from whose report it is: the same for every container that runs the digest.
 *
 * @param updateTimestamp when the image was scanned; RFC 3339 in whole seconds
 * @param os of the image; null for SBOM and secret reports, which have no such field
 * @param summary counts by field name, in the order of the schema
 * @param bulk JSON of the long part
 */
public record ReportContent(
        ReportKind kind,
        String updateTimestamp,
        Scanner scanner,
        @Nullable OperatingSystem os,
        Map<String, Long> summary,
        Spool bulk)
        implements AutoCloseable {

    /** {@code report.scanner}. */
    public record Scanner(String name, String vendor, String version) {
        /** Trivy as the original names it; the version is the image's tag. */
        public static Scanner trivy(String version) {
            return new Scanner("Trivy", "Aqua Security", version);
        }
    }

    /** {@code report.os}; {@code eosl} is written only when true. */
    public record OperatingSystem(String family, String name, boolean eosl) {
        static final OperatingSystem NONE = new OperatingSystem("", "", false);
    }

    /** {@link ImageLabels#SCANNED_AT} of its reports; empty where it does not say when it was found. */
    String scannedAt() {
        try {
            return Long.toString(Instant.parse(updateTimestamp).getEpochSecond());
        } catch (DateTimeException e) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        bulk.close();
    }
}
