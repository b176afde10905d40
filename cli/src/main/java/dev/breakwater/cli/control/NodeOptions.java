package dev.breakwater.cli.control;

import dev.breakwater.cli.values.DurationWords;
import dev.breakwater.controller.nodes.CollectorSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How nodes are looked at. */
final class NodeOptions {
    private static final CollectorSettings DEFAULTS = CollectorSettings.defaults();

    @Option(
            names = "--nodes",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Look at nodes (default: yes).")
    boolean nodes = true;

    @Option(
            names = "--nodes-namespace",
            paramLabel = "NAMESPACE",
            description =
                    "Where the Jobs that look at nodes run; it must admit host paths and process IDs (default: the controller's own).")
    String namespace = DEFAULTS.namespace();

    @Option(
            names = "--nodes-pod",
            paramLabel = "NAME",
            description = "The controller's own pod, whose image the Jobs run unless --nodes-image names one.")
    String pod = DEFAULTS.pod();

    @Option(
            names = "--nodes-image",
            paramLabel = "IMAGE",
            description =
                    "Breakwater's image, for the Jobs that look at nodes; with neither it nor --nodes-pod only kubelets are asked.")
    String image = DEFAULTS.image();

    @Option(
            names = "--nodes-image-pull-policy",
            paramLabel = "POLICY",
            description = "Always, IfNotPresent or Never (default: IfNotPresent).")
    String imagePullPolicy = DEFAULTS.imagePullPolicy();

    @Option(
            names = "--nodes-image-pull-secrets",
            paramLabel = "LIST",
            split = ",",
            description = "Secrets for pulling the image.")
    List<String> imagePullSecrets = new ArrayList<>();

    @Option(
            names = "--nodes-folders",
            paramLabel = "LIST",
            split = ",",
            description = {
                "Folders of the node that a Job sees, read-only; what a node does not have, some container runtimes create empty.",
                "Default: /var/lib/etcd,/var/lib/kubelet,/var/lib/kube-scheduler,/var/lib/kube-controller-manager,"
                        + "/etc/systemd,/lib/systemd,/etc/kubernetes,/etc/cni/net.d"
            })
    List<String> folders = new ArrayList<>(DEFAULTS.folders());

    @Option(
            names = "--nodes-files",
            paramLabel = "LIST",
            split = ",",
            description =
                    "Files of the node that a Job sees, read-only; every node must have them (default: /etc/passwd,/etc/group).")
    List<String> files = new ArrayList<>(DEFAULTS.files());

    @Option(
            names = "--nodes-concurrent",
            paramLabel = "N",
            description = "Nodes looked at at a time, 1 or more (default: 1).")
    int concurrent = DEFAULTS.concurrent();

    @Option(
            names = "--nodes-deadline",
            paramLabel = "DURATION",
            description = "After which a Job that looks at a node is ended (default: 5m).",
            converter = DurationWords.class)
    Duration deadline = DEFAULTS.deadline();

    @Option(
            names = "--nodes-refresh",
            paramLabel = "DURATION",
            description = "After which a node is looked at again (default: 24h).",
            converter = DurationWords.class)
    Duration refresh = DEFAULTS.refresh();

    @Option(
            names = "--nodes-retry",
            paramLabel = "DURATION",
            description =
                    "Pause after a node could not be read, doubled each time up to --nodes-refresh (default: 1m).",
            converter = DurationWords.class)
    Duration retry = DEFAULTS.retry();

    @Option(
            names = "--nodes-selector",
            paramLabel = "SELECTOR",
            description =
                    "Label selector of the nodes that are looked at, such as 'kubernetes.io/os=linux,!no-audit' (default: kubernetes.io/os=linux).")
    String selector = DEFAULTS.selector();

    @Option(
            names = "--nodes-requests",
            paramLabel = "RESOURCE=QUANTITY",
            split = ",",
            description = "Resource requests of a Job (default: cpu=50m,memory=64M).")
    Map<String, String> requests = new LinkedHashMap<>();

    @Option(
            names = "--nodes-limits",
            paramLabel = "RESOURCE=QUANTITY",
            split = ",",
            description = "Resource limits of a Job (default: cpu=500m,memory=256M).")
    Map<String, String> limits = new LinkedHashMap<>();

    @Option(names = "--nodes-priority-class", paramLabel = "NAME", description = "Priority class of the Jobs' pods.")
    String priorityClass = DEFAULTS.priorityClass();

    @Option(
            names = "--nodes-read-configz",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Ask kubelets for their configuration, where nodes/proxy is allowed (default: yes).")
    boolean readConfigz = true;

    CollectorSettings settings() {
        return new CollectorSettings(
                nodes,
                namespace,
                pod,
                image,
                imagePullPolicy,
                imagePullSecrets,
                DEFAULTS.command(),
                DEFAULTS.arguments(),
                folders,
                files,
                concurrent,
                deadline,
                refresh,
                retry,
                selector,
                DEFAULTS.tolerations(),
                requests.isEmpty() ? DEFAULTS.requests() : requests,
                limits.isEmpty() ? DEFAULTS.limits() : limits,
                priorityClass,
                readConfigz);
    }
}
