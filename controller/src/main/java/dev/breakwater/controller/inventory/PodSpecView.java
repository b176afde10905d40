package dev.breakwater.controller.inventory;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.TypeAdapter;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.breakwater.controller.image.PullIdentity;
import java.util.ArrayList;
import java.util.List;

/**
 * A pod spec, reduced while it is parsed to the containers' names and images, what they are pulled with, and a hash of the whole. The hash is taken here because afterwards the
 * fields are gone, and a hash of what we happen to keep would not change with the rest.
 *
 * @param nodeName empty until the pod is scheduled, and in templates
 * @param containers ordinary, init and ephemeral ones
 * @param pullSecrets names, in their order
 * @param serviceAccount {@code default} where none is named
 */
@JsonAdapter(PodSpecView.Adapter.class)
record PodSpecView(
        String hash, String nodeName, List<Container> containers, List<String> pullSecrets, String serviceAccount) {
    /**
     * A container.
     *
     * @param field that lists it
     */
    record Container(String name, String image, String field) {}

    static final class Adapter extends TypeAdapter<PodSpecView> {
        @Override
        public PodSpecView read(JsonReader in) {
            JsonObject spec = JsonParser.parseReader(in).getAsJsonObject();
            List<Container> containers = new ArrayList<>(2);
            for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
                if (spec.get(list) instanceof JsonArray entries) {
                    for (JsonElement entry : entries) {
                        containers.add(new Container(text(entry, "name"), text(entry, "image"), list));
                    }
                }
            }
            String account = text(spec, "serviceAccountName");
            return new PodSpecView(
                    SpecHash.of(spec),
                    text(spec, "nodeName"),
                    List.copyOf(containers),
                    pullSecrets(spec),
                    // One text for the many that name none, or this.
                    account.isEmpty() || account.equals(PullIdentity.DEFAULT_ACCOUNT)
                            ? PullIdentity.DEFAULT_ACCOUNT
                            : account);
        }

        @Override
        public void write(JsonWriter out, PodSpecView value) {
            throw new UnsupportedOperationException("views are only read");
        }

        private static List<String> pullSecrets(JsonObject spec) {
            if (!(spec.get("imagePullSecrets") instanceof JsonArray entries) || entries.isEmpty()) {
                return List.of();
            }
            List<String> names = new ArrayList<>(entries.size());
            entries.forEach(entry -> names.add(text(entry, "name")));
            names.removeIf(String::isEmpty);
            return List.copyOf(names);
        }

        private static String text(JsonElement object, String field) {
            JsonElement value = object.getAsJsonObject().get(field);
            return value == null || value.isJsonNull() ? "" : value.getAsString();
        }
    }
}
