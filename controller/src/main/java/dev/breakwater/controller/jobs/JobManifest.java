package dev.breakwater.controller.jobs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A Job of one pod of one container, as all of ours are: tried once, without a token, without a capability, with nothing writable but {@code /tmp}.
 * Used once, by one thread.
 */
public final class JobManifest {
    /** Value of {@code app.kubernetes.io/managed-by} on our Jobs; not the original's, so that a Trivy Operator beside us leaves them alone. */
    public static final String MANAGED_BY = "breakwater";

    private static final JsonMapper MAPPER = new JsonMapper();

    private final ObjectNode job = MAPPER.createObjectNode();
    private final ObjectNode pod;
    private final ObjectNode container;

    /**
     * @param deadline after which Kubernetes ends it
     * @param kept how long Kubernetes keeps it when it has ended and no controller comes for it
     */
    public JobManifest(String namespace, String name, Duration deadline, Duration kept) {
        job.put("apiVersion", "batch/v1");
        job.put("kind", "Job");
        job.putObject("metadata").put("name", name).put("namespace", namespace);
        ObjectNode spec = job.putObject("spec");
        // Retries are ours, with pauses and reasons; Kubernetes would repeat a hopeless pull at once.
        spec.put("backoffLimit", 0);
        spec.put("completions", 1);
        spec.put("parallelism", 1);
        spec.put("activeDeadlineSeconds", deadline.toSeconds());
        spec.put("ttlSecondsAfterFinished", kept.toSeconds());
        this.pod = spec.putObject("template").putObject("spec");
        pod.put("restartPolicy", "Never");
        pod.put("automountServiceAccountToken", false);
        pod.put("enableServiceLinks", false);
        pod.putObject("securityContext").putObject("seccompProfile").put("type", "RuntimeDefault");
        this.container = pod.putArray("containers").addObject();
        ObjectNode security = container.putObject("securityContext");
        security.put("allowPrivilegeEscalation", false);
        security.put("privileged", false);
        security.put("readOnlyRootFilesystem", true);
        security.putObject("capabilities").putArray("drop").add("ALL");
        // Where a log has no line there still is a word about why it failed in the pod's status.
        container.put("terminationMessagePolicy", "FallbackToLogsOnError");
        volume("tmp", "/tmp", false).putObject("emptyDir");
        label("app.kubernetes.io/managed-by", MANAGED_BY);
    }

    /** On Job and pod. */
    public JobManifest label(String key, String value) {
        job.withObject("/metadata/labels").put(key, value);
        job.withObject("/spec/template/metadata/labels").put(key, value);
        return this;
    }

    /** On Job and pod. */
    public JobManifest annotations(Map<String, String> annotations) {
        annotations.forEach((key, value) -> {
            annotateJob(key, value);
            job.withObject("/spec/template/metadata/annotations").put(key, value);
        });
        return this;
    }

    public JobManifest annotateJob(String key, String value) {
        job.withObject("/metadata/annotations").put(key, value);
        return this;
    }

    /** @param serviceAccount empty for the namespace's default */
    public JobManifest serviceAccount(String serviceAccount) {
        putIfGiven(pod, "serviceAccountName", serviceAccount);
        return this;
    }

    /**
     * Where the pod may run.
     *
     * @param priorityClass empty for none
     */
    public JobManifest schedule(
            String priorityClass, Map<String, String> nodeSelector, List<Map<String, String>> tolerations) {
        putIfGiven(pod, "priorityClassName", priorityClass);
        putAll(pod, "nodeSelector", nodeSelector);
        if (!tolerations.isEmpty()) {
            ArrayNode entries = pod.putArray("tolerations");
            tolerations.forEach(toleration -> {
                ObjectNode entry = entries.addObject();
                toleration.forEach((key, value) -> {
                    if (key.equals("tolerationSeconds")) {
                        entry.put(key, Long.parseLong(value));
                    } else {
                        entry.put(key, value);
                    }
                });
            });
        }
        return this;
    }

    /** Holds the pod to a node, by its name as the pods of a DaemonSet are: the label kubernetes.io/hostname may differ from it. */
    public JobManifest onNode(String node) {
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
                .add(node);
        return this;
    }

    /** As root and among the processes of the node, for files that are root's; still without any capability. */
    public JobManifest asRootOfTheNode() {
        pod.put("hostPID", true);
        pod.withObject("/securityContext").put("runAsUser", 0).put("runAsGroup", 0);
        return this;
    }

    public JobManifest container(String name, String image, String imagePullPolicy, List<String> imagePullSecrets) {
        container.put("name", name);
        container.put("image", image);
        container.put("imagePullPolicy", imagePullPolicy);
        if (!imagePullSecrets.isEmpty()) {
            ArrayNode secrets = pod.putArray("imagePullSecrets");
            imagePullSecrets.forEach(secret -> secrets.addObject().put("name", secret));
        }
        return this;
    }

    /** What is run; an empty command for the image's own entry point. */
    public JobManifest program(List<String> command, List<String> arguments) {
        if (!command.isEmpty()) {
            command.forEach(container.putArray("command")::add);
        }
        if (!arguments.isEmpty()) {
            arguments.forEach(container.putArray("args")::add);
        }
        return this;
    }

    public JobManifest resources(Map<String, String> requests, Map<String, String> limits) {
        ObjectNode resources = container.putObject("resources");
        putAll(resources, "requests", requests);
        putAll(resources, "limits", limits);
        return this;
    }

    public JobManifest variable(String name, String value) {
        environment().addObject().put("name", name).put("value", value);
        return this;
    }

    public JobManifest variables(Map<String, String> variables) {
        variables.forEach(this::variable);
        return this;
    }

    public JobManifest variableFromSecret(String name, String secret, String key) {
        environment()
                .addObject()
                .put("name", name)
                .putObject("valueFrom")
                .putObject("secretKeyRef")
                .put("name", secret)
                .put("key", key);
        return this;
    }

    /**
     * A folder or file of the node, read-only at the same place.
     *
     * @param type of the host path; empty for none
     */
    public JobManifest mountHost(String path, String type) {
        ObjectNode source = volume(nameOf("host", path), path, true).putObject("hostPath");
        source.put("path", path);
        putIfGiven(source, "type", type);
        return this;
    }

    /** The keys of a Secret as files of a folder, which the kubelet keeps in memory. */
    public JobManifest mountSecret(String secret, String folder) {
        volume(nameOf("secret", folder), folder, true).putObject("secret").put("secretName", secret);
        return this;
    }

    /** The keys of a ConfigMap as files of a folder. */
    public JobManifest mountConfigMap(String configMap, String folder) {
        volume(nameOf("config", folder), folder, true).putObject("configMap").put("name", configMap);
        return this;
    }

    public ObjectNode build() {
        return job;
    }

    private static String nameOf(String kind, String path) {
        return kind + path.replaceAll("[^a-z0-9]+", "-").replaceAll("-$", "");
    }

    private ObjectNode volume(String name, String path, boolean readOnly) {
        ObjectNode mount = container.withArray("/volumeMounts").addObject();
        mount.put("name", name).put("mountPath", path);
        if (readOnly) {
            mount.put("readOnly", true);
        }
        return pod.withArray("/volumes").addObject().put("name", name);
    }

    private ArrayNode environment() {
        return container.withArray("/env");
    }

    private static void putIfGiven(ObjectNode parent, String field, String value) {
        if (!value.isEmpty()) {
            parent.put(field, value);
        }
    }

    private static void putAll(ObjectNode parent, String field, Map<String, String> values) {
        if (!values.isEmpty()) {
            values.forEach(parent.putObject(field)::put);
        }
    }
}
