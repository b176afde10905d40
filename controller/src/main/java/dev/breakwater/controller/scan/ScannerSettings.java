package dev.breakwater.controller.scan;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.reports.OptionalField;
import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Rule;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** How Trivy scans. */
public record ScannerSettings(SettingValues values) {
    public static final SettingGroup SETTINGS = new SettingGroup("The scanner");

    private static final List<String> SEVERITY_NAMES = List.of("CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN");
    private static final Duration DAY = Duration.ofHours(24);

    /** Needs sh, gzip, base64, sha256sum, wc and tail, as Trivy's own images have. */
    public static final Setting<String> IMAGE = SETTINGS.add(
            "scanner.image",
            Types.text("IMAGE"),
            by("ghcr.io/aquasecurity/trivy:0.72.0"),
            image("an image such as registry.example/trivy:0.72.0"),
            "Trivy's image; its tag is shown as the scanner's version");

    public static final Setting<String> IMAGE_PULL_POLICY = SETTINGS.add(
            "scanner.imagePullPolicy",
            Types.text("POLICY"),
            by("IfNotPresent"),
            Rules.pullPolicy(),
            "When a node pulls Trivy's image");

    /** Empty to scan alone, with a database that each Job fetches or finds in its image. */
    public static final Setting<String> SERVER_URL = SETTINGS.add(
            "scanner.serverUrl",
            Types.text("URL"),
            by(""),
            Rules.orEmpty(Rules.url()),
            "A Trivy server to scan against; without one each Job brings or fetches its database");

    public static final Setting<String> SERVER_TOKEN_SECRET = SETTINGS.add(
            "scanner.serverTokenSecret",
            Types.text("NAME"),
            by(""),
            Rules.orEmpty(Rules.name()),
            "Secret in the Jobs' namespace with the server's token under the key `token`");

    public static final Setting<String> DATABASE_REPOSITORY = SETTINGS.add(
            "scanner.databaseRepository",
            Types.text("REPOSITORY"),
            by("", "Trivy's own"),
            repositories(),
            "Where a Job fetches the vulnerability database; several with commas are tried one after the other");

    /** Also beside a server, since it is the client that looks archives up. */
    public static final Setting<String> JAVA_DATABASE_REPOSITORY = SETTINGS.add(
            "scanner.javaDatabaseRepository",
            Types.text("REPOSITORY"),
            by("", "Trivy's own"),
            repositories(),
            "Where a Job fetches Java's index");

    public static final Setting<Boolean> SKIP_DATABASE_UPDATE = SETTINGS.add(
            "scanner.skipDatabaseUpdate",
            Types.yesOrNo(),
            by(false),
            Rules.any(),
            "The scanner's image brings its database along: never fetch one");

    public static final Setting<String> CACHE_FOLDER = SETTINGS.add(
            "scanner.cacheFolder",
            Types.text("DIR"),
            by("/tmp/trivy/.cache"),
            Rules.absolutePath(),
            "Where Trivy keeps databases and layers");

    public static final Setting<List<String>> SEVERITIES = SETTINGS.add(
            "scanner.severities",
            Types.list(
                    "LIST",
                    Types.text("SEVERITY").as(text -> text.strip().toUpperCase(Locale.ROOT), severity -> severity)),
            by(List.of(), "all"),
            Rules.anyOf(SEVERITY_NAMES),
            "Which findings are reported");

    public static final Setting<Boolean> IGNORE_UNFIXED = SETTINGS.add(
            "scanner.ignoreUnfixed",
            Types.yesOrNo(),
            by(false),
            Rules.any(),
            "Leave out findings that no version fixes");

    public static final Setting<List<String>> PACKAGE_TYPES = SETTINGS.add(
            "scanner.packageTypes",
            Types.texts("LIST"),
            by(List.of(), "both"),
            Rules.anyOf(List.of("os", "library")),
            "Packages of the distribution, libraries of programs, or both");

    public static final Setting<Boolean> SECRETS =
            SETTINGS.add("scanner.secrets", Types.yesOrNo(), by(true), Rules.any(), "Look for secrets too");

    public static final Setting<List<String>> INSECURE_REGISTRIES = SETTINGS.add(
            "scanner.insecureRegistries",
            Types.texts("LIST"),
            by(List.of()),
            Rules.each(Rules.host()),
            "Registry hosts whose certificate is not checked");

