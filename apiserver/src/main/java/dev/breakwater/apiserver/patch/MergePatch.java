package dev.breakwater.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.TreeCost;
import java.util.List;
import java.util.Map;

/** RFC 7386. */
public final class MergePatch {
    private MergePatch() {}

    /**
     * {@code target} with the patch applied; it may be changed on the way, the patch is not. The answer shares parts with the patch:
     * it is for reading only.
     *
     * @param memory is asked for what the patch adds
     */
    public static JsonNode apply(JsonNode target, JsonNode patch, Allowance memory) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged;
        if (target instanceof ObjectNode object) {
            merged = object;
        } else {
            memory.take(TreeCost.OBJECT + TreeCost.FIRST_MEMBER);
            merged = JsonNodeFactory.instance.objectNode();
        }
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            if (member.getValue().isNull()) {
                merged.remove(member.getKey());
            } else {
                JsonNode before = merged.get(member.getKey());
                if (before == null) {
                    memory.take(TreeCost.MEMBER);
                }
                merged.set(
                        member.getKey(),
                        apply(
                                before == null ? JsonNodeFactory.instance.nullNode() : before,
                                member.getValue(),
                                memory));
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

    /** Whether the patch puts something else in the place of what lies at {@code way}, whatever it is. */
    public static boolean replaces(JsonNode patch, List<String> way) {
        JsonNode value = patch;
        for (String step : way) {
            if (!value.isObject()) {
                return !value.isMissingNode();
            }
            value = value.path(step);
        }
        return !value.isObject() && !value.isMissingNode();
    }
}
