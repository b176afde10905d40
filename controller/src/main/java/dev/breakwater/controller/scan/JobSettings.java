package dev.breakwater.controller.scan;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.Setting.Trait;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Type;
import dev.breakwater.settings.Types;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How scan Jobs run. */
public record JobSettings(SettingValues values) {
    public static final SettingGroup SETTINGS = new SettingGroup("Scan Jobs");

    private static final Type<Map<String, String>> RESOURCES = Types.map("RESOURCE=QUANTITY");

    public static final Setting<String> NAMESPACE = SETTINGS.add(
            "jobs.namespace",
            Types.text("NAMESPACE"),
            by("", "the controller's own"),
            Rules.orEmpty(Rules.namespace()),
            "Where scan Jobs run");

    public static final Setting<String> SERVICE_ACCOUNT = SETTINGS.add(
            "jobs.serviceAccount",
            Types.text("NAME"),
            by("breakwater-scan"),
            Rules.name(),
            "What scan Jobs run as; needs no permission");

    public static final Setting<Integer> CONCURRENT =
            SETTINGS.add("jobs.concurrent", Types.number(), by(10), Rules.number(1, 500), "Scan Jobs at a time");

    public static final Setting<Duration> DEADLINE = SETTINGS.add(
            "jobs.deadline",
            Types.duration(),
            by(Duration.ofMinutes(10)),
            Rules.duration(Duration.ofSeconds(10), Duration.ofHours(24)),
            "After which a scan Job is ended; longer than `scanner.timeout`, for pulling counts too");

    public static final Setting<Duration> KEEP_FINISHED = SETTINGS.add(
            "jobs.keepFinished",
            Types.duration(),
            by(Duration.ofHours(1)),
            Rules.duration(Duration.ZERO, Duration.ofDays(30)),
            "How long a finished Job that nobody read is kept, for a controller that is down");

    public static final Setting<Long> MAX_RESULT_BYTES = SETTINGS.add(
            "jobs.maxResultBytes",
            Types.longNumber(),
            by(64L << 20),
            Rules.number(1L << 10, 1L << 31),
            "Largest result before compression; a larger one is refused and said, not cut");

    public static final Setting<Map<String, String>> REQUESTS = SETTINGS.add(
            "jobs.requests",
            RESOURCES,
            by(resources("100m", "100M")),
            Rules.quantities(),
            "Resource requests of a scan");

    public static final Setting<Map<String, String>> LIMITS = SETTINGS.add(
            "jobs.limits", RESOURCES, by(resources("500m", "500M")), Rules.quantities(), "Resource limits of a scan");

    public static final Setting<Map<String, String>> NODE_SELECTOR = SETTINGS.add(
            "jobs.nodeSelector",
            Types.map("LABEL=VALUE"),
            by(Map.of("kubernetes.io/os", "linux")),
            Rules.labels(),
            "Nodes that scans may run on");

    /** As in a pod. */
    public static final Setting<List<Map<String, String>>> TOLERATIONS = SETTINGS.add(
            "jobs.tolerations",
            Types.list("LIST", Types.map("KEY=VALUE")),
            by(List.of()),
            Rules.any(),
            "Taints that scans tolerate",
            Trait.UNLISTED);

    public static final Setting<List<String>> IMAGE_PULL_SECRETS = SETTINGS.add(
            "jobs.imagePullSecrets",
            Types.texts("LIST"),
            by(List.of()),
            Rules.each(Rules.name()),
            "Secrets for pulling the scanner's image");

    public static final Setting<String> PRIORITY_CLASS = SETTINGS.add(
            "jobs.priorityClass",
            Types.text("NAME"),
            by(""),
            Rules.orEmpty(Rules.name()),
            "Priority class of scan pods");

    public static final Setting<Map<String, String>> LABELS = SETTINGS.add(
            "jobs.labels", Types.map("KEY=VALUE"), by(Map.of()), Rules.labels(), "Labels added to Jobs and their pods");

    public static final Setting<Map<String, String>> ANNOTATIONS = SETTINGS.add(
            "jobs.annotations",
            Types.map("KEY=VALUE"),
            by(Map.of()),
            Rules.annotations(),
            "Annotations added to Jobs and their pods");

    public static final Setting<Map<String, String>> ENVIRONMENT = SETTINGS.add(
            "jobs.environment", Types.map("NAME=VALUE"), by(Map.of()), Rules.variables(), "Environment of the scanner");

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public JobSettings {
        values = values.of(SETTINGS);
        Bounds bounds = new Bounds().obey(SETTINGS, values);
        Rules.fitting(bounds, REQUESTS, values.get(REQUESTS), values.get(LIMITS));
        bounds.check();
    }

    public static JobSettings defaults() {
        return new JobSettings(SettingValues.DEFAULTS);
    }

    public <T> JobSettings with(Setting<T> setting, T value) {
        return new JobSettings(values.with(setting, value));
    }

    public String namespace() {
        return values.get(NAMESPACE);
    }

    public String serviceAccount() {
        return values.get(SERVICE_ACCOUNT);
    }

    public int concurrent() {
        return values.get(CONCURRENT);
    }

    public Duration deadline() {
        return values.get(DEADLINE);
    }

    public Duration keepFinished() {
        return values.get(KEEP_FINISHED);
    }

    public long maxResultBytes() {
        return values.get(MAX_RESULT_BYTES);
    }

    public Map<String, String> requests() {
        return values.get(REQUESTS);
    }

    public Map<String, String> limits() {
        return values.get(LIMITS);
    }

    public Map<String, String> nodeSelector() {
        return values.get(NODE_SELECTOR);
    }

    public List<Map<String, String>> tolerations() {
        return values.get(TOLERATIONS);
    }

    public List<String> imagePullSecrets() {
        return values.get(IMAGE_PULL_SECRETS);
    }

    public String priorityClass() {
        return values.get(PRIORITY_CLASS);
    }

    public Map<String, String> labels() {
        return values.get(LABELS);
    }

    public Map<String, String> annotations() {
        return values.get(ANNOTATIONS);
    }

    public Map<String, String> environment() {
        return values.get(ENVIRONMENT);
    }

    /** In an order, for the documentation. */
    private static Map<String, String> resources(String cpu, String memory) {
        return new TreeMap<>(Map.of("cpu", cpu, "memory", memory));
    }
}
