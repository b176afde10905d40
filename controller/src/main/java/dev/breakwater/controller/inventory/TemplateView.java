package dev.breakwater.controller.inventory;

import com.google.gson.annotations.SerializedName;
import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import org.jspecify.annotations.Nullable;

/** What we keep of an object that makes pods from a template; one class for all six kinds, whose templates differ only in depth. */
record TemplateView(@Nullable Meta metadata, @Nullable Spec spec) implements View {
    record Spec(
            @Nullable Integer replicas,
            @Nullable Template template,
            @Nullable JobTemplate jobTemplate) {}

    record JobTemplate(@Nullable Spec spec) {}

    record Template(@SerializedName("spec") @Nullable PodSpecView podSpec) {}

    /** The pods' spec; null only for an object that the API server would not have accepted. */
    @Nullable
    PodSpecView podSpec() {
        Spec at = spec;
        if (at != null && at.jobTemplate() != null) {
            at = at.jobTemplate().spec();
        }
        return at == null || at.template() == null ? null : at.template().podSpec();
    }

    int replicas() {
        return spec == null || spec.replicas() == null ? 0 : spec.replicas();
    }
}
