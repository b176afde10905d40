package dev.breakwater.bench.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;

/**
 * One report: a container of a workload, and what was found in its image.
 *
 * @param number of the report; names follow from it
 */
public record Report(String namespace, int number, Content content) {
    private static final Instant FIRST_SCAN = Instant.parse("2026-11-01T02:00:00Z");
    private static final long DAY = 86_400;

    /** As the Trivy Operator names the report of a ReplicaSet's container (trivy-operator 2.2). */
    public String name() {
        return "replicaset-" + workload() + "-app";
    }

    /** The value of {@link Workload#PICK} that this report bears. */
    public String pick() {
        return "p" + number / Workload.PER_PICK;
    }

    /** The body of the first scan. Fields are in the order in which Go's encoder writes the original's types. */
    public Body create(String group) {
        String metadata = """
                {"name":"%s","namespace":"%s","creationTimestamp":null,"labels":{"app.kubernetes.io/managed-by":"trivy-operator",\
                "%s":"%s","resource-spec-hash":"%s","trivy-operator.container.name":"app","trivy-operator.resource.kind":"ReplicaSet",\
                "trivy-operator.resource.name":"%s","trivy-operator.resource.namespace":"%s"},\
                "annotations":{"trivy-operator.aquasecurity.github.io/report-ttl":"24h0m0s"}}""".formatted(
                        name(),
                        namespace,
                        Workload.PICK,
                        pick(),
                        Integer.toHexString(31 * number + 7919),
                        workload(),
                        namespace);
        return body(group, metadata.getBytes(UTF_8), 0);
    }

    /**
     * The body of a later scan that found the same.
     *
     * @param metadata as the server gave it: with uid, resourceVersion and managed fields
     * @param day number of days after the first scan
     */
    public Body rescan(String group, byte[] metadata, int day) {
        return body(group, metadata, day);
    }

    private Body body(String group, byte[] metadata, int day) {
        String before = "{\"apiVersion\":\"" + group + "/v1alpha1\",\"kind\":\"VulnerabilityReport\",\"metadata\":";
        String middle = ",\"report\":{\"updateTimestamp\":\"" + FIRST_SCAN.plusSeconds(day * DAY + number);
        return Body.of(before.getBytes(UTF_8), metadata, middle.getBytes(UTF_8), content.afterTimestamp());
    }

    private String workload() {
        return "shop-%05d-%s".formatted(number, content.digest().substring(7, 15));
    }
}
