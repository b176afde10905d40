package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.Severity;
import dev.breakwater.controller.checks.Verdict;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.naming.ReportLabels;
import dev.breakwater.controller.naming.ReportNames;
import dev.breakwater.controller.reports.ReportKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ClusterInfraAssessmentReport of a node. Infrastructure checks alone enter it, as in the original (checks 5). */
final class NodeReport {
    static final Resource RESOURCE = new Resource(
            ReportKind.GROUP,
            ReportKind.VERSION,
            "clusterinfraassessmentreports",
            "ClusterInfraAssessmentReport",
            false);
    /** Seconds since 1970: a label, so that it is known without reading the report. */
    static final String COLLECTED_AT = "breakwater.dev/collected-at";

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String CATEGORY = "Kubernetes Security Check";
    private static final int CONFLICTS = 5;

    private final ClusterNode node;
    private final List<CheckResult> results;
    private final String configHash;
    private final Instant collectedAt;
    private final boolean failedOnly;
    private final String scannerVersion;

    NodeReport(
            ClusterNode node,
            List<CheckResult> results,
            String configHash,
            Instant collectedAt,
            boolean failedOnly,
            String scannerVersion) {
        this.node = node;
        this.results = results.stream()
                .filter(result -> result.check().id().startsWith("KCV"))
                .toList();
        this.configHash = configHash;
        this.collectedAt = collectedAt;
        this.failedOnly = failedOnly;
        this.scannerVersion = scannerVersion;
    }

    static String nameOf(String node) {
        return ReportNames.ofInfrastructure("Node", node);
    }

    /** Creates or replaces; labels, annotations and references that others added stay. */
    void write(KubeApi api) throws IOException {
        String path = RESOURCE.named("", nameOf(node.name()));
        for (int attempt = 1; ; attempt++) {
            Optional<ObjectNode> existing = api.get(path, Map.of(), KubeApi.JSON, NodeReport::object);
            ObjectNode report = existing.orElseGet(MAPPER::createObjectNode);
            fill(report);
            byte[] body = report.toString().getBytes(StandardCharsets.UTF_8);
            try {
                if (existing.isEmpty()) {
                    api.create(RESOURCE.all(), out -> out.write(body), KubeApi::ignore);
                } else {
                    api.update(path, out -> out.write(body), KubeApi::ignore);
                }
                return;
            } catch (ApiRefusal refusal) {
                boolean raced = refusal.isConflict() || refusal.isNotFound();
                if (!raced || attempt == CONFLICTS) {
                    throw refusal;
                }
            }
        }
    }

    private void fill(ObjectNode object) {
        object.put("apiVersion", RESOURCE.apiVersion());
        object.put("kind", RESOURCE.kind());
        ObjectNode metadata = object.withObject("/metadata");
        metadata.put("name", nameOf(node.name()));
        ReportLabels.OwnerMarks marks = ReportLabels.ofOwner("Node", node.name(), "");
        ObjectNode labels = metadata.withObject("/labels");
        marks.labels().forEach(labels::put);
        labels.put(ReportLabels.PLUGIN_CONFIG_HASH, configHash);
        labels.put(COLLECTED_AT, Long.toString(collectedAt.getEpochSecond()));
        if (!marks.annotations().isEmpty()) {
            marks.annotations().forEach(metadata.withObject("/annotations")::put);
        }
        ObjectNode owner = metadata.putArray("ownerReferences").addObject();
        owner.put("apiVersion", "v1");
        owner.put("kind", "Node");
        owner.put("name", node.name());
        owner.put("uid", node.uid());
        owner.put("controller", true);
        owner.put("blockOwnerDeletion", false);
        ObjectNode report = object.putObject("report");
        report.putObject("scanner")
                .put("name", "Trivy")
                .put("vendor", "Aqua Security")
                .put("version", scannerVersion);
        ObjectNode summary = report.putObject("summary");
        summary.put("criticalCount", count(Severity.CRITICAL));
        summary.put("highCount", count(Severity.HIGH));
        summary.put("mediumCount", count(Severity.MEDIUM));
        summary.put("lowCount", count(Severity.LOW));
        ArrayNode checks = report.putArray("checks");
        for (CheckResult result : results) {
            switch (result.verdict()) {
                case Verdict.Failed(List<String> messages) ->
                    messages.forEach(message -> entry(checks, result.check(), message));
                case Verdict.Passed() -> {
                    if (!failedOnly) {
                        entry(checks, result.check(), null);
                    }
                }
                // Neither a pass nor a failure; the log of the controller names it.
                case Verdict.Undecided undecided -> {}
            }
        }
    }

    private long count(Severity severity) {
        return results.stream()
                .filter(result -> result.check().severity() == severity)
                .mapToLong(result ->
                        result.verdict() instanceof Verdict.Failed(List<String> messages) ? messages.size() : 0)
                .sum();
    }

    private static void entry(ArrayNode checks, CheckDefinition check, @Nullable String message) {
        ObjectNode entry = checks.addObject();
        entry.put("category", CATEGORY);
        entry.put("checkID", check.reportId());
        entry.put("description", check.description());
        if (message != null) {
            entry.putArray("messages").add(message);
        }
        entry.put("remediation", check.remediation());
        entry.put("severity", check.severity().name());
        entry.put("success", message == null);
        entry.put("title", check.title());
    }

    private static ObjectNode object(InputStream body) throws IOException {
        return (ObjectNode) MAPPER.readTree(body);
    }
}
