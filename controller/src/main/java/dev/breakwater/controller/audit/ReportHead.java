package dev.breakwater.controller.audit;

import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import dev.breakwater.controller.naming.ReportLabels;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Of a report, what tells whether it is still good. */
record ReportHead(@Nullable Meta metadata) implements View {
    boolean isOf(String ownerUid, String specHash, String configHash, String settingsHash) {
        return isOwnedBy(ownerUid)
                && meta().label(ReportLabels.RESOURCE_SPEC_HASH).equals(specHash)
                && meta().label(ReportLabels.PLUGIN_CONFIG_HASH).equals(configHash)
                && meta().label(AuditSettings.RECORDING_HASH).equals(settingsHash);
    }

    /** Whether a controller of ours wrote it. */
    boolean isOurs() {
        return !meta().label(AuditReport.AUDITED_AT).isEmpty();
    }

    /** Kind of the object it is about; empty when it does not say. */
    String ownerKind() {
        Meta.Owner owner = meta().controllerOwner();
        return owner == null || owner.kind() == null ? "" : owner.kind();
    }

    boolean isOwnedBy(String uid) {
        Meta.Owner owner = meta().controllerOwner();
        return owner != null && uid.equals(owner.uid());
    }

    /** When the object was audited last; the beginning of time when the report does not say. */
    Instant auditedAt() {
        try {
            return Instant.ofEpochSecond(Long.parseLong(meta().label(AuditReport.AUDITED_AT)));
        } catch (NumberFormatException notSaid) {
            return Instant.EPOCH;
        }
    }
}
