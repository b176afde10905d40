package dev.breakwater.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The named schemas of a document: each kind, its list, and the types of meta/v1. References hold the bare name until
 * {@link #referring} turns them into pointers, which differ between OpenAPI 2 and 3.
 */
final class Schemas {
    static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String REF = "$ref";
    private static final String GVK = "x-kubernetes-group-version-kind";

    private Schemas() {}

    /** With bare names as references. */
    static ObjectNode of(List<ReportKind> kinds) {
        ObjectNode schemas = meta();
        for (ReportKind kind : kinds) {
            schemas.set(name(kind), object(kind));
            schemas.set(name(kind) + "List", list(kind));
        }
        return schemas;
    }

    /** Such as {@code io.github.aquasecurity.v1alpha1.SbomReport}. */
    static String name(ReportKind kind) {
        List<String> labels = new ArrayList<>(List.of(kind.group().split("\\.", -1)));
        Collections.reverse(labels);
        return String.join(".", labels) + "." + kind.version() + "." + kind.kind();
    }

    /** The same tree with {@code prefix} before every reference. */
    static JsonNode referring(JsonNode node, String prefix) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(field -> {
                boolean reference =
                        field.getKey().equals(REF) && field.getValue().isTextual();
                copy.set(
                        field.getKey(),
                        reference
                                ? TextNode.valueOf(prefix + field.getValue().textValue())
                                : referring(field.getValue(), prefix));
            });
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(entry -> copy.add(referring(entry, prefix)));
            return copy;
        }
        return node;
    }

    static ObjectNode reference(String name) {
        return JsonNodeFactory.instance.objectNode().put(REF, name);
    }

    /** A reference with a description of its own, which a bare reference cannot have. */
    static ObjectNode described(String name, String description) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("description", description);
        schema.putArray("allOf").add(reference(name));
        return schema;
    }

    static ObjectNode groupVersionKind(ReportKind kind, String name) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", name);
    }

    private static ObjectNode object(ReportKind kind) {
        ObjectNode schema = kind.schema().deepCopy();
        ((ObjectNode) schema.required("properties"))
                .set("metadata", described(META + "ObjectMeta", "Name, labels and the like."));
        schema.putArray(GVK).add(groupVersionKind(kind, kind.kind()));
        return schema;
    }

    private static ObjectNode list(ReportKind kind) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("description", "A list of " + kind.kind() + " objects.").put("type", "object");
        schema.putArray("required").add("items");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("apiVersion").put("type", "string").put("description", "Group and version of the list.");
        ObjectNode items = properties.putObject("items");
        items.put("description", "The objects.").put("type", "array").set("items", reference(name(kind)));
        properties.putObject("kind").put("type", "string").put("description", "Kind of the list.");
        properties.set("metadata", described(META + "ListMeta", "Where in the list this page is."));
        schema.putArray(GVK).add(groupVersionKind(kind, kind.listKind()));
        return schema;
    }

    private static ObjectNode meta() {
        try (InputStream in = Schemas.class.getResourceAsStream("meta.yaml")) {
            return new ObjectMapper()
                    .valueToTree(YamlReader.of(Reading.YAML_1_2).value("meta.yaml", in));
        } catch (IOException e) {
            throw new UncheckedIOException("the schemas of meta/v1 in this build are not readable", e);
        }
    }
}
