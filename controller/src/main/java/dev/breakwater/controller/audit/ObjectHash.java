package dev.breakwater.controller.audit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.breakwater.controller.naming.SafeHash;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The value of {@code resource-spec-hash} for an audit: over what checks can see of an object, without what changes by itself: status, revisions,
 * managed fields, the number of replicas, the annotations in which controllers keep their books. Label and alphabet are the original's; its value cannot
 * be had outside Go (trivy-operator 2.1).
 */
final class ObjectHash {
    private static final Set<String> KEPT_METADATA = Set.of("name", "namespace", "labels", "annotations");
    private static final Set<String> BOOKKEEPING = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            "control-plane.alpha.kubernetes.io/leader",
            "deployment.kubernetes.io/revision",
            "deployment.kubernetes.io/desired-replicas",
            "deployment.kubernetes.io/max-replicas",
            "kubectl.kubernetes.io/restartedAt",
            "autoscaling.alpha.kubernetes.io/conditions",
            "autoscaling.alpha.kubernetes.io/current-metrics");

    private ObjectHash() {}

    static String of(JsonObject object) {
        StringBuilder canonical = new StringBuilder(4096);
        TreeMap<String, JsonElement> fields = new TreeMap<>(object.asMap());
        fields.remove("status");
        fields.remove("apiVersion");
        fields.remove("kind");
        fields.forEach((key, value) -> {
            canonical.append(key).append(':');
            if (key.equals("metadata") && value.isJsonObject()) {
                append(metadata(value.getAsJsonObject()), canonical);
            } else if (key.equals("spec")
                    && value.isJsonObject()
                    && value.getAsJsonObject().has("replicas")) {
                JsonObject spec = new JsonObject();
                value.getAsJsonObject().entrySet().stream()
                        .filter(field -> !field.getKey().equals("replicas"))
                        .forEach(field -> spec.add(field.getKey(), field.getValue()));
                append(spec, canonical);
            } else {
                append(value, canonical);
            }
        });
        return SafeHash.ofBytes(canonical.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject metadata(JsonObject given) {
        JsonObject kept = new JsonObject();
        given.entrySet().stream()
                .filter(field -> KEPT_METADATA.contains(field.getKey()))
                .forEach(field -> kept.add(field.getKey(), field.getValue()));
        if (kept.get("annotations") instanceof JsonObject annotations) {
            JsonObject own = new JsonObject();
            annotations.entrySet().stream()
                    .filter(field -> !BOOKKEEPING.contains(field.getKey()))
                    .forEach(field -> own.add(field.getKey(), field.getValue()));
            kept.add("annotations", own);
        }
        return kept;
    }

    private static void append(JsonElement element, StringBuilder out) {
        if (element.isJsonObject()) {
            JsonObject object = element.getAsJsonObject();
            out.append('{');
            for (String key : new TreeSet<>(object.keySet())) {
                out.append(new com.google.gson.JsonPrimitive(key)).append(':');
                append(object.get(key), out);
                out.append(',');
            }
            out.append('}');
        } else if (element.isJsonArray()) {
            out.append('[');
            element.getAsJsonArray().forEach(item -> {
                append(item, out);
                out.append(',');
            });
            out.append(']');
        } else {
            out.append(element);
        }
    }
}
