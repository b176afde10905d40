package dev.breakwater.controller.audit;

import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ConfigMap with users' checks. */
record PoliciesView(@Nullable Meta metadata, @Nullable Map<String, String> data) implements View {
    Map<String, String> files() {
        return data == null ? Map.of() : data;
    }
}
