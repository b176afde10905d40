package dev.breakwater.apiserver.managedfields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.schema.FieldType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two states of an object, field by field, by the rules of Kubernetes' structured merge: a map that was not
 * there is added as a field of its own beside its members, and one that only gained members is not.
 */
final class Comparison {
    private final Toll toll;

    private Comparison(Toll toll) {
        this.toll = toll;
    }

    /** Each field that differs, with how it does as its mark. */
    static FieldSet of(FieldType type, ObjectNode before, ObjectNode after, Toll toll) {
        FieldSet differing = new Comparison(toll).differing(type, before, after);
        return differing == null ? new FieldSet(toll) : differing;
    }

    /** One of the two may be absent. */
    private @Nullable FieldSet differing(FieldType type, @Nullable JsonNode before, @Nullable JsonNode after) {
        if (before == after) {
            return null;
        }
        if (isFlat(type, before) && isFlat(type, after)) {
            return leaf(before, after);
        }
        FieldSet below = new FieldSet(toll);
        if (before instanceof ArrayNode || after instanceof ArrayNode) {
            elements(below, type, before, after);
        } else {
            members(below, type, before, after);
        }
        if (before == null) {
            below.mark(FieldSet.ADDED);
        } else if (after == null) {
            below.mark(FieldSet.REMOVED);
        } else if (!before.isNull() && !after.isNull() && before.getNodeType() != after.getNodeType()) {
            // A map that became a text, say: nobody's field is what it was.
            below.mark(FieldSet.MODIFIED);
        }
        return below.isEmpty() ? null : below;
    }

    /** Whether there is nothing below: empty maps and lists are told apart from absent ones, so they count as values. */
    private static boolean isFlat(FieldType type, @Nullable JsonNode value) {
        return value == null || value.isEmpty() || type.isLeaf(value);
    }

    private @Nullable FieldSet leaf(@Nullable JsonNode before, @Nullable JsonNode after) {
        if (before == null) {
            return new FieldSet(toll).mark(FieldSet.ADDED);
        }
        if (after == null) {
            return new FieldSet(toll).mark(FieldSet.REMOVED);
        }
        return before.equals(after) ? null : new FieldSet(toll).mark(FieldSet.MODIFIED);
    }

    private void members(FieldSet below, FieldType type, @Nullable JsonNode before, @Nullable JsonNode after) {
        ObjectNode old = before instanceof ObjectNode map && !type.isLeaf(map) ? map : null;
        if (after instanceof ObjectNode map && !type.isLeaf(map)) {
            for (Map.Entry<String, JsonNode> member : map.properties()) {
                String name = member.getKey();
                put(
                        below,
                        PathStep.name(name),
                        type.member(name),
                        old == null ? null : old.get(name),
                        member.getValue());
            }
        }
        if (old != null) {
            for (Map.Entry<String, JsonNode> member : old.properties()) {
                if (!(after instanceof ObjectNode map) || !map.has(member.getKey())) {
                    put(below, PathStep.name(member.getKey()), type.member(member.getKey()), member.getValue(), null);
                }
            }
        }
    }

    private void elements(FieldSet below, FieldType type, @Nullable JsonNode before, @Nullable JsonNode after) {
        Map<String, List<JsonNode>> old = byStep(type, before);
        Map<String, List<JsonNode>> now = byStep(type, after);
        now.forEach((step, elements) -> {
            List<JsonNode> was = old.getOrDefault(step, List.of());
            if (elements.size() == 1 && was.size() <= 1) {
                put(below, step, type.element(), was.isEmpty() ? null : was.getFirst(), elements.getFirst());
            } else if (!elements.equals(was)) {
                // What occurs several times has no fields of its own.
                below.put(step, new FieldSet(toll).mark(was.isEmpty() ? FieldSet.ADDED : FieldSet.MODIFIED));
            }
        });
        old.keySet().forEach(step -> {
            if (!now.containsKey(step)) {
                below.put(step, new FieldSet(toll).mark(FieldSet.REMOVED));
            }
        });
    }

    private void put(FieldSet below, String step, FieldType type, @Nullable JsonNode before, @Nullable JsonNode after) {
        FieldSet differing = differing(type, before, after);
        if (differing != null) {
            below.put(step, differing);
        }
    }

    private Map<String, List<JsonNode>> byStep(FieldType type, @Nullable JsonNode list) {
        Map<String, List<JsonNode>> byStep = new LinkedHashMap<>();
        if (list instanceof ArrayNode && !type.isLeaf(list)) {
            for (JsonNode element : list) {
                String step = PathStep.element(type, element);
                if (step != null) {
                    toll.node(step);
                    byStep.computeIfAbsent(step, s -> new ArrayList<>(1)).add(element);
                }
            }
        }
        return byStep;
    }

    /** The fields that somebody who sends {@code value} speaks of. */
    static FieldSet fields(FieldType type, JsonNode value, Toll toll) {
        FieldSet set = new FieldSet(toll);
        if (value instanceof ArrayNode && !type.isLeaf(value)) {
            for (JsonNode element : value) {
                String step = PathStep.element(type, element);
                if (step != null) {
                    set.put(step, fields(type.element(), element, toll).mark(FieldSet.ADDED));
                }
            }
        } else if (value instanceof ObjectNode && !type.isLeaf(value)) {
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                String name = member.getKey();
                JsonNode below = member.getValue();
                FieldSet child = fields(type.member(name), below, toll);
                if (below.isNull() || below.isObject() && below.isEmpty() || !type.declares(name)) {
                    child.mark(FieldSet.ADDED);
                }
                if (!child.isEmpty()) {
                    set.put(PathStep.name(name), child);
                }
            }
        } else {
            set.mark(FieldSet.ADDED);
        }
        return set;
    }
}
