package dev.breakwater.controller.scan;

import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What we keep of our own Jobs. */
record JobView(@Nullable Meta metadata, @Nullable Status status) implements View {
    record Status(@Nullable List<Condition> conditions) {}

    record Condition(
            @Nullable String type,
            @Nullable String status,
            @Nullable String reason,
            @Nullable String message) {}

    /** The condition that ended the Job; null while it runs. */
    @Nullable
    Condition end() {
        if (status != null && status.conditions() != null) {
            for (Condition condition : status.conditions()) {
                boolean ending = "Complete".equals(condition.type()) || "Failed".equals(condition.type());
                if (ending && "True".equals(condition.status())) {
                    return condition;
                }
            }
        }
        return null;
    }

    boolean isGoing() {
        return meta().deletionTimestamp() != null;
    }
}
