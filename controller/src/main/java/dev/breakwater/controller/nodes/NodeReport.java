package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.audit.CheckEntries;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.naming.ReportLabels;
import dev.breakwater.controller.naming.ReportName;
import dev.breakwater.controller.naming.ReportNames;
import dev.breakwater.controller.naming.TopOwner;
import dev.breakwater.controller.reports.ReportKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

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
    private static final int CONFLICTS = 5;

    private final ClusterNode node;
    private final CheckEntries entries;
    private final String configHash;
    private final Instant collectedAt;
    private final AuditSettings recording;
    private final List<String> notAssessed;

    /** @param notAssessed ids of the checks that did not see what they look at */
    NodeReport(
            ClusterNode node,
            List<CheckResult> results,
            List<String> notAssessed,
            String configHash,
            Instant collectedAt,
            AuditSettings recording) {
        this.node = node;
        this.entries = new CheckEntries(
                results.stream()
                        .filter(result -> result.check().id().startsWith("KCV"))
                        .toList(),
                recording.failedOnly(),
                recording.recorded());
        this.notAssessed = List.copyOf(notAssessed);
        this.configHash = configHash;
        this.collectedAt = collectedAt;
        this.recording = recording;
    }

    static ReportName namesOf(ClusterNode node) {
        return ReportNames.forInfrastructure("Node", node.name(), node.uid());
    }

    /**
     * Creates or replaces; labels, annotations and references that others added stay, and so does the report of another node that lives.
     *
     * @param ownNamed whether the node's report has a name of its own already
     * @param living whether the node with a uid is there
     */
    void write(KubeApi api, boolean ownNamed, Predicate<String> living) throws IOException {
        ReportName names = namesOf(node);
        for (int attempt = 1; ; attempt++) {
            Optional<ObjectNode> usual = read(api, names.usual());
            String name = names.choose(asked -> asked.equals(names.usual())
                    ? holder(usual, living)
                    : ownNamed ? ReportName.Holder.US : ReportName.Holder.NOBODY);
            Optional<ObjectNode> existing = name.equals(names.usual()) ? usual : read(api, name);
            String path = RESOURCE.named("", name);
            ObjectNode report = existing.orElseGet(MAPPER::createObjectNode);
            fill(report, name);
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

    private static Optional<ObjectNode> read(KubeApi api, String name) throws IOException {
        return api.get(RESOURCE.named("", name), Map.of(), KubeApi.JSON, NodeReport::object);
    }

    private ReportName.Holder holder(Optional<ObjectNode> existing, Predicate<String> living) {
        if (existing.isEmpty()) {
            return ReportName.Holder.NOBODY;
        }
        for (JsonNode owner : existing.get().path("metadata").path("ownerReferences")) {
            String uid = owner.path("uid").asText();
            if (uid.equals(node.uid())) {
                return ReportName.Holder.US;
            }
            if (owner.path("controller").asBoolean() && living.test(uid)) {
                return ReportName.Holder.ANOTHER;
            }
        }
        return ReportName.Holder.NOBODY;
    }

    private void fill(ObjectNode object, String name) {
        object.put("apiVersion", RESOURCE.apiVersion());
        object.put("kind", RESOURCE.kind());
        ObjectNode metadata = object.withObject("/metadata");
        metadata.put("name", name);
        ReportLabels.OwnerMarks marks = ReportLabels.ofOwner("Node", node.name(), "");
        ObjectNode labels = metadata.withObject("/labels");
        marks.labels().forEach(labels::put);
        labels.put(ReportLabels.PLUGIN_CONFIG_HASH, configHash);
        labels.put(AuditSettings.RECORDING_HASH, recording.recordingHash(""));
        labels.put(COLLECTED_AT, Long.toString(collectedAt.getEpochSecond()));
        new TopOwner("Node", node.name()).writeTo(metadata);
        ObjectNode annotations = metadata.withObject("/annotations");
        annotations.put(ReportLabels.NOT_ASSESSED, String.join(" ", notAssessed));
        marks.annotations().forEach(annotations::put);
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
                .put("version", recording.scannerVersion());
        entries.writeTo(report);
    }

    private static ObjectNode object(InputStream body) throws IOException {
        return (ObjectNode) MAPPER.readTree(body);
    }
}
