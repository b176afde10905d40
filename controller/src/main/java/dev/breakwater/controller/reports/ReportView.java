package dev.breakwater.controller.reports;

import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import dev.breakwater.controller.naming.GoDuration;
import dev.breakwater.controller.naming.ReportLabels;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Metadata of a report that exists. */
public record ReportView(@Nullable Meta metadata) implements View {
    public String imageScan() {
        return meta().label(ImageLabels.IMAGE_SCAN);
    }

    public String specHash() {
        return meta().label(ReportLabels.RESOURCE_SPEC_HASH);
    }

    public String container() {
        return meta().label(ReportLabels.CONTAINER_NAME);
    }

    /** When its content was found; of reports that an older version wrote, when they came to be: the last write may have been later, but nobody knows. */
    public Instant scannedAt() {
        String label = meta().label(ImageLabels.SCANNED_AT);
        try {
            return label.isEmpty()
                    ? Instant.parse(String.valueOf(meta().creationTimestamp()))
                    : Instant.ofEpochSecond(Long.parseLong(label));
        } catch (NumberFormatException | DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    /** How old it may become, where its annotation says so. */
    public Optional<Duration> ttl() {
        return GoDuration.parse(meta().annotation(ReportLabels.REPORT_TTL));
    }

    ReportOwner owner() {
        Meta.Owner owner = meta().controllerOwner();
        return new ReportOwner(owner == null || owner.kind() == null ? "" : owner.kind(), ownerUid(), container());
    }

    /** Uid of the workload; empty where none owns it. */
    public String ownerUid() {
        Meta.Owner owner = meta().controllerOwner();
        return owner == null || owner.uid() == null ? "" : owner.uid();
    }
}
