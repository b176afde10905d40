package dev.breakwater.controller.scan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.jobs.JobManifest;
import dev.breakwater.controller.registry.RegistrySettings;
import dev.breakwater.controller.reports.ImageLabels;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds the Job that scans an image. */
final class JobTemplate {
    static final String MANAGED_BY = JobManifest.MANAGED_BY;
    static final String CONTAINER = "trivy";
    static final String ATTEMPT = "breakwater.dev/attempt";
    /** On a Job that shows a credential to its registry: the name of the Secret that has it. */
    static final String CREDENTIALS = "breakwater.dev/credentials";
    /** Where a Job finds its docker config. */
    private static final String DOCKER_CONFIG = "/docker-config";
    /** Where a Job finds certificate authorities that its image does not bring. */
    private static final String AUTHORITIES = "/certificate-authorities";

    private final String namespace;
    private final ScannerSettings scanner;
    private final JobSettings jobs;
    private final RegistrySettings registries;

    JobTemplate(String namespace, ScannerSettings scanner, JobSettings jobs, RegistrySettings registries) {
        this.namespace = namespace;
        this.scanner = scanner;
        this.jobs = jobs;
        this.registries = registries;
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

    /** @param credentials name of the Secret with the Job's docker config, which is made after it; empty for none */
    ObjectNode build(ScanTarget target, int attempt, String credentials) {
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
        addProxies(manifest);
        addAuthorities(manifest);
        if (!credentials.isEmpty()) {
            manifest.annotateJob(CREDENTIALS, credentials)
                    .mountSecret(credentials, DOCKER_CONFIG)
                    .variable("DOCKER_CONFIG", DOCKER_CONFIG);
        }
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

    /** What {@code jobs.environment} says of the same variable counts. */
    private void addProxies(JobManifest manifest) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("HTTP_PROXY", registries.httpProxy());
        variables.put("HTTPS_PROXY", registries.httpsProxy());
        if (registries.httpProxy().isEmpty() && registries.httpsProxy().isEmpty()) {
            return;
        }
        List<String> direct = new ArrayList<>(registries.noProxy());
        if (!scanner.serverUrl().isEmpty()) {
            // Trivy would ask the proxy for its server, too, which is a Service of the cluster in most.
            direct.add(URI.create(scanner.serverUrl()).getHost());
        }
        variables.put("NO_PROXY", String.join(",", direct));
        variables.forEach((name, value) -> {
            if (!value.isEmpty() && !jobs.environment().containsKey(name)) {
                manifest.variable(name, value);
            }
        });
    }

    /** In addition to those of the image: Go reads the image's bundle as well as these folders. */
    private void addAuthorities(JobManifest manifest) {
        List<String> folders = new ArrayList<>();
        if (!registries.caConfigMap().isEmpty()) {
            manifest.mountConfigMap(registries.caConfigMap(), AUTHORITIES + "/config-map");
            folders.add(AUTHORITIES + "/config-map");
        }
        if (!registries.caSecret().isEmpty()) {
            manifest.mountSecret(registries.caSecret(), AUTHORITIES + "/secret");
            folders.add(AUTHORITIES + "/secret");
        }
        if (!folders.isEmpty() && !jobs.environment().containsKey("SSL_CERT_DIR")) {
            manifest.variable("SSL_CERT_DIR", String.join(":", folders));
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
