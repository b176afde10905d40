package dev.breakwater.controller.compliance;

import com.google.gson.JsonElement;
import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import org.jspecify.annotations.Nullable;

/** A ClusterComplianceReport without its status, which may be large and is ours. */
record ComplianceView(@Nullable Meta metadata, @Nullable JsonElement spec) implements View {
    /** JSON; equal text is an equal spec. */
    String specText() {
        return spec == null ? "{}" : spec.toString();
    }
}