    public static final Setting<List<String>> PLAIN_REGISTRIES = SETTINGS.add(
            "scanner.plainRegistries",
            Types.texts("LIST"),
            by(List.of()),
            Rules.each(Rules.host()),
            "Registry hosts spoken to without TLS");

    public static final Setting<Set<OptionalField>> OPTIONAL_FIELDS = SETTINGS.add(
            "scanner.optionalFields",
            Types.set("LIST", Types.choice("FIELD", Arrays.asList(OptionalField.values()), OptionalField::name)),
            by(Set.of()),
            Rules.any(),
            "More fields for each vulnerability, any of " + String.join(", ", names()));

    public static final Setting<Duration> TIMEOUT = SETTINGS.add(
            "scanner.timeout",
            Types.duration(),
            by(Duration.ofMinutes(5)),
            Rules.duration(Duration.ofSeconds(1), DAY),
            "For one image, inside Trivy");

    public static final Setting<List<String>> EXTRA_ARGUMENTS = SETTINGS.add(
            "scanner.extraArguments",
            Types.texts("LIST"),
            by(List.of()),
            Rules.any(),
            "Appended to `trivy image`, separated by commas");

    /** What every Trivy of ours is told by variable and not by flag: versions that do not know it take no notice. */
    public static final Map<String, String> QUIET =
            Map.of("HOME", "/tmp", "TRIVY_DISABLE_TELEMETRY", "true", "TRIVY_SKIP_VERSION_CHECK", "true");

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public ScannerSettings {
        values = values.of(SETTINGS);
        new Bounds().obey(SETTINGS, values).check();
    }

    public static ScannerSettings defaults() {
        return new ScannerSettings(SettingValues.DEFAULTS);
    }

    public <T> ScannerSettings with(Setting<T> setting, T value) {
        return new ScannerSettings(values.with(setting, value));
    }

    public String image() {
        return values.get(IMAGE);
    }

    public String imagePullPolicy() {
        return values.get(IMAGE_PULL_POLICY);
    }

    public String serverUrl() {
        return values.get(SERVER_URL);
    }

    public String serverTokenSecret() {
        return values.get(SERVER_TOKEN_SECRET);
    }

    public String databaseRepository() {
        return values.get(DATABASE_REPOSITORY);
    }

    public String javaDatabaseRepository() {
        return values.get(JAVA_DATABASE_REPOSITORY);
    }

    public boolean skipDatabaseUpdate() {
        return values.get(SKIP_DATABASE_UPDATE);
    }

    public String cacheFolder() {
        return values.get(CACHE_FOLDER);
    }

    public List<String> severities() {
        return values.get(SEVERITIES);
    }

    public boolean ignoreUnfixed() {
        return values.get(IGNORE_UNFIXED);
    }

    public List<String> packageTypes() {
        return values.get(PACKAGE_TYPES);
    }

    public boolean secrets() {
        return values.get(SECRETS);
    }

    public List<String> insecureRegistries() {
        return values.get(INSECURE_REGISTRIES);
    }

    public List<String> plainRegistries() {
        return values.get(PLAIN_REGISTRIES);
    }

    public Set<OptionalField> optionalFields() {
        return values.get(OPTIONAL_FIELDS);
    }

    public Duration timeout() {
        return values.get(TIMEOUT);
    }

    public List<String> extraArguments() {
        return values.get(EXTRA_ARGUMENTS);
    }

    /** Tag of the Trivy image, or its digest where it has no tag. */
    public String version() {
        String image = image();
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
                image(),
                String.join(",", new TreeSet<>(severities())),
                Boolean.toString(ignoreUnfixed()),
                String.join(",", new TreeSet<>(packageTypes())),
                Boolean.toString(secrets()),
                new TreeSet<>(optionalFields()).toString(),
                String.join(" ", extraArguments()));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(shaping.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static Rule<String> image(String words) {
        return Rules.parsed(ImageReference::parse, words);
    }

    /** Trivy takes several, with commas, and tries one after the other. */
    private static Rule<String> repositories() {
        return Rules.orEmpty(Rules.parsed(
                value -> Arrays.stream(value.split(",", -1)).forEach(ImageReference::parse),
                "an image such as registry.example/trivy-db:2"));
    }

    private static List<String> names() {
        return Arrays.stream(OptionalField.values()).map(OptionalField::name).toList();
    }
}
