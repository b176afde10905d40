package dev.breakwater.controller.kube;

import com.google.gson.TypeAdapter;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The metadata that we use, and no more: a cluster has tens of thousands of pods, and managed fields, annotations and most labels of each would be
 * kept for nothing (2.2 KB against 16 KB per pod).
 */
public record Meta(
        @Nullable String name,
        @Nullable String namespace,
        @Nullable String uid,
        @Nullable String resourceVersion,
        @Nullable String creationTimestamp,
        @Nullable String deletionTimestamp,
        @JsonAdapter(KeptLabels.class) @Nullable Map<String, String> labels,
        @Nullable List<Owner> ownerReferences) {

    /** An entry of {@code ownerReferences}. */
    public record Owner(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable String name,
            @Nullable String uid,
            @Nullable Boolean controller) {}

    public String label(String key) {
        return labels == null ? "" : labels.getOrDefault(key, "");
    }

    /** The owner that manages the object, if one does. */
    public @Nullable Owner controllerOwner() {
        if (ownerReferences != null) {
            for (Owner owner : ownerReferences) {
                if (Boolean.TRUE.equals(owner.controller())) {
                    return owner;
                }
            }
        }
        return null;
    }

    V1ObjectMeta toModel() {
        return new V1ObjectMeta().name(name).namespace(namespace).uid(uid).resourceVersion(resourceVersion);
    }

    /** Keeps the labels somebody asks for and drops the rest while parsing. */
    static final class KeptLabels extends TypeAdapter<Map<String, String>> {
        private static final Set<String> KEPT = Set.of(
                "app.kubernetes.io/managed-by",
                "resource-spec-hash",
                "plugin-config-hash",
                "trivy-operator.container.name",
                "kubernetes.io/os",
                "kubernetes.io/arch");
        private static final String OURS = "breakwater.dev/";

        @Override
        public Map<String, String> read(JsonReader in) throws IOException {
            Map<String, String> labels = new HashMap<>(4);
            in.beginObject();
            while (in.hasNext()) {
                String key = in.nextName();
                if (KEPT.contains(key) || key.startsWith(OURS)) {
                    labels.put(key.intern(), in.nextString());
                } else {
                    in.skipValue();
                }
            }
            in.endObject();
            return labels.isEmpty() ? Map.of() : labels;
        }

        @Override
        public void write(JsonWriter out, Map<String, String> value) {
            throw new UnsupportedOperationException("views are only read");
        }
    }
}
