package dev.breakwater.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the fields below one value are owned (k8s-wire 3.11): by name, by element, or only all together. A list is a whole unless its
 * schema says otherwise, a map is not. Where no schema is, the value decides: maps by name, lists as a whole. Immutable.
 */
public final class FieldType {
    /** What is not declared. */
    public static final FieldType UNDECLARED = new FieldType(Map.of(), null, Elements.WHOLE, "", false, false);

    /** How the elements of a list are told apart. */
    public enum Elements {
        /** Not at all: the list is one field. */
        WHOLE,
        /** By their values ({@code x-kubernetes-list-type: set}). */
        BY_VALUE,
        /** By one of their members ({@code x-kubernetes-list-type: map}). */
        BY_KEY
    }

    private final Map<String, FieldType> declared;
    private final @Nullable FieldType element;
    private final Elements elements;
    private final String key;
    private final boolean wholeMap;
    private final boolean wholeList;

    private FieldType(
            Map<String, FieldType> declared,
            @Nullable FieldType element,
            Elements elements,
            String key,
            boolean wholeMap,
            boolean wholeList) {
        this.declared = declared;
        this.element = element;
        this.elements = elements;
        this.key = key;
        this.wholeMap = wholeMap;
        this.wholeList = wholeList;
    }

    /** @param replacements for some of the properties */
    static FieldType compile(JsonNode schema, Map<String, FieldType> replacements) {
        Map<String, FieldType> declared = new HashMap<>();
        schema.path("properties")
                .properties()
                .forEach(property -> declared.put(
                        property.getKey(),
                        replacements.containsKey(property.getKey())
                                ? replacements.get(property.getKey())
                                : compile(property.getValue(), Map.of())));
        JsonNode below = schema.path("additionalProperties").isObject()
                ? schema.get("additionalProperties")
                : schema.path("items");
        Elements elements = switch (schema.path("x-kubernetes-list-type").asText()) {
            case "set" -> Elements.BY_VALUE;
            case "map" -> Elements.BY_KEY;
            default -> Elements.WHOLE;
        };
        return new FieldType(
                Map.copyOf(declared),
                below.isObject() ? compile(below, Map.of()) : null,
                elements,
                schema.path("x-kubernetes-list-map-keys").path(0).asText(),
                schema.path("x-kubernetes-map-type").asText().equals("atomic"),
                elements == Elements.WHOLE && schema.path("type").asText().equals("array"));
    }

    /** Whether the schema names this member; those of a map such as labels it does not. */
    public boolean declares(String name) {
        return declared.containsKey(name);
    }

    public FieldType member(String name) {
        FieldType type = declared.get(name);
        return type == null ? element() : type;
    }

    /** Of the elements of a list, and of members that are not declared. */
    public FieldType element() {
        return element == null ? UNDECLARED : element;
    }

    public Elements elements() {
        return elements;
    }

    /** The member that tells elements apart {@link Elements#BY_KEY}. */
    public String key() {
        return key;
    }

    /** Whether {@code value} is one field, however much is in it. */
    public boolean isLeaf(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> wholeMap;
            case ARRAY -> elements == Elements.WHOLE;
            default -> true;
        };
    }

    /** Whether the schema wants values of this type owned as a whole. */
    public boolean isWhole() {
        return wholeMap || wholeList;
    }
}
