package dev.breakwater.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** RFC 7386. */
public final class MergePatch {
    private MergePatch() {}

    /** {@code target} with the patch applied; it may be changed on the way. */
    public static JsonNode apply(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = target instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            if (member.getValue().isNull()) {
                merged.remove(member.getKey());
            } else {
                JsonNode before = merged.get(member.getKey());
                merged.set(
                        member.getKey(),
                        apply(before == null ? JsonNodeFactory.instance.nullNode() : before, member.getValue()));
            }
        }
        return merged;
    }

    /** Whether the patch leaves what lies at {@code way} as it is. */
    public static boolean misses(JsonNode patch, List<String> way) {
        JsonNode value = patch;
        for (String step : way) {
            if (!value.isObject()) {
                return false;
            }
            if (!value.has(step)) {
                return true;
            }
            value = value.get(step);
        }
        return false;
    }
}
