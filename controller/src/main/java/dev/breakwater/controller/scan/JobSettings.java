package dev.breakwater.controller.scan;

import dev.breakwater.controller.bounds.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How scan Jobs run. Keys under {@code jobs}, each named as its component.
 *
 * @param namespace {@code jobs.namespace}: where they run; empty for the controller's own
 * @param serviceAccount {@code jobs.serviceAccount}: what they run as; needs no permission
 * @param concurrent {@code jobs.concurrent}: how many at a time, 1 or more
 * @param deadline {@code jobs.deadline}: after which a Job is ended; longer than {@code scanner.timeout}, because pulling the scanner and its database
 *     counts too
 * @param keepFinished {@code jobs.keepFinished}: how long Kubernetes keeps a finished Job that nobody read, for a controller that is down
 * @param maxResultBytes {@code jobs.maxResultBytes}: of each result before compression; a larger one is refused, not cut
 * @param requests {@code jobs.requests}: resources, such as {@code cpu: 100m}
 * @param limits {@code jobs.limits}: resources
 * @param nodeSelector {@code jobs.nodeSelector}
 * @param tolerations {@code jobs.tolerations}: as in a pod
 * @param imagePullSecrets {@code jobs.imagePullSecrets}: names, for the scanner's image
 * @param priorityClass {@code jobs.priorityClass}: empty for none
 * @param labels {@code jobs.labels}: added to Job and pod
 * @param annotations {@code jobs.annotations}: added to Job and pod
 * @param environment {@code jobs.environment}: added to the container, for example proxies
 */
public record JobSettings(
        String namespace,
        String serviceAccount,
        int concurrent,
        Duration deadline,
        Duration keepFinished,
        long maxResultBytes,
        Map<String, String> requests,
        Map<String, String> limits,
        Map<String, String> nodeSelector,
        List<Map<String, String>> tolerations,
        List<String> imagePullSecrets,
        String priorityClass,
        Map<String, String> labels,
        Map<String, String> annotations,
        Map<String, String> environment) {

    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public JobSettings {
        Bounds bounds = new Bounds("jobs");
        if (!namespace.isEmpty()) {
            bounds.namespace("namespace", namespace);
        }
        bounds.name("serviceAccount", serviceAccount)
                .number("concurrent", concurrent, 1, 500)
                .duration("deadline", deadline, Duration.ofSeconds(10), Duration.ofHours(24))
                .duration("keepFinished", keepFinished, Duration.ZERO, Duration.ofDays(30))
                .number("maxResultBytes", maxResultBytes, 1 << 10, 1L << 31)
                .resources("requests", requests, "limits", limits)
                .labels("nodeSelector", nodeSelector)
                .labels("labels", labels)
                .annotations("annotations", annotations)
                .variables("environment", environment);
        imagePullSecrets.forEach(name -> bounds.name("imagePullSecrets", name));
        if (!priorityClass.isEmpty()) {
            bounds.name("priorityClass", priorityClass);
        }
        bounds.check();
    }

    public static JobSettings defaults() {
        return new JobSettings(
                "",
                "breakwater-scan",
                10,
                Duration.ofMinutes(10),
                Duration.ofHours(1),
                64L * 1024 * 1024,
                Map.of("cpu", "100m", "memory", "100M"),
                Map.of("cpu", "500m", "memory", "500M"),
                Map.of("kubernetes.io/os", "linux"),
                List.of(),
                List.of(),
                "",
                Map.of(),
                Map.of(),
                Map.of());
    }
}
