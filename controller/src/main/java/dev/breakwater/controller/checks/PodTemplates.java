package dev.breakwater.controller.checks;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where objects of other kinds keep the pods they make: an Argo Rollout, a CloneSet or a Knative Service like a Deployment, a
 * PodTemplate at its top. A kind that is called like one of Kubernetes' own but belongs to another group is among them.
 */
final class PodTemplates {
    private PodTemplates() {}

    /** The pod template within the object; {@code null} where there is none with containers. */
    static @Nullable Object in(Map<String, Object> object) {
        Map<String, Object> spec = Trees.map(object.get("spec"));
        for (Object template : List.of(
                Trees.map(spec.get("template")),
                Trees.map(object.get("template")),
                Trees.map(Trees.map(Trees.map(spec.get("jobTemplate")).get("spec"))
                        .get("template")))) {
            Map<String, Object> pod = Trees.map(Trees.map(template).get("spec"));
            if (pod.get("containers") instanceof List<?> containers && !containers.isEmpty()) {
                return template;
            }
        }
        return null;
    }
}
