package dev.breakwater.controller.scan;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.reports.ImageLabels;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Builds the Job that scans an image. */
final class JobTemplate {
    /** Value of {@code app.kubernetes.io/managed-by} on our Jobs; not the original's, so that a Trivy Operator beside us leaves them alone. */
    static final String MANAGED_BY = "breakwater";

    static final String CONTAINER = "trivy";
    static final String ATTEMPT = "breakwater.dev/attempt";

    private static final JsonMapper MAPPER = new JsonMapper();

    private final String namespace;
    private final ScannerSettings scanner;
    private final JobSettings jobs;

    JobTemplate(String namespace, ScannerSettings scanner, JobSettings jobs) {
        this.namespace = namespace;
        this.scanner = scanner;
        this.jobs = jobs;
    }

    /**
     * The same for every attempt at the same scan: creating it while one is there ends in a conflict, which is how a restarted controller finds the
     * Job of the one before, and why nothing is scanned twice. Not the ImageScan's name, which is too long for the label that Kubernetes makes of it.
     */
    static String nameOf(String scan) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(scan.getBytes(StandardCharsets.UTF_8));
            return "breakwater-scan-" + HexFormat.of().formatHex(digest, 0, 10);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    ObjectNode build(ScanTarget target, int attempt) {
        ObjectNode job = MAPPER.createObjectNode();
        job.put("apiVersion", "batch/v1");
        job.put("kind", "Job");
        ObjectNode metadata = job.putObject("metadata");
        metadata.put("name", nameOf(target.name()));
        metadata.put("namespace", namespace);
        metadata.set("labels", labels(target));
        ObjectNode annotations = metadata.putObject("annotations");
        jobs.annotations().forEach(annotations::put);
        annotations.put(ATTEMPT, Integer.toString(attempt));
        ObjectNode spec = job.putObject("spec");
        // Retries are ours, with pauses and reasons; Kubernetes would repeat a hopeless pull at once.
        spec.put("backoffLimit", 0);
        spec.put("completions", 1);
        spec.put("parallelism", 1);
        spec.put("activeDeadlineSeconds", jobs.deadline().toSeconds());
        spec.put("ttlSecondsAfterFinished", jobs.keepFinished().toSeconds());
        ObjectNode template = spec.putObject("template");
        ObjectNode podMetadata = template.putObject("metadata");
        podMetadata.set("labels", labels(target));
        jobs.annotations().forEach(podMetadata.putObject("annotations")::put);
        template.set("spec", podSpec(target));
        return job;
    }

    private ObjectNode labels(ScanTarget target) {
        ObjectNode labels = MAPPER.createObjectNode();
        jobs.labels().forEach(labels::put);
        labels.put("app.kubernetes.io/managed-by", MANAGED_BY);
        labels.put(ImageLabels.IMAGE_SCAN, target.name());
        labels.put(ImageLabels.IMAGE_DIGEST, target.image().digestLabel());
        return labels;
    }

    private ObjectNode podSpec(ScanTarget target) {
        ObjectNode pod = MAPPER.createObjectNode();
        pod.put("restartPolicy", "Never");
        if (!jobs.serviceAccount().isEmpty()) {
            pod.put("serviceAccountName", jobs.serviceAccount());
        }
        pod.put("automountServiceAccountToken", false);
        pod.put("enableServiceLinks", false);
        if (!jobs.priorityClass().isEmpty()) {
            pod.put("priorityClassName", jobs.priorityClass());
        }
        putAll(pod, "nodeSelector", jobs.nodeSelector());
        if (!jobs.tolerations().isEmpty()) {
            ArrayNode tolerations = pod.putArray("tolerations");
            jobs.tolerations().forEach(toleration -> {
                ObjectNode entry = tolerations.addObject();
                toleration.forEach((key, value) -> {
                    if (key.equals("tolerationSeconds")) {
                        entry.put(key, Long.parseLong(value));
                    } else {
                        entry.put(key, value);
                    }
                });
            });
        }
        if (!jobs.imagePullSecrets().isEmpty()) {
            ArrayNode secrets = pod.putArray("imagePullSecrets");
            jobs.imagePullSecrets().forEach(name -> secrets.addObject().put("name", name));
        }
        pod.putObject("securityContext").putObject("seccompProfile").put("type", "RuntimeDefault");
        pod.putArray("containers").add(container(target));
        ObjectNode volume = pod.putArray("volumes").addObject();
        volume.put("name", "tmp");
        volume.putObject("emptyDir");
        return pod;
    }

