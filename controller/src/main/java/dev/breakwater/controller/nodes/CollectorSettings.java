package dev.breakwater.controller.nodes;

import dev.breakwater.controller.bounds.Bounds;
import dev.breakwater.controller.image.ImageReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How facts about nodes are collected. Keys under {@code nodes}, each named as its component.
 *
 * @param enabled {@code nodes.enabled}: whether nodes are looked at
 * @param namespace {@code nodes.namespace}: of the Jobs; empty for the controller's own. It must admit host paths and host process IDs
 * @param pod {@code nodes.pod}: name of the pod that the controller runs in; its image is taken where {@code nodes.image} is empty
 * @param image {@code nodes.image}: with {@code breakwater collect-node} as its program's command; without one, and without {@code nodes.pod}, the kubelet's
 *     configuration alone is read
 * @param imagePullPolicy {@code nodes.imagePullPolicy}
 * @param imagePullSecrets {@code nodes.imagePullSecrets}: names
 * @param command {@code nodes.command}: empty for the image's own entry point
 * @param arguments {@code nodes.arguments}
 * @param folders {@code nodes.folders}: of the node, mounted read-only at the same place. What is missing there is created empty by some container
 *     runtimes
 * @param files {@code nodes.files}: of the node, mounted read-only at the same place; they must exist on every node
 * @param concurrent {@code nodes.concurrent}: Jobs at a time, 1 or more
 * @param deadline {@code nodes.deadline}: after which a Job is ended
 * @param refresh {@code nodes.refresh}: after which a node is looked at again
 * @param retry {@code nodes.retry}: pause after a node could not be read; doubled up to {@code refresh}
 * @param selector {@code nodes.selector}: label selector of the nodes that are looked at
 * @param tolerations {@code nodes.tolerations}: as in a pod; every taint by default, control planes are tainted
 * @param requests {@code nodes.requests}
 * @param limits {@code nodes.limits}
 * @param priorityClass {@code nodes.priorityClass}: empty for none
 * @param readConfigz {@code nodes.readConfigz}: whether the kubelet is asked for its configuration through the API server (nodes/proxy)
 */
public record CollectorSettings(
        boolean enabled,
        String namespace,
        String pod,
        String image,
        String imagePullPolicy,
        List<String> imagePullSecrets,
        List<String> command,
        List<String> arguments,
        List<String> folders,
        List<String> files,
        int concurrent,
        Duration deadline,
        Duration refresh,
        Duration retry,
        String selector,
        List<Map<String, String>> tolerations,
        Map<String, String> requests,
        Map<String, String> limits,
        String priorityClass,
        boolean readConfigz) {

    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public CollectorSettings {
        Bounds bounds = new Bounds("nodes");
        if (!namespace.isEmpty()) {
            bounds.namespace("namespace", namespace);
        }
        if (!pod.isEmpty()) {
            bounds.name("pod", pod);
        }
        if (!image.isEmpty()) {
            bounds.parsed("image", image, ImageReference::parse, "an image such as registry.example/breakwater:0.1.0");
        }
        bounds.pullPolicy("imagePullPolicy", imagePullPolicy)
                .number("concurrent", concurrent, 1, 100)
                .duration("deadline", deadline, Duration.ofSeconds(10), Duration.ofHours(24))
                .duration("refresh", refresh, Duration.ofMinutes(1), Duration.ofDays(365))
                .duration("retry", retry, Duration.ofSeconds(1), Duration.ofHours(24))
                .labelSelector("selector", selector)
                .resources("requests", requests, "limits", limits);
        imagePullSecrets.forEach(name -> bounds.name("imagePullSecrets", name));
        folders.forEach(folder -> bounds.absolutePath("folders", folder));
        files.forEach(file -> bounds.absolutePath("files", file));
        if (!priorityClass.isEmpty()) {
            bounds.name("priorityClass", priorityClass);
        }
        bounds.check();
    }

    /** The folders of the original (trivy-operator 4.8). */
    public static final List<String> FOLDERS = List.of(
            "/var/lib/etcd",
            "/var/lib/kubelet",
            "/var/lib/kube-scheduler",
            "/var/lib/kube-controller-manager",
            "/etc/systemd",
            "/lib/systemd",
            "/etc/kubernetes",
            "/etc/cni/net.d");

    public static CollectorSettings defaults() {
        return new CollectorSettings(
                true,
                "",
                "",
                "",
                "IfNotPresent",
                List.of(),
                List.of(),
                List.of("collect-node"),
                FOLDERS,
                List.of("/etc/passwd", "/etc/group"),
                1,
                Duration.ofMinutes(5),
                Duration.ofHours(24),
                Duration.ofMinutes(1),
                "kubernetes.io/os=linux",
                List.of(Map.of("operator", "Exists")),
                Map.of("cpu", "50m", "memory", "64M"),
                Map.of("cpu", "500m", "memory", "256M"),
                "",
                true);
    }

    /** With another image and the secrets to pull it with. */
    public CollectorSettings withImage(String other, List<String> pullSecrets) {
        return with(enabled, other, pullSecrets, command, arguments);
    }

    /** With another image and what is run in it. */
    public CollectorSettings withProgram(String other, List<String> program, List<String> itsArguments) {
        return with(enabled, other, imagePullSecrets, program, itsArguments);
    }

    /** Looking at no node. */
    public CollectorSettings disabled() {
        return with(false, image, imagePullSecrets, command, arguments);
    }

    private CollectorSettings with(
            boolean isEnabled,
            String itsImage,
            List<String> itsPullSecrets,
            List<String> itsCommand,
            List<String> itsArguments) {
        return new CollectorSettings(
                isEnabled,
                namespace,
                pod,
                itsImage,
                imagePullPolicy,
                itsPullSecrets,
                itsCommand,
                itsArguments,
                folders,
                files,
                concurrent,
                deadline,
                refresh,
                retry,
                selector,
                tolerations,
                requests,
                limits,
                priorityClass,
                readConfigz);
    }
}
