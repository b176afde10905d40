package dev.breakwater.controller.scan;

import dev.breakwater.controller.bounds.Bounds;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.reports.OptionalField;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How Trivy scans. Keys under {@code scanner}, each named as its component.
 *
 * @param image {@code scanner.image}: the Trivy image; its tag is shown as the scanner's version. Needs sh, gzip, base64, sha256sum, wc and tail, as
 *     Trivy's own images have
 * @param imagePullPolicy {@code scanner.imagePullPolicy}: Always, IfNotPresent or Never
 * @param serverUrl {@code scanner.serverUrl}: a Trivy server; empty to scan alone, with a database that each Job fetches or finds in its image
 * @param serverTokenSecret {@code scanner.serverTokenSecret}: a Secret in the Jobs' namespace with the key {@code token}; empty for none
 * @param databaseRepository {@code scanner.databaseRepository}: where a Job fetches the vulnerability database; empty for Trivy's own default
 * @param javaDatabaseRepository {@code scanner.javaDatabaseRepository}: the same for Java's index; also beside a server, since it is the client that looks
 *     archives up
 * @param skipDatabaseUpdate {@code scanner.skipDatabaseUpdate}: the image brings its database along
 * @param cacheFolder {@code scanner.cacheFolder}: where Trivy keeps databases and layers
 * @param severities {@code scanner.severities}: which findings count; empty for all
 * @param ignoreUnfixed {@code scanner.ignoreUnfixed}: leave out findings that no version fixes
 * @param packageTypes {@code scanner.packageTypes}: os, library or both; empty for both
 * @param secrets {@code scanner.secrets}: look for secrets too
 * @param insecureRegistries {@code scanner.insecureRegistries}: hosts whose certificate is not checked
 * @param plainRegistries {@code scanner.plainRegistries}: hosts spoken to without TLS
 * @param optionalFields {@code scanner.optionalFields}: of a vulnerability, as {@code trivy.additionalVulnerabilityReportFields}
 * @param timeout {@code scanner.timeout}: for one image, inside Trivy
 * @param extraArguments {@code scanner.extraArguments}: appended to {@code trivy image}
 */
public record ScannerSettings(
        String image,
        String imagePullPolicy,
        String serverUrl,
        String serverTokenSecret,
        String databaseRepository,
        String javaDatabaseRepository,
        boolean skipDatabaseUpdate,
        String cacheFolder,
        List<String> severities,
        boolean ignoreUnfixed,
        List<String> packageTypes,
        boolean secrets,
        List<String> insecureRegistries,
        List<String> plainRegistries,
        Set<OptionalField> optionalFields,
        Duration timeout,
        List<String> extraArguments) {

    /** What every Trivy of ours is told by variable and not by flag: versions that do not know it take no notice. */
    public static final Map<String, String> QUIET =
            Map.of("HOME", "/tmp", "TRIVY_DISABLE_TELEMETRY", "true", "TRIVY_SKIP_VERSION_CHECK", "true");

    private static final List<String> SEVERITIES = List.of("CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN");
    private static final String IMAGE = "an image such as registry.example/trivy:0.72.0";

    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public ScannerSettings {
        Bounds bounds = new Bounds("scanner");
        bounds.parsed("image", image, ImageReference::parse, IMAGE).pullPolicy("imagePullPolicy", imagePullPolicy);
        if (!serverUrl.isEmpty()) {
            bounds.url("serverUrl", serverUrl);
        }
        if (!serverTokenSecret.isEmpty()) {
            bounds.name("serverTokenSecret", serverTokenSecret);
        }
        repositories(bounds, "databaseRepository", databaseRepository);
        repositories(bounds, "javaDatabaseRepository", javaDatabaseRepository);
        bounds.absolutePath("cacheFolder", cacheFolder)
                .anyOf("severities", severities, SEVERITIES)
                .anyOf("packageTypes", packageTypes, List.of("os", "library"))
                .hosts("insecureRegistries", insecureRegistries)
                .hosts("plainRegistries", plainRegistries)
                .duration("timeout", timeout, Duration.ofSeconds(1), Duration.ofHours(24));
        bounds.check();
    }

    /** Trivy takes several, with commas, and tries one after the other. */
    private static void repositories(Bounds bounds, String key, String value) {
        if (!value.isEmpty()) {
            for (String repository : value.split(",", -1)) {
                bounds.parsed(key, repository, ImageReference::parse, IMAGE.replace("trivy:0.72.0", "trivy-db:2"));
            }
        }
    }

    public static ScannerSettings defaults() {
        return new ScannerSettings(
                "ghcr.io/aquasecurity/trivy:0.72.0",
                "IfNotPresent",
                "",
                "",
                "",
                "",
                false,
                "/tmp/trivy/.cache",
                List.of(),
                false,
                List.of(),
                true,
                List.of(),
                List.of(),
                Set.of(),
                Duration.ofMinutes(5),
                List.of());
    }

    /** Tag of the Trivy image, or its digest where it has no tag. */
    public String version() {
        int at = image.indexOf('@');
        String named = at < 0 ? image : image.substring(0, at);
        int colon = named.lastIndexOf(':');
        if (colon > named.lastIndexOf('/')) {
            return named.substring(colon + 1);
        }
        return at < 0 ? "latest" : image.substring(at + 1);
    }

    /** Eight hex digits that change with every setting that shapes a result, and with none that does not (addresses, timeouts, caches). */
    public String hash() {
        String shaping = String.join(
                "\n",
                image,
                String.join(",", new TreeSet<>(severities)),
                Boolean.toString(ignoreUnfixed),
                String.join(",", new TreeSet<>(packageTypes)),
                Boolean.toString(secrets),
                new TreeSet<>(optionalFields).toString(),
                String.join(" ", extraArguments));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(shaping.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
