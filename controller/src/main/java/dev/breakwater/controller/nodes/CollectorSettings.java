package dev.breakwater.controller.nodes;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.controller.image.ImageReference;
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

/** How facts about nodes are collected. */
public record CollectorSettings(SettingValues values) {
    public static final SettingGroup SETTINGS = new SettingGroup("Nodes");

    private static final Type<Map<String, String>> RESOURCES = Types.map("RESOURCE=QUANTITY");

    public static final Setting<Boolean> ENABLED =
            SETTINGS.add("nodes", Types.yesOrNo(), by(true), Rules.any(), "Look at nodes");

    public static final Setting<String> NAMESPACE = SETTINGS.add(
            "nodes.namespace",
            Types.text("NAMESPACE"),
            by("", "the controller's own"),
            Rules.orEmpty(Rules.namespace()),
            "Where the Jobs that look at nodes run; it must admit host paths and process IDs");

    public static final Setting<String> POD = SETTINGS.add(
            "nodes.pod",
            Types.text("NAME"),
            by(""),
            Rules.orEmpty(Rules.name()),
            "The controller's own pod, whose image the Jobs run unless `nodes.image` names one");

    public static final Setting<String> IMAGE = SETTINGS.add(
            "nodes.image",
            Types.text("IMAGE"),
            by(""),
            Rules.orEmpty(Rules.parsed(ImageReference::parse, "an image such as registry.example/breakwater:0.1.0")),
            "Breakwater's image, for the Jobs that look at nodes; with neither it nor `nodes.pod` only kubelets are asked");

    public static final Setting<String> IMAGE_PULL_POLICY = SETTINGS.add(
            "nodes.imagePullPolicy",
            Types.text("POLICY"),
            by("IfNotPresent"),
            Rules.pullPolicy(),
            "When a node pulls the image");

    public static final Setting<List<String>> IMAGE_PULL_SECRETS = SETTINGS.add(
            "nodes.imagePullSecrets",
            Types.texts("LIST"),
            by(List.of()),
            Rules.each(Rules.name()),
            "Secrets for pulling the image");

    /** Empty for the image's own entry point. */
    public static final Setting<List<String>> COMMAND = SETTINGS.add(
            "nodes.command",
            Types.texts("LIST"),
            by(List.of()),
            Rules.any(),
            "What is run in the image",
            Trait.UNLISTED);

    public static final Setting<List<String>> ARGUMENTS = SETTINGS.add(
            "nodes.arguments",
            Types.texts("LIST"),
            by(List.of("collect-node")),
            Rules.any(),
            "Its arguments",
            Trait.UNLISTED);

    /** Those of the original (trivy-operator 4.8). */
    public static final Setting<List<String>> FOLDERS = SETTINGS.add(
            "nodes.folders",
            Types.texts("LIST"),
            by(List.of(
                    "/var/lib/etcd",
                    "/var/lib/kubelet",
                    "/var/lib/kube-scheduler",
                    "/var/lib/kube-controller-manager",
                    "/etc/systemd",
                    "/lib/systemd",
                    "/etc/kubernetes",
                    "/etc/cni/net.d")),
            Rules.each(Rules.absolutePath()),
            "Folders of the node that a Job sees, read-only; what a node does not have, some container runtimes create empty");

    public static final Setting<List<String>> FILES = SETTINGS.add(
            "nodes.files",
            Types.texts("LIST"),
            by(List.of("/etc/passwd", "/etc/group")),
            Rules.each(Rules.absolutePath()),
            "Files of the node that a Job sees, read-only; every node must have them");

    public static final Setting<Integer> CONCURRENT =
            SETTINGS.add("nodes.concurrent", Types.number(), by(1), Rules.number(1, 100), "Nodes looked at at a time");

    public static final Setting<Duration> DEADLINE = SETTINGS.add(
            "nodes.deadline",
            Types.duration(),
            by(Duration.ofMinutes(5)),
            Rules.duration(Duration.ofSeconds(10), Duration.ofHours(24)),
            "After which a Job that looks at a node is ended");

    public static final Setting<Duration> REFRESH = SETTINGS.add(
            "nodes.refresh",
            Types.duration(),
            by(Duration.ofHours(24)),
            Rules.duration(Duration.ofMinutes(1), Duration.ofDays(365)),
            "After which a node is looked at again");

    public static final Setting<Duration> RETRY = SETTINGS.add(
            "nodes.retry",
            Types.duration(),
            by(Duration.ofMinutes(1)),
            Rules.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
            "Pause after a node could not be read, doubled each time up to `nodes.refresh`");

