package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.naming.ReportNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Job that looks at one node: as root, because the files are root's, but without any capability, with nothing writable, and without a token. It is
 * held to its node by an affinity to the node's name, as the pods of a DaemonSet are: the label kubernetes.io/hostname may differ from it.
 */
final class CollectorJob {
    static final String CONTAINER = "node-collector";
    static final String MANAGED_BY = "breakwater";
    /** Says that a Job or a pod is of this kind; the original's key with a value of ours, so that each leaves the other's alone. */
    static final String LABEL = "node-info.collector";

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> RANCHER = List.of("/var/lib/rancher");

    private final String namespace;
    private final CollectorSettings settings;

    CollectorJob(String namespace, CollectorSettings settings) {
        this.namespace = namespace;
        this.settings = settings;
    }

    static String nameOf(String node) {
        return ReportNames.nodeCollectorJob(node);
    }

    ObjectNode build(ClusterNode node) {
        ObjectNode job = MAPPER.createObjectNode();
        job.put("apiVersion", "batch/v1");
        job.put("kind", "Job");
        ObjectNode metadata = job.putObject("metadata");
        metadata.put("name", nameOf(node.name()));
        metadata.put("namespace", namespace);
        labels(metadata);
        metadata.putObject("annotations").put("trivy-operator.resource.name", node.name());
        ObjectNode spec = job.putObject("spec");
        spec.put("backoffLimit", 0);
        spec.put("activeDeadlineSeconds", settings.deadline().toSeconds());
        // For a controller that does not come back; one that does deletes the Job itself.
        spec.put("ttlSecondsAfterFinished", 3600);
        ObjectNode template = spec.putObject("template");
        labels(template.putObject("metadata"));
        template.set("spec", pod(node));
        return job;
    }

    private static void labels(ObjectNode metadata) {
        metadata.putObject("labels")
                .put("app.kubernetes.io/managed-by", MANAGED_BY)
                .put(LABEL, "breakwater");
    }

    private ObjectNode pod(ClusterNode node) {
        ObjectNode pod = MAPPER.createObjectNode();
        pod.put("restartPolicy", "Never");
        pod.put("hostPID", true);
        pod.put("automountServiceAccountToken", false);
        pod.put("enableServiceLinks", false);
        if (!settings.priorityClass().isEmpty()) {
            pod.put("priorityClassName", settings.priorityClass());
        }
        pod.putObject("affinity")
                .putObject("nodeAffinity")
                .putObject("requiredDuringSchedulingIgnoredDuringExecution")
                .putArray("nodeSelectorTerms")
                .addObject()
                .putArray("matchFields")
                .addObject()
                .put("key", "metadata.name")
                .put("operator", "In")
                .putArray("values")
                .add(node.name());
        ArrayNode tolerations = pod.putArray("tolerations");
        settings.tolerations().forEach(toleration -> {
            ObjectNode entry = tolerations.addObject();
            toleration.forEach((key, value) -> {
                if (key.equals("tolerationSeconds")) {
                    entry.put(key, Long.parseLong(value));
                } else {
                    entry.put(key, value);
                }
            });
        });
        if (!settings.imagePullSecrets().isEmpty()) {
            ArrayNode secrets = pod.putArray("imagePullSecrets");
            settings.imagePullSecrets().forEach(name -> secrets.addObject().put("name", name));
        }
        ObjectNode security = pod.putObject("securityContext");
        security.put("runAsUser", 0);
        security.put("runAsGroup", 0);
        security.putObject("seccompProfile").put("type", "RuntimeDefault");
        ObjectNode container = container();
        ArrayNode mounts = container.putArray("volumeMounts");
        ArrayNode volumes = pod.putArray("volumes");
        for (String folder : folders(node)) {
            mount(mounts, volumes, folder, "");
        }
        for (String file : settings.files()) {
            mount(mounts, volumes, file, "File");
        }
        // A Java program wants a place for its own short notes.
        volumes.addObject().put("name", "tmp").putObject("emptyDir");
        mounts.addObject().put("name", "tmp").put("mountPath", "/tmp");
        pod.putArray("containers").add(container);
        return pod;
    }

    private List<String> folders(ClusterNode node) {
        List<String> folders = new ArrayList<>(settings.folders());
        if (node.isRancher()) {
            folders.addAll(RANCHER);
        }
        return folders;
    }

    private ObjectNode container() {
        ObjectNode container = MAPPER.createObjectNode();
        container.put("name", CONTAINER);
        container.put("image", settings.image());
        container.put("imagePullPolicy", settings.imagePullPolicy());
        if (!settings.command().isEmpty()) {
            settings.command().forEach(container.putArray("command")::add);
        }
        if (!settings.arguments().isEmpty()) {
            settings.arguments().forEach(container.putArray("args")::add);
        }
        container.put("terminationMessagePolicy", "FallbackToLogsOnError");
        ObjectNode resources = container.putObject("resources");
        putAll(resources, "requests", settings.requests());
        putAll(resources, "limits", settings.limits());
        ObjectNode security = container.putObject("securityContext");
        security.put("allowPrivilegeEscalation", false);
        security.put("privileged", false);
        security.put("readOnlyRootFilesystem", true);
        security.putObject("capabilities").putArray("drop").add("ALL");
        return container;
    }

    private static void mount(ArrayNode mounts, ArrayNode volumes, String path, String type) {
        String name = "host" + path.replaceAll("[^a-z0-9]+", "-").replaceAll("-$", "");
        ObjectNode source = volumes.addObject().put("name", name).putObject("hostPath");
        source.put("path", path);
        if (!type.isEmpty()) {
            source.put("type", type);
        }
        mounts.addObject().put("name", name).put("mountPath", path).put("readOnly", true);
    }

    private static void putAll(ObjectNode parent, String field, Map<String, String> values) {
        if (!values.isEmpty()) {
            values.forEach(parent.putObject(field)::put);
        }
    }
}
