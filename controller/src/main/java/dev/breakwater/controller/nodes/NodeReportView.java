package dev.breakwater.controller.nodes;

import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import dev.breakwater.controller.naming.ReportLabels;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Of a node's report, what tells whether it is still good. */
record NodeReportView(@Nullable Meta metadata) implements View {
    String configHash() {
        return meta().label(ReportLabels.PLUGIN_CONFIG_HASH);
    }

    String recordingHash() {
        return meta().label(AuditSettings.RECORDING_HASH);
    }

    boolean isOwnedBy(String uid) {
        Meta.Owner owner = meta().controllerOwner();
        return owner != null && uid.equals(owner.uid());
    }

    /** When the facts were collected; the beginning of time when the report does not say. */
    Instant collectedAt() {
        try {
            return Instant.ofEpochSecond(Long.parseLong(meta().label(NodeReport.COLLECTED_AT)));
        } catch (NumberFormatException notSaid) {
            return Instant.EPOCH;
        }
    }
}