    private ObjectNode container(ScanTarget target) {
        ObjectNode container = MAPPER.createObjectNode();
        container.put("name", CONTAINER);
        container.put("image", scanner.image());
        container.put("imagePullPolicy", scanner.imagePullPolicy());
        container
                .putArray("command")
                .add("/bin/sh")
                .add("-c")
                .add(ScanScript.text(jobs.maxResultBytes()))
                .add("scan");
        ArrayNode arguments = container.putArray("args");
        arguments(target).forEach(arguments::add);
        // Without a log line there still is a word about why it failed in the pod's status.
        container.put("terminationMessagePolicy", "FallbackToLogsOnError");
        ArrayNode environment = container.putArray("env");
        jobs.environment()
                .forEach((name, value) ->
                        environment.addObject().put("name", name).put("value", value));
        environment.addObject().put("name", "HOME").put("value", "/tmp");
        // By variable and not by flag: Trivy versions that do not know them take no notice.
        environment.addObject().put("name", "TRIVY_DISABLE_TELEMETRY").put("value", "true");
        environment.addObject().put("name", "TRIVY_SKIP_VERSION_CHECK").put("value", "true");
        addTransport(target, environment);
        ObjectNode resources = container.putObject("resources");
        putAll(resources, "requests", jobs.requests());
        putAll(resources, "limits", jobs.limits());
        ObjectNode security = container.putObject("securityContext");
        security.put("allowPrivilegeEscalation", false);
        security.put("privileged", false);
        security.put("readOnlyRootFilesystem", true);
        security.putObject("capabilities").putArray("drop").add("ALL");
        container.putArray("volumeMounts").addObject().put("name", "tmp").put("mountPath", "/tmp");
        return container;
    }

    private void addTransport(ScanTarget target, ArrayNode environment) {
        List<String> registries = List.of(
                registryOf(target.pullReference()),
                registryOf(scanner.databaseRepository()),
                registryOf(scanner.javaDatabaseRepository()));
        if (registries.stream().anyMatch(scanner.insecureRegistries()::contains)) {
            environment.addObject().put("name", "TRIVY_INSECURE").put("value", "true");
        }
        if (registries.stream().anyMatch(scanner.plainRegistries()::contains)) {
            environment.addObject().put("name", "TRIVY_NON_SSL").put("value", "true");
        }
        if (!scanner.serverTokenSecret().isEmpty()) {
            environment
                    .addObject()
                    .put("name", "TRIVY_TOKEN")
                    .putObject("valueFrom")
                    .putObject("secretKeyRef")
                    .put("name", scanner.serverTokenSecret())
                    .put("key", "token");
        }
    }

    /** Arguments of {@code trivy image}; what the script adds itself is not among them. */
    List<String> arguments(ScanTarget target) {
        List<String> arguments = new ArrayList<>();
        // From the registry alone: a scan pod has no container engine to ask, and must not find one by accident.
        arguments.addAll(List.of("--image-src", "remote", "--no-progress"));
        arguments.addAll(List.of("--cache-dir", scanner.cacheFolder()));
        arguments.addAll(List.of("--timeout", scanner.timeout().toSeconds() + "s"));
        arguments.addAll(List.of("--scanners", scanner.secrets() ? "vuln,secret" : "vuln"));
        if (scanner.secrets()) {
            arguments.addAll(List.of("--image-config-scanners", "secret"));
        }
        if (scanner.serverUrl().isEmpty()) {
            addDatabase(arguments);
        } else {
            arguments.addAll(List.of("--server", scanner.serverUrl()));
        }
        addPair(arguments, "--severity", String.join(",", scanner.severities()));
        addPair(arguments, "--pkg-types", String.join(",", scanner.packageTypes()));
        if (scanner.ignoreUnfixed()) {
            arguments.add("--ignore-unfixed");
        }
        // Trivy's own default wherever it runs; named only when it is another one.
        if (!target.image().platform().equals(Platform.LINUX_AMD64)) {
            arguments.addAll(List.of("--platform", target.image().platform().toString()));
        }
        arguments.addAll(scanner.extraArguments());
        arguments.add(target.pullReference());
        return arguments;
    }

    private void addDatabase(List<String> arguments) {
        // Layers kept in a pod's own folder are found by nobody again; in memory the database may lie in a read-only
        // image.
        arguments.addAll(List.of("--cache-backend", "memory"));
        if (scanner.skipDatabaseUpdate()) {
            arguments.addAll(List.of("--skip-db-update", "--skip-java-db-update"));
        } else {
            addPair(arguments, "--db-repository", scanner.databaseRepository());
            addPair(arguments, "--java-db-repository", scanner.javaDatabaseRepository());
        }
    }

    private static void addPair(List<String> arguments, String flag, String value) {
        if (!value.isEmpty()) {
            arguments.add(flag);
            arguments.add(value);
        }
    }

    private static void putAll(ObjectNode parent, String field, Map<String, String> values) {
        if (!values.isEmpty()) {
            values.forEach(parent.putObject(field)::put);
        }
    }

    private static String registryOf(String reference) {
        try {
            return ImageReference.parse(reference).registry();
        } catch (IllegalArgumentException unnamed) {
            return "";
        }
    }
}