    public static final Setting<String> SELECTOR = SETTINGS.add(
            "nodes.selector",
            Types.text("SELECTOR"),
            by("kubernetes.io/os=linux"),
            Rules.labelSelector(),
            "Label selector of the nodes that are looked at");

    /** As in a pod; every taint, control planes are tainted. */
    public static final Setting<List<Map<String, String>>> TOLERATIONS = SETTINGS.add(
            "nodes.tolerations",
            Types.list("LIST", Types.map("KEY=VALUE")),
            by(List.of(Map.of("operator", "Exists"))),
            Rules.any(),
            "Taints that the Jobs tolerate",
            Trait.UNLISTED);

    public static final Setting<Map<String, String>> REQUESTS = SETTINGS.add(
            "nodes.requests", RESOURCES, by(resources("50m", "64M")), Rules.quantities(), "Resource requests of a Job");

    public static final Setting<Map<String, String>> LIMITS = SETTINGS.add(
            "nodes.limits", RESOURCES, by(resources("500m", "256M")), Rules.quantities(), "Resource limits of a Job");

    public static final Setting<String> PRIORITY_CLASS = SETTINGS.add(
            "nodes.priorityClass",
            Types.text("NAME"),
            by(""),
            Rules.orEmpty(Rules.name()),
            "Priority class of the Jobs' pods");

    public static final Setting<Boolean> READ_CONFIGZ = SETTINGS.add(
            "nodes.readConfigz",
            Types.yesOrNo(),
            by(true),
            Rules.any(),
            "Ask kubelets for their configuration through the API server, where nodes/proxy is allowed");

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public CollectorSettings {
        values = values.of(SETTINGS);
        Bounds bounds = new Bounds().obey(SETTINGS, values);
        Rules.fitting(bounds, REQUESTS, values.get(REQUESTS), values.get(LIMITS));
        bounds.check();
    }

    public static CollectorSettings defaults() {
        return new CollectorSettings(SettingValues.DEFAULTS);
    }

    public <T> CollectorSettings with(Setting<T> setting, T value) {
        return new CollectorSettings(values.with(setting, value));
    }

    /** With another image and the secrets to pull it with. */
    public CollectorSettings withImage(String other, List<String> pullSecrets) {
        return with(IMAGE, other).with(IMAGE_PULL_SECRETS, pullSecrets);
    }

    /** With another image and what is run in it. */
    public CollectorSettings withProgram(String other, List<String> program, List<String> itsArguments) {
        return with(IMAGE, other).with(COMMAND, program).with(ARGUMENTS, itsArguments);
    }

    /** Looking at no node. */
    public CollectorSettings disabled() {
        return with(ENABLED, false);
    }

    public boolean enabled() {
        return values.get(ENABLED);
    }

    public String namespace() {
        return values.get(NAMESPACE);
    }

    public String pod() {
        return values.get(POD);
    }

    public String image() {
        return values.get(IMAGE);
    }

    public String imagePullPolicy() {
        return values.get(IMAGE_PULL_POLICY);
    }

    public List<String> imagePullSecrets() {
        return values.get(IMAGE_PULL_SECRETS);
    }

    public List<String> command() {
        return values.get(COMMAND);
    }

    public List<String> arguments() {
        return values.get(ARGUMENTS);
    }

    public List<String> folders() {
        return values.get(FOLDERS);
    }

    public List<String> files() {
        return values.get(FILES);
    }

    public int concurrent() {
        return values.get(CONCURRENT);
    }

    public Duration deadline() {
        return values.get(DEADLINE);
    }

    public Duration refresh() {
        return values.get(REFRESH);
    }

    public Duration retry() {
        return values.get(RETRY);
    }

    public String selector() {
        return values.get(SELECTOR);
    }

    public List<Map<String, String>> tolerations() {
        return values.get(TOLERATIONS);
    }

    public Map<String, String> requests() {
        return values.get(REQUESTS);
    }

    public Map<String, String> limits() {
        return values.get(LIMITS);
    }

    public String priorityClass() {
        return values.get(PRIORITY_CLASS);
    }

    public boolean readConfigz() {
        return values.get(READ_CONFIGZ);
    }

    /** In an order, for the documentation. */
    private static Map<String, String> resources(String cpu, String memory) {
        return new TreeMap<>(Map.of("cpu", cpu, "memory", memory));
    }
}
