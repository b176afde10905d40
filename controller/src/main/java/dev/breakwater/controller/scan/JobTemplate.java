package dev.breakwater.controller.scan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.jobs.JobManifest;
import dev.breakwater.controller.reports.ImageLabels;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Builds the Job that scans an image. */
final class JobTemplate {
    static final String MANAGED_BY = JobManifest.MANAGED_BY;
    static final String CONTAINER = "trivy";
    static final String ATTEMPT = "breakwater.dev/attempt";

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
        JobManifest manifest = new JobManifest(namespace, nameOf(target.name()), jobs.deadline(), jobs.keepFinished());
        jobs.labels().forEach(manifest::label);
        manifest.label("app.kubernetes.io/managed-by", MANAGED_BY)
                .label(ImageLabels.IMAGE_SCAN, target.name())
                .label(ImageLabels.IMAGE_DIGEST, target.image().digestLabel())
                .annotations(jobs.annotations())
                .annotateJob(ATTEMPT, Integer.toString(attempt))
                .serviceAccount(jobs.serviceAccount())
                .schedule(jobs.priorityClass(), jobs.nodeSelector(), jobs.tolerations())
                .container(CONTAINER, scanner.image(), scanner.imagePullPolicy(), jobs.imagePullSecrets())
                .program(List.of("/bin/sh", "-c", ScanScript.text(jobs.maxResultBytes()), "scan"), arguments(target))
                .resources(jobs.requests(), jobs.limits())
                .variables(jobs.environment())
                .variables(ScannerSettings.QUIET);
        addTransport(target, manifest);
        return manifest.build();
    }

    private void addTransport(ScanTarget target, JobManifest manifest) {
        List<String> registries = List.of(
                registryOf(target.pullReference()),
                registryOf(scanner.databaseRepository()),
                registryOf(scanner.javaDatabaseRepository()));
        if (registries.stream().anyMatch(scanner.insecureRegistries()::contains)) {
            manifest.variable("TRIVY_INSECURE", "true");
        }
        if (registries.stream().anyMatch(scanner.plainRegistries()::contains)) {
            manifest.variable("TRIVY_NON_SSL", "true");
        }
        if (!scanner.serverTokenSecret().isEmpty()) {
            manifest.variableFromSecret("TRIVY_TOKEN", scanner.serverTokenSecret(), "token");
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
            addJavaDatabase(arguments);
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
            arguments.add("--skip-db-update");
        } else {
            addPair(arguments, "--db-repository", scanner.databaseRepository());
        }
        addJavaDatabase(arguments);
    }

    /** Also beside a server: who takes the image apart looks archives up, and that is this Trivy. */
    private void addJavaDatabase(List<String> arguments) {
        if (scanner.skipDatabaseUpdate()) {
            arguments.add("--skip-java-db-update");
        } else {
            addPair(arguments, "--java-db-repository", scanner.javaDatabaseRepository());
        }
    }

    private static void addPair(List<String> arguments, String flag, String value) {
        if (!value.isEmpty()) {
            arguments.add(flag);
            arguments.add(value);
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
