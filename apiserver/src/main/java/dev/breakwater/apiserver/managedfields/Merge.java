package dev.breakwater.apiserver.managedfields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.TreeCost;
import dev.breakwater.apiserver.schema.FieldType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts what a client applies over what is there, and takes out what nobody wants any more. Results share parts with both. */
final class Merge {
    private final Toll toll;

    Merge(Toll toll) {
        this.toll = toll;
    }

    ObjectNode over(FieldType type, ObjectNode there, ObjectNode applied) {
        return (ObjectNode) merged(type, there, applied);
    }

    private JsonNode merged(FieldType type, JsonNode there, JsonNode applied) {
        if (applied.isNull() && there.isObject() && !there.isEmpty() && !type.isLeaf(there)) {
            return there;
        }
        if (there instanceof ObjectNode old && applied instanceof ObjectNode now && !type.isLeaf(now)) {
            toll.take(TreeCost.OBJECT + TreeCost.FIRST_MEMBER + (long) TreeCost.MEMBER * (old.size() + now.size()));
            ObjectNode all = old.objectNode().setAll(old);
            for (Map.Entry<String, JsonNode> member : now.properties()) {
                String name = member.getKey();
                JsonNode before = old.get(name);
                all.set(
                        name,
                        before == null ? member.getValue() : merged(type.member(name), before, member.getValue()));
            }
            return all;
        }
        if (there instanceof ArrayNode old && applied instanceof ArrayNode now && !type.isLeaf(now)) {
            return elements(type, old, now);
        }
        return applied;
    }

    /** What is applied keeps its order; what only is there keeps its place before what it stood before. */
    private ArrayNode elements(FieldType type, ArrayNode there, ArrayNode applied) {
        toll.take(TreeCost.ARRAY + TreeCost.FIRST_ELEMENT + (long) TreeCost.ELEMENT * (there.size() + applied.size()));
        Map<String, JsonNode> old = byStep(type, there);
        Map<String, JsonNode> now = byStep(type, applied);
        List<String> shared =
                new ArrayList<>(now.keySet().stream().filter(old::containsKey).toList());
        Set<String> done = new HashSet<>();
        ArrayNode all = there.arrayNode();
        List<String> waiting = new ArrayList<>(now.keySet());
        int next = 0;
        int nextShared = 0;
        for (Map.Entry<String, JsonNode> element : old.entrySet()) {
            String step = element.getKey();
            if (!now.containsKey(step)) {
                all.add(element.getValue());
                continue;
            }
            if (done.contains(step) || !step.equals(shared.get(nextShared))) {
                continue;
            }
            while (!waiting.get(next).equals(step)) {
                String fresh = waiting.get(next++);
                addMerged(all, type, old.get(fresh), now, fresh);
                done.add(fresh);
            }
            addMerged(all, type, element.getValue(), now, step);
            done.add(step);
            next++;
            nextShared++;
        }
        for (; next < waiting.size(); next++) {
            addMerged(all, type, old.get(waiting.get(next)), now, waiting.get(next));
        }
        return all;
    }

    private void addMerged(
            ArrayNode all, FieldType type, @Nullable JsonNode there, Map<String, JsonNode> applied, String step) {
        JsonNode element = applied.get(step);
        if (element != null) {
            all.add(there == null ? element : merged(type.element(), there, element));
        }
    }

    private Map<String, JsonNode> byStep(FieldType type, ArrayNode list) {
        Map<String, JsonNode> byStep = new LinkedHashMap<>();
        int i = 0;
        for (JsonNode element : list) {
            String step = PathStep.element(type, element);
            // What nothing tells apart is kept, and refused by the rules of metadata.
            String key = step == null ? "i:" + i : step;
            toll.node(key);
            byStep.putIfAbsent(key, element);
            i++;
        }
        return byStep;
    }

    /**
     * Without the fields that are in {@code before}, who applied them then, and in no set of {@code owned} now. A map that the schema
     * names goes with its last owned field, whatever else is in it.
     */
    ObjectNode without(FieldType type, ObjectNode object, FieldSet before, FieldSet owned) {
        return (ObjectNode) pruned(type, object, before, owned, true);
    }

    private JsonNode pruned(FieldType type, JsonNode value, FieldSet before, FieldSet owned, boolean root) {
        if (value instanceof ObjectNode object && !type.isLeaf(object)) {
            ObjectNode left = object;
            for (Map.Entry<String, JsonNode> member : List.copyOf(object.properties())) {
                String name = member.getKey();
                String step = PathStep.name(name);
                FieldSet was = before.child(step);
                if (was == null) {
                    continue;
                }
                FieldSet is = owned.child(step);
                boolean went = was.isMember() || type.declares(name) && was.hasChildren();
                boolean whole = root && name.equals("metadata");
                if (went && is == null && !whole) {
                    left = own(left, object).without(name);
                } else if (was.hasChildren()) {
                    JsonNode below = pruned(
                            type.member(name), member.getValue(), was, is == null ? new FieldSet(toll) : is, false);
                    if (below != member.getValue()) {
                        left = own(left, object);
                        left.set(name, below);
                    }
                }
            }
            return left;
        }
        if (value instanceof ArrayNode array && !type.isLeaf(array)) {
            ArrayNode left = array.arrayNode();
            for (JsonNode element : array) {
                String step = PathStep.element(type, element);
                FieldSet was = step == null ? null : before.child(step);
                if (was == null || step == null || owned.child(step) != null) {
                    left.add(element);
                }
            }
            return left.size() == array.size() ? array : left;
        }
        return value;
    }

    private ObjectNode own(ObjectNode left, ObjectNode object) {
        if (left != object) {
            return left;
        }
        toll.take(TreeCost.OBJECT + TreeCost.FIRST_MEMBER + (long) TreeCost.MEMBER * object.size());
        return object.objectNode().setAll(object);
    }
}
