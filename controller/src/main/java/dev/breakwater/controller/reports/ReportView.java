package dev.breakwater.controller.reports;

import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import dev.breakwater.controller.naming.ReportLabels;
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
