package dev.breakwater.controller.inventory;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.breakwater.controller.naming.SafeHash;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;

/**
 * The value of {@code resource-spec-hash}: over the JSON of a pod spec with sorted keys and without white space. Label and alphabet are the original's;
 * its value is not to be had outside Go, because it hashes a dump of Go structs (trivy-operator 2.1).
 */
final class SpecHash {
    private SpecHash() {}

    static String of(JsonObject podSpec) {
        StringBuilder canonical = new StringBuilder(4096);
        append(podSpec, canonical);
        return SafeHash.ofBytes(canonical.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void append(JsonElement element, StringBuilder out) {
        switch (element) {
            case JsonObject object -> {
                out.append('{');
                for (String key : new TreeSet<>(object.keySet())) {
                    if (out.charAt(out.length() - 1) != '{') {
                        out.append(',');
                    }
                    out.append(new com.google.gson.JsonPrimitive(key)).append(':');
                    append(object.get(key), out);
                }
                out.append('}');
            }
            case JsonArray array -> {
                out.append('[');
                for (int i = 0; i < array.size(); i++) {
                    if (i > 0) {
                        out.append(',');
                    }
                    append(array.get(i), out);
                }
                out.append(']');
            }
            default -> out.append(element);
        }
    }
}
