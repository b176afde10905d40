package dev.breakwater.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Reads the schemas from the YAML beside this class. A resource holds what is special to a family of kinds; the rest of the root
 * (type, apiVersion, kind, metadata) is the same for every kind and added here. {@code {$include: name}} stands for a part of
 * {@code fragments.yaml}.
 */
final class Schemas {
    private static final String INCLUDE = "$include";

    private final ObjectMapper json = new ObjectMapper();
    private final JsonNode fragments = read("fragments");

    /**
     * @param resource file name without its ending
     * @param openRoot whether fields that the schema does not name are welcome beside {@code report}; the original leaves two kinds
     *     closed (trivy-operator 1.1)
     */
    ObjectNode root(String resource, String description, boolean openRoot) {
        ObjectNode own = (ObjectNode) expand(read(resource));
        ObjectNode root = json.createObjectNode();
        root.put("description", description);
        root.put("type", "object");
        if (own.has("required")) {
            root.set("required", own.get("required"));
        }
        ObjectNode properties = root.putObject("properties");
        properties
                .putObject("apiVersion")
                .put("type", "string")
                .put("description", "Group and version of the schema that the object follows.");
        properties.putObject("kind").put("type", "string").put("description", "Kind of the object.");
        properties.putObject("metadata").put("type", "object");
        properties.setAll((ObjectNode) own.get("properties"));
        if (openRoot) {
            root.put("x-kubernetes-preserve-unknown-fields", true);
        }
        return root;
    }

    private JsonNode expand(JsonNode node) {
        if (node.has(INCLUDE)) {
            return expand(fragments.required(node.get(INCLUDE).textValue()).deepCopy());
        }
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(expand(field.getValue())));
        }
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, expand(array.get(i)));
            }
        }
        return node;
    }

    private JsonNode read(String resource) {
        try (InputStream in = Schemas.class.getResourceAsStream(resource + ".yaml")) {
            return json.valueToTree(YamlReader.of(Reading.YAML_1_2).value(resource + ".yaml", in));
        } catch (IOException e) {
            throw new UncheckedIOException("schema " + resource + " of this build is not readable", e);
        }
    }
}
