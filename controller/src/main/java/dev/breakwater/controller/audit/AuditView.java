package dev.breakwater.controller.audit;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.TypeAdapter;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an audited object: its metadata and a hash. The object itself is parsed, hashed and forgotten; it is fetched again when it has to be
 * audited, which is seldom.
 *
 * @param specHash of what checks can see
 * @param desired wanted replicas; 1 for kinds that have none
 * @param debugged whether a Pod has containers that its template does not know, put into it while it runs
 */
@JsonAdapter(AuditView.Reader.class)
record AuditView(@Nullable Meta metadata, String specHash, int desired, boolean debugged) implements View {
    static final class Reader extends TypeAdapter<AuditView> {
        private static final Gson GSON = new Gson();

        @Override
        public AuditView read(JsonReader in) {
            JsonObject object = JsonParser.parseReader(in).getAsJsonObject();
            JsonElement metadata = object.get("metadata");
            return new AuditView(
                    GSON.fromJson(metadata, Meta.class), ObjectHash.of(object), replicas(object), debugged(object));
        }

        private static int replicas(JsonObject object) {
            return object.get("spec") instanceof JsonObject spec
                            && spec.get("replicas") instanceof JsonElement replicas
                            && replicas.isJsonPrimitive()
                    ? replicas.getAsInt()
                    : 1;
        }

        private static boolean debugged(JsonObject object) {
            return object.get("spec") instanceof JsonObject spec
                    && spec.get("ephemeralContainers") instanceof JsonArray added
                    && !added.isEmpty();
        }

        @Override
        public void write(JsonWriter out, AuditView value) {
            throw new UnsupportedOperationException("views are only read");
        }
    }
}
