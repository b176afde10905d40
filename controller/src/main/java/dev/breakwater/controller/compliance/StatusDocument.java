package dev.breakwater.controller.compliance;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** The {@code status} of a ClusterComplianceReport (trivy-operator 1.3), without its timestamp. */
final class StatusDocument {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final ComplianceSpec spec;
    private final List<ControlResult> results;
    private final Set<Deviation> deviations;

    StatusDocument(ComplianceSpec spec, List<ControlResult> results, Set<Deviation> deviations) {
        this.spec = spec;
        this.results = results;
        this.deviations = deviations;
    }

    ObjectNode json() {
        ObjectNode status = MAPPER.createObjectNode();
        ObjectNode summary = status.putObject("summary");
        summary.put("failCount", count(ControlStatus.FAIL));
        summary.put("passCount", count(ControlStatus.PASS));
        switch (spec.mode()) {
            case SUMMARY -> status.set("summaryReport", summaryReport());
            case ALL -> status.set("detailReport", detailReport());
        }
        return status;
    }

    private long count(ControlStatus wanted) {
        return results.stream().filter(result -> result.status() == wanted).count();
    }

    private ObjectNode summaryReport() {
        ObjectNode report = MAPPER.createObjectNode();
        report.put("id", spec.id());
        report.put("title", spec.title());
        ArrayNode controls = report.putArray("controlCheck");
        for (ControlResult result : results) {
            ObjectNode control = controls.addObject();
            control.put("id", result.control().id());
            control.put("name", result.control().name());
            control.put("severity", result.control().severity());
            // A number would claim that somebody looked.
            if (isCounted(result)) {
                control.put("totalFail", result.totalFail());
            }
            if (deviations.contains(Deviation.CONTROL_STATUS)) {
                control.put("status", result.status().name());
            }
            addReason(control, result);
        }
        return report;
    }

    /** Why nothing is known: where the reader has just read that it is not. */
    private static void addReason(ObjectNode control, ControlResult result) {
        if (!result.reasons().isEmpty()) {
            control.put("reason", String.join(" ", result.reasons()));
        }
    }

    private boolean isCounted(ControlResult result) {
        boolean manual = deviations.contains(Deviation.MANUAL_CONTROLS)
                ? result.status() == ControlStatus.MANUAL
                : result.control().isNamedManual();
        return !manual && result.status() != ControlStatus.NOT_ASSESSED;
    }

    private ObjectNode detailReport() {
        ObjectNode report = MAPPER.createObjectNode();
        report.put("id", spec.id());
        report.put("title", spec.title());
        report.put("description", spec.description());
        report.put("version", spec.version());
        ArrayNode related = report.putArray("relatedVersion");
        spec.relatedResources().forEach(related::add);
        ArrayNode controls = report.putArray("results");
        results.forEach(result -> addResult(controls.addObject(), result));
        return report;
    }

    private void addResult(ObjectNode control, ControlResult result) {
        control.put("id", result.control().id());
        control.put("name", result.control().name());
        control.put("description", result.control().description());
        if (deviations.contains(Deviation.CONTROL_STATUS)) {
            control.put("status", result.status().name());
        } else {
            result.control().defaultStatus().ifPresent(status -> control.put("status", status.name()));
        }
        addReason(control, result);
        control.put("severity", result.control().severity());
        ArrayNode entries = control.putArray("checks");
        for (CheckTally.Finding finding : result.findings()) {
            addEntry(entries.addObject(), finding);
        }
        if (result.status() == ControlStatus.PASS) {
            // The original's way to say that nothing was found.
            ObjectNode nothing = entries.addObject();
            nothing.put("checkID", "");
            nothing.put("severity", "");
            nothing.put("success", true);
        }
    }

    private void addEntry(ObjectNode json, CheckTally.Finding finding) {
        AuditReport.Entry entry = finding.entry();
        json.put("checkID", entry.checkId());
        json.put("severity", entry.severity());
        json.put("success", false);
        json.put("target", finding.target());
        json.put("title", entry.title());
        json.put("description", entry.description());
        json.put("category", entry.category());
        ArrayNode messages = json.putArray("messages");
        if (deviations.contains(Deviation.MESSAGES) && !entry.messages().isEmpty()) {
            entry.messages().forEach(messages::add);
        } else {
            messages.add(entry.description());
        }
        json.put("remediation", entry.remediation());
    }
}
