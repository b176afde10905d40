package dev.breakwater.apiserver.managedfields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.object.ObjectMeta;
import dev.breakwater.apiserver.schema.FieldType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The two writes that happen all day, without sets: a new object, whose fields are all its creator's, and the same manager that
 * changes fields which are its own already, so that nothing but the time is new. {@code QuickFieldsTest} holds both to what the
 * general way gives.
 */
final class QuickFields {
    private final Toll toll;
    private long length;
    private int deepest;

    private QuickFields(Toll toll) {
        this.toll = toll;
    }

    /**
     * Managed fields of a new object.
     *
     * @param object with its bulk marked, without what the path cannot set and what is nobody's
     * @return {@code null} if it has no field that somebody could own, or too many
     */
    static @Nullable ArrayNode created(FieldType type, ObjectNode object, Writer writer, Toll toll) {
        ObjectNode fields = new QuickFields(toll).root(type, object);
        if (fields == null || fields.isEmpty()) {
            return null;
        }
        ArrayNode entries = JsonNodeFactory.instance.arrayNode(1);
        return entries.add(Managers.entry(writer.identity(false), writer.apiVersion(), writer.time(), fields));
    }

    private @Nullable ObjectNode root(FieldType type, ObjectNode object) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            String name = member.getKey();
            if (name.equals("metadata")) {
                ObjectNode metadata = members(type.member(name), member.getValue(), 1);
                if (!metadata.isEmpty()) {
                    fields.set(PathStep.name(name), metadata);
                }
            } else if (!name.equals("apiVersion") && !name.equals("kind")) {
                put(fields, PathStep.name(name), added(type.member(name), member.getValue(), 1));
            }
        }
        return length > Managers.LONGEST || deepest > Managers.DEEPEST ? null : fields;
    }

    private ObjectNode added(FieldType type, JsonNode value, int depth) {
        if (value.isEmpty() || type.isLeaf(value)) {
            deepest = Math.max(deepest, depth);
            return JsonNodeFactory.instance.objectNode();
        }
        ObjectNode fields = value.isArray() ? elements(type, value, depth) : members(type, value, depth);
        fields.putObject(FieldSet.SELF);
        return fields;
    }

    private ObjectNode members(FieldType type, JsonNode map, int depth) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : map.properties()) {
            String name = member.getKey();
            put(fields, PathStep.name(name), added(type.member(name), member.getValue(), depth + 1));
        }
        return fields;
    }

    private ObjectNode elements(FieldType type, JsonNode list, int depth) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (JsonNode element : list) {
            String step = PathStep.element(type, element);
            if (step != null) {
                boolean twice = fields.has(step);
                put(fields, step, twice ? fields.objectNode() : added(type.element(), element, depth + 1));
            }
        }
        return fields;
    }

    private void put(ObjectNode fields, String step, ObjectNode below) {
        toll.node(step);
        length += step.length() + 4;
        fields.set(step, below);
    }

    /**
     * Managed fields after a change of fields that their only manager owns; {@code null} if it is none of that sort.
     *
     * @param stored the managed fields before
     * @param differing what changed
     */
    static @Nullable ArrayNode retimed(JsonNode stored, FieldSet differing, Writer writer) {
        if (stored.size() != 1 || !(stored.get(0) instanceof ObjectNode entry)) {
            return null;
        }
        boolean own = entry.path("manager").asText().equals(writer.manager())
                && entry.path("operation").asText().equals("Update")
                && entry.path("apiVersion").asText().equals(writer.apiVersion())
                && entry.path("subresource").asText().equals(writer.subresource());
        if (!own || !differing.isModifiedWithin(entry.path("fieldsV1"))) {
            return null;
        }
        ObjectNode later = entry.objectNode().setAll(entry);
        later.put("time", ObjectMeta.timestamp(writer.time()));
        return JsonNodeFactory.instance.arrayNode(1).add(later);
    }
}
