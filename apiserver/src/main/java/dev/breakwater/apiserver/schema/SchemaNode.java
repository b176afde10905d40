package dev.breakwater.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What one value must look like: the part of OpenAPI v3 that the served schemas use. Immutable. */
public final class SchemaNode {
    /** JSON types as schemas name them. */
    public enum Type {
        OBJECT,
        ARRAY,
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * A declared property.
     *
     * @param bit of the property in {@link #required()}; 0 if it is not required
     */
    public record Property(String name, long bit, SchemaNode schema) {}

    /** Accepts everything and calls no field unknown. */
    public static final SchemaNode ANY = new SchemaNode(
            com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                    .objectNode()
                    .put("x-kubernetes-preserve-unknown-fields", true),
            Map.of());

    private final @Nullable Type type;
    private final boolean nullable;
    private final boolean open;
    private final WordTable<Property> properties;
    private final List<Property> requiredProperties = new ArrayList<>();
    private final long required;
    private final @Nullable SchemaNode items;
    private final @Nullable SchemaNode additional;
    private final List<String> words;
    private final @Nullable WordTable<Boolean> enumeration;
    private final double minimum;
    private final double maximum;
    private final @Nullable Pattern pattern;
    private final boolean dateTime;

    /** Compiles a schema. */
    public static SchemaNode compile(JsonNode schema) {
        return new SchemaNode(schema, Map.of());
    }

    /** Compiles the schema of an object with {@code replacements} for some of its properties. */
    public static SchemaNode compile(JsonNode schema, Map<String, SchemaNode> replacements) {
        return new SchemaNode(schema, replacements);
    }

    private SchemaNode(JsonNode schema, Map<String, SchemaNode> replacements) {
        type = schema.has("type")
                ? Type.valueOf(schema.get("type").textValue().toUpperCase(java.util.Locale.ROOT))
                : null;
        nullable = schema.path("nullable").asBoolean();
        open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean() || type == null;
        Map<String, Property> declared = new LinkedHashMap<>();
        long bits = 0;
        for (String name : requiredNames(schema)) {
            Property property = new Property(name, 1L << requiredProperties.size(), child(schema, name, replacements));
            bits |= property.bit;
            requiredProperties.add(property);
            declared.put(name, property);
        }
        required = bits;
        schema.path("properties")
                .fieldNames()
                .forEachRemaining(name ->
                        declared.computeIfAbsent(name, n -> new Property(n, 0, child(schema, n, replacements))));
        properties = new WordTable<>(declared);
        items = schema.has("items") ? compile(schema.get("items")) : null;
        additional =
                schema.path("additionalProperties").isObject() ? compile(schema.get("additionalProperties")) : null;
        List<String> allowed = new ArrayList<>();
        schema.path("enum").forEach(word -> allowed.add(word.asText()));
        words = List.copyOf(allowed);
        Map<String, Boolean> index = new LinkedHashMap<>();
        words.forEach(word -> index.put(word, true));
        enumeration = words.isEmpty() ? null : new WordTable<>(index);
        minimum = schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY);
        maximum = schema.path("maximum").asDouble(Double.POSITIVE_INFINITY);
        pattern = schema.has("pattern") ? Pattern.compile(schema.get("pattern").textValue()) : null;
        dateTime = schema.path("format").asText().equals("date-time");
    }

    private static TreeSet<String> requiredNames(JsonNode schema) {
        TreeSet<String> names = new TreeSet<>();
        schema.path("required").forEach(name -> names.add(name.textValue()));
        if (names.size() > Long.SIZE) {
            throw new IllegalArgumentException("a schema requires " + names.size() + " properties, more than 64");
        }
        return names;
    }

    private static SchemaNode child(JsonNode schema, String name, Map<String, SchemaNode> replacements) {
        SchemaNode replacement = replacements.get(name);
        return replacement != null
                ? replacement
                : compile(schema.path("properties").path(name));
    }

    public @Nullable Type type() {
        return type;
    }

    public boolean nullable() {
        return nullable;
    }

    /** The property whose name lies in {@code bytes[from, to)}, or {@code null} if it is not declared. */
    public @Nullable Property property(byte[] bytes, int from, int to) {
        return properties.find(bytes, from, to);
    }

    /** Whether a field that is not declared is to be called unknown. */
    public boolean closed() {
        return !open && additional == null;
    }

    /** Schema of what is not declared. */
    public SchemaNode undeclared() {
        return additional == null ? ANY : additional;
    }

    /** Schema of the elements of an array. */
    public SchemaNode items() {
        return items == null ? ANY : items;
    }

    /** Bits of the properties that must be there. */
    public long required() {
        return required;
    }

    public List<Property> requiredProperties() {
        return requiredProperties;
    }

    /** Whether nothing but the type is demanded of a string. */
    public boolean freeText() {
        return enumeration == null && pattern == null && !dateTime;
    }

    /** Allowed words, or none if all are. */
    public List<String> words() {
        return words;
    }

    public boolean allowsWord(byte[] bytes, int from, int to) {
        return enumeration == null || enumeration.find(bytes, from, to) != null;
    }

    public @Nullable Pattern pattern() {
        return pattern;
    }

    public boolean dateTime() {
        return dateTime;
    }

    public double minimum() {
        return minimum;
    }

    public double maximum() {
        return maximum;
    }
}
