package dev.breakwater.controller.inventory;

import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What we keep of a pod. */
record PodView(
        @Nullable Meta metadata,
        @Nullable PodSpecView spec,
        @Nullable Status status) implements View {
    record Status(
            @Nullable List<ContainerStatus> containerStatuses,
            @Nullable List<ContainerStatus> initContainerStatuses,
            @Nullable List<ContainerStatus> ephemeralContainerStatuses) {}

    record ContainerStatus(@Nullable String name, @Nullable String imageID) {}

    /** What the node says the container runs; empty until it does. */
    String imageId(String container) {
        if (status == null) {
            return "";
        }
        String found = find(status.containerStatuses(), container);
        found = found.isEmpty() ? find(status.initContainerStatuses(), container) : found;
        return found.isEmpty() ? find(status.ephemeralContainerStatuses(), container) : found;
    }

    private static String find(@Nullable List<ContainerStatus> statuses, String container) {
        if (statuses != null) {
            for (ContainerStatus status : statuses) {
                if (container.equals(status.name()) && status.imageID() != null) {
                    return status.imageID();
                }
            }
        }
        return "";
    }
}
