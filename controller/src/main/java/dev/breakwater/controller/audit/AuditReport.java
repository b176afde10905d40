package dev.breakwater.controller.audit;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.naming.ReportLabels;
import dev.breakwater.controller.naming.ReportName;
import dev.breakwater.controller.naming.TopOwner;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * One report about one object, as JSON. A pure function of its components.
 *
 * @param top what the object was made from
 * @param notAssessed ids of the infrastructure checks that did not see what they look at
 */
record AuditReport(
        AuditReportKind kind,
        AuditedKind objectKind,
        AuditView object,
        TopOwner top,
        String configHash,
        CheckEntries entries,
        List<String> notAssessed,
        AuditSettings settings,
        Instant auditedAt) {
    /** Seconds since 1970: a label, so that it is known without reading the report. */
    static final String AUDITED_AT = "breakwater.dev/audited-at";

    private static final JsonMapper MAPPER = new JsonMapper();

    ReportName name() {
        return kind.nameFor(objectKind, object.name(), object.uid());
    }

    /** The namespace it lives in; empty for a cluster-scoped report. */
    String namespace() {
        return kind.resource().namespaced() ? object.namespace() : "";
    }

    /** Labels and report anew; the rest of an existing object, such as what others added to it, stays. */
    ObjectNode over(ObjectNode existing, String name) {
        ObjectNode report = existing.deepCopy();
        report.put("apiVersion", kind.resource().apiVersion());
        report.put("kind", kind.resource().kind());
        fillMetadata(report.withObject("/metadata"), name);
        fillReport(report.putObject("report"));
        return report;
    }

    /** A first report under its usual name. */
    ObjectNode fresh() {
        return fresh(name().usual());
    }

    ObjectNode fresh(String name) {
        return over(MAPPER.createObjectNode(), name);
    }

    private void fillMetadata(ObjectNode metadata, String name) {
        metadata.put("name", name);
        if (!namespace().isEmpty()) {
            metadata.put("namespace", namespace());
        }
        metadata.remove("managedFields");
        ReportLabels.OwnerMarks marks =
                ReportLabels.ofOwner(objectKind.resource().kind(), object.name(), object.namespace());
        ObjectNode labels = metadata.withObject("/labels");
        marks.labels().forEach(labels::put);
        labels.put(ReportLabels.RESOURCE_SPEC_HASH, object.specHash());
        labels.put(ReportLabels.PLUGIN_CONFIG_HASH, configHash);
        labels.put(AuditSettings.RECORDING_HASH, settings.recordingHash(object.namespace()));
        labels.put(AUDITED_AT, Long.toString(auditedAt.getEpochSecond()));
        if (!marks.annotations().isEmpty()) {
            marks.annotations().forEach(metadata.withObject("/annotations")::put);
        }
        top.writeTo(metadata);
        if (kind == AuditReportKind.INFRA) {
            metadata.withObject("/annotations").put(ReportLabels.NOT_ASSESSED, String.join(" ", notAssessed));
        }
        Meta meta = object.meta();
        ObjectNode owner = metadata.putArray("ownerReferences").addObject();
        owner.put("apiVersion", objectKind.resource().apiVersion());
        owner.put("kind", objectKind.resource().kind());
        owner.put("name", object.name());
        owner.put("uid", meta.uid());
        owner.put("controller", true);
        // False, so that a cluster that enforces permissions on owners does not refuse the report (trivy-operator 2.4).
        owner.put("blockOwnerDeletion", false);
    }

    private void fillReport(ObjectNode report) {
        if (kind.hasTimestamp()) {
            report.put(
                    "updateTimestamp", auditedAt.truncatedTo(ChronoUnit.SECONDS).toString());
        }
        report.putObject("scanner")
                .put("name", "Trivy")
                .put("vendor", "Aqua Security")
                .put("version", settings.scannerVersion());
        entries.writeTo(report);
    }
}
