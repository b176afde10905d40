package dev.breakwater.apiserver.managedfields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.schema.FieldType;
import dev.breakwater.apiserver.schema.FieldType.Elements;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One step of a path as FieldsV1 writes it. */
final class PathStep {
    private PathStep() {}

    static String name(String name) {
        return "f:" + name;
    }

    /** The step to an element, or {@code null} if nothing tells it apart. */
    static @Nullable String element(FieldType list, JsonNode element) {
        if (list.elements() == Elements.BY_VALUE) {
            return element.isValueNode() && !element.isNull() ? "v:" + text(element) : null;
        }
        JsonNode key = element.get(list.key());
        if (key == null || !key.isValueNode()) {
            return null;
        }
        ObjectNode keys = JsonNodeFactory.instance.objectNode();
        keys.set(list.key(), key);
        return "k:" + text(keys);
    }

    static boolean isKnown(String step) {
        return "fvki".indexOf(step.charAt(0)) >= 0;
    }

    static FieldType type(String step, FieldType parent) {
        return step.startsWith("f:") ? parent.member(step.substring(2)) : parent.element();
    }

    /** As errors show it: {@code .name}, {@code [="value"]}, {@code [uid="..."]}. */
    static String shown(String step) {
        String rest = step.substring(2);
        return switch (step.charAt(0)) {
            case 'f' -> "." + rest;
            case 'v' -> "[=" + rest + "]";
            case 'k' -> "[" + keys(rest) + "]";
            default -> "[" + rest + "]";
        };
    }

    /** Text of ours or of a client: what cannot be read is shown as it is. */
    private static String keys(String json) {
        if (!json.startsWith("{\"") || !json.endsWith("}")) {
            return json;
        }
        int quote = json.indexOf('"', 2);
        return quote < 0 || json.charAt(quote + 1) != ':'
                ? json
                : json.substring(2, quote) + "=" + json.substring(quote + 2, json.length() - 1);
    }

    private static String text(JsonNode value) {
        return new String(CanonicalJson.bytes(value), StandardCharsets.UTF_8);
    }
}
