package dev.breakwater.controller.scan;

import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What we keep of our own Jobs' pods. */
record ScanPodView(@Nullable Meta metadata, @Nullable Status status) implements View {
    record Status(
            @Nullable String phase,
            @Nullable String reason,
            @Nullable String message,
            @Nullable List<Condition> conditions,
            @Nullable List<ContainerStatus> containerStatuses) {}

    record Condition(
            @Nullable String type,
            @Nullable String status,
            @Nullable String reason,
            @Nullable String message) {}

    record ContainerStatus(@Nullable String name, @Nullable State state) {}

    record State(@Nullable Waiting waiting, @Nullable Terminated terminated) {}

    record Waiting(@Nullable String reason, @Nullable String message) {}

    record Terminated(
            @Nullable Integer exitCode,
            @Nullable String reason,
            @Nullable String message) {}

    @Nullable
    Waiting waiting() {
        State state = state();
        return state == null ? null : state.waiting();
    }

    @Nullable
    Terminated terminated() {
        State state = state();
        return state == null ? null : state.terminated();
    }

    /** Why no node takes the pod; null where one did. */
    @Nullable
    String unschedulable() {
        if (status != null && status.conditions() != null) {
            for (Condition condition : status.conditions()) {
                if ("PodScheduled".equals(condition.type()) && "False".equals(condition.status())) {
                    return condition.message() == null ? "no node takes the pod" : condition.message();
                }
            }
        }
        return null;
    }

    boolean isEvicted() {
        return status != null && "Evicted".equals(status.reason());
    }

    private @Nullable State state() {
        if (status != null && status.containerStatuses() != null) {
            for (ContainerStatus container : status.containerStatuses()) {
                if (JobTemplate.CONTAINER.equals(container.name())) {
                    return container.state();
                }
            }
        }
        return null;
    }
}
