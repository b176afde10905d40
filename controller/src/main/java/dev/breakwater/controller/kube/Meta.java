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
        @JsonAdapter(KeptAnnotations.class) @Nullable Map<String, String> annotations,
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

    public String annotation(String key) {
        return annotations == null ? "" : annotations.getOrDefault(key, "");
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
    static final class KeptLabels extends Kept {
        private static final Set<String> KEPT = Set.of(
                "app.kubernetes.io/managed-by",
                "resource-spec-hash",
                "plugin-config-hash",
                "trivy-operator.container.name",
                "kubernetes.io/os",
                "kubernetes.io/arch");
        private static final String OURS = "breakwater.dev/";

        @Override
        boolean keeps(String key) {
            return KEPT.contains(key) || key.startsWith(OURS);
        }
    }

    /** The same of annotations, of which few are asked for. */
    static final class KeptAnnotations extends Kept {
        private static final String REPORT_TTL = "trivy-operator.aquasecurity.github.io/report-ttl";

        @Override
        boolean keeps(String key) {
            return key.equals(REPORT_TTL);
        }
    }

    private abstract static class Kept extends TypeAdapter<Map<String, String>> {
        abstract boolean keeps(String key);

        @Override
        public Map<String, String> read(JsonReader in) throws IOException {
            Map<String, String> kept = Map.of();
            in.beginObject();
            while (in.hasNext()) {
                String key = in.nextName();
                if (keeps(key)) {
                    if (kept.isEmpty()) {
                        kept = new HashMap<>(4);
                    }
                    kept.put(key.intern(), in.nextString());
                } else {
                    in.skipValue();
                }
            }
            in.endObject();
            return kept;
        }

        @Override
        public void write(JsonWriter out, Map<String, String> value) {
            throw new UnsupportedOperationException("views are only read");
        }
    }
}
