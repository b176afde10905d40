package dev.breakwater.cli.control;

import dev.breakwater.cli.values.DurationWords;
import dev.breakwater.controller.expiry.ExpirySettings;
import dev.breakwater.controller.rematch.RematchSettings;
import dev.breakwater.controller.reports.OptionalField;
import dev.breakwater.controller.scan.ScannerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;

/** How Trivy scans. */
final class ScannerOptions {
    private static final ScannerSettings DEFAULTS = ScannerSettings.defaults();

    @Option(
            names = "--scanner-image",
            paramLabel = "IMAGE",
            description =
                    "Trivy's image; its tag is shown as the scanner's version (default: ghcr.io/aquasecurity/trivy:0.72.0).")
    String image = DEFAULTS.image();

    @Option(
            names = "--scanner-image-pull-policy",
            paramLabel = "POLICY",
            description = "Always, IfNotPresent or Never (default: IfNotPresent).")
    String imagePullPolicy = DEFAULTS.imagePullPolicy();

    @Option(
            names = "--scanner-server-url",
            paramLabel = "URL",
            description = "A Trivy server to scan against; without one each Job brings or fetches its database.")
    String serverUrl = DEFAULTS.serverUrl();

    @Option(
            names = "--scanner-server-token-secret",
            paramLabel = "NAME",
            description = "Secret in the Jobs' namespace with the server's token under the key `token`.")
    String serverTokenSecret = DEFAULTS.serverTokenSecret();

    @Option(
            names = "--scanner-database-repository",
            paramLabel = "REPOSITORY",
            description = "Where a Job fetches the vulnerability database (default: Trivy's own).")
    String databaseRepository = DEFAULTS.databaseRepository();

    @Option(
            names = "--scanner-java-database-repository",
            paramLabel = "REPOSITORY",
            description = "Where a Job fetches Java's index (default: Trivy's own).")
    String javaDatabaseRepository = DEFAULTS.javaDatabaseRepository();

    @Option(
            names = "--scanner-skip-database-update",
            description = "The scanner's image brings its database along: never fetch one.")
    boolean skipDatabaseUpdate = DEFAULTS.skipDatabaseUpdate();

    @Option(
            names = "--scanner-cache-folder",
            paramLabel = "DIR",
            description = "Where Trivy keeps databases and layers (default: /tmp/trivy/.cache).")
    String cacheFolder = DEFAULTS.cacheFolder();

    @Option(
            names = "--scanner-severities",
            paramLabel = "LIST",
            split = ",",
            description = "Which findings are reported: any of CRITICAL,HIGH,MEDIUM,LOW,UNKNOWN (default: all).")
    List<String> severities = new ArrayList<>(DEFAULTS.severities());

    @Option(names = "--scanner-ignore-unfixed", description = "Leave out findings that no version fixes.")
    boolean ignoreUnfixed = DEFAULTS.ignoreUnfixed();

    @Option(
            names = "--scanner-package-types",
            paramLabel = "LIST",
            split = ",",
            description = "os, library or both (default: both).")
    List<String> packageTypes = new ArrayList<>(DEFAULTS.packageTypes());

    @Option(
            names = "--scanner-secrets",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Look for secrets too (default: yes).")
    boolean secrets = DEFAULTS.secrets();

    @Option(
            names = "--scanner-insecure-registries",
            paramLabel = "LIST",
            split = ",",
            description = "Registry hosts whose certificate is not checked.")
    List<String> insecureRegistries = new ArrayList<>(DEFAULTS.insecureRegistries());

    @Option(
            names = "--scanner-plain-registries",
            paramLabel = "LIST",
            split = ",",
            description = "Registry hosts spoken to without TLS.")
    List<String> plainRegistries = new ArrayList<>(DEFAULTS.plainRegistries());

    @Option(
            names = "--scanner-optional-fields",
            paramLabel = "LIST",
            split = ",",
            description = "More fields for each vulnerability: any of ${COMPLETION-CANDIDATES} (default: none).")
    List<OptionalField> optionalFields = new ArrayList<>(DEFAULTS.optionalFields());

    @Option(
            names = "--scanner-timeout",
            paramLabel = "DURATION",
            description = "For one image, inside Trivy (default: 5m).",
            converter = DurationWords.class)
    Duration timeout = DEFAULTS.timeout();

    @Option(
            names = "--scanner-report-ttl",
            paramLabel = "DURATION",
            description = "An image is scanned anew when its reports are this old; 0s for never (default: 24h).",
            converter = DurationWords.class)
    Duration reportTtl = ExpirySettings.defaults().reportTtl();

    @Option(
            names = "--scanner-database-poll",
            paramLabel = "DURATION",
            description = {
                "How often the Trivy server is asked whether it has a new database, with which stored package lists are matched",
                "without a Job; 0s for never (default: 5m)."
            },
            converter = DurationWords.class)
    Duration databasePoll = RematchSettings.defaults().poll();

    @Option(
            names = "--scanner-server-token-file",
            paramLabel = "FILE",
            description = "Where the controller itself finds the server's token.")
    String serverTokenFile = RematchSettings.defaults().serverTokenFile();

    @Option(
            names = "--scanner-extra-arguments",
            paramLabel = "LIST",
            split = ",",
            description = "Appended to `trivy image`, separated by commas.")
    List<String> extraArguments = new ArrayList<>(DEFAULTS.extraArguments());

    ExpirySettings expiry() {
        return new ExpirySettings(reportTtl);
    }

    RematchSettings rematch() {
        return new RematchSettings(databasePoll, serverTokenFile);
    }

    ScannerSettings settings() {
        Set<OptionalField> fields = EnumSet.noneOf(OptionalField.class);
        fields.addAll(optionalFields);
        return new ScannerSettings(
                image,
                imagePullPolicy,
                serverUrl,
                serverTokenSecret,
                databaseRepository,
                javaDatabaseRepository,
                skipDatabaseUpdate,
                cacheFolder,
                severities.stream()
                        .map(severity -> severity.strip().toUpperCase(Locale.ROOT))
                        .toList(),
                ignoreUnfixed,
                packageTypes,
                secrets,
                insecureRegistries,
                plainRegistries,
                fields,
                timeout,
                extraArguments);
    }
}
