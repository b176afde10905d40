package dev.breakwater.cli.control;

import dev.breakwater.cli.values.DurationWords;
import dev.breakwater.controller.scan.JobSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How scan Jobs run. */
final class JobOptions {
    private static final JobSettings DEFAULTS = JobSettings.defaults();

    @Option(
            names = "--jobs-namespace",
            paramLabel = "NAMESPACE",
            description = "Where scan Jobs run (default: the controller's own).")
    String namespace = DEFAULTS.namespace();

    @Option(
            names = "--jobs-service-account",
            paramLabel = "NAME",
            description = "What scan Jobs run as; needs no permission (default: breakwater-scan).")
    String serviceAccount = DEFAULTS.serviceAccount();

    @Option(
            names = "--jobs-concurrent",
            paramLabel = "N",
            description = "Scan Jobs at a time, 1 or more (default: 10).")
    int concurrent = DEFAULTS.concurrent();

    @Option(
            names = "--jobs-deadline",
            paramLabel = "DURATION",
            description =
                    "After which a scan Job is ended; longer than --scanner-timeout, for pulling counts too (default: 10m).",
            converter = DurationWords.class)
    Duration deadline = DEFAULTS.deadline();

    @Option(
            names = "--jobs-keep-finished",
            paramLabel = "DURATION",
            description = "How long a finished Job that nobody read is kept (default: 1h).",
            converter = DurationWords.class)
    Duration keepFinished = DEFAULTS.keepFinished();

    @Option(
            names = "--jobs-max-result-bytes",
            paramLabel = "N",
            description = "Largest result before compression; a larger one is refused and said (default: 67108864).")
    long maxResultBytes = DEFAULTS.maxResultBytes();

    @Option(
            names = "--jobs-requests",
            paramLabel = "RESOURCE=QUANTITY",
            split = ",",
            description = "Resource requests of a scan (default: cpu=100m,memory=100M).")
    Map<String, String> requests = new LinkedHashMap<>();

    @Option(
            names = "--jobs-limits",
            paramLabel = "RESOURCE=QUANTITY",
            split = ",",
            description = "Resource limits of a scan (default: cpu=500m,memory=500M).")
    Map<String, String> limits = new LinkedHashMap<>();

    @Option(
            names = "--jobs-node-selector",
            paramLabel = "LABEL=VALUE",
            split = ",",
            description = "Nodes that scans may run on (default: kubernetes.io/os=linux).")
    Map<String, String> nodeSelector = new LinkedHashMap<>();

    @Option(
            names = "--jobs-image-pull-secrets",
            paramLabel = "LIST",
            split = ",",
            description = "Secrets for pulling the scanner's image.")
    List<String> imagePullSecrets = new ArrayList<>();

    @Option(names = "--jobs-priority-class", paramLabel = "NAME", description = "Priority class of scan pods.")
    String priorityClass = DEFAULTS.priorityClass();

    @Option(
            names = "--jobs-labels",
            paramLabel = "KEY=VALUE",
            split = ",",
            description = "Labels added to Jobs and their pods.")
    Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--jobs-annotations",
            paramLabel = "KEY=VALUE",
            split = ",",
            description = "Annotations added to Jobs and their pods.")
    Map<String, String> annotations = new LinkedHashMap<>();

    @Option(
            names = "--jobs-environment",
            paramLabel = "NAME=VALUE",
            split = ",",
            description = "Environment of the scanner, such as proxies.")
    Map<String, String> environment = new LinkedHashMap<>();

    JobSettings settings() {
        return new JobSettings(
                namespace,
                serviceAccount,
                concurrent,
                deadline,
                keepFinished,
                maxResultBytes,
                requests.isEmpty() ? DEFAULTS.requests() : requests,
                limits.isEmpty() ? DEFAULTS.limits() : limits,
                nodeSelector.isEmpty() ? DEFAULTS.nodeSelector() : nodeSelector,
                DEFAULTS.tolerations(),
                imagePullSecrets,
                priorityClass,
                labels,
                annotations,
                environment);
    }
}
