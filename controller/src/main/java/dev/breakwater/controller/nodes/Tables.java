package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The tables of the collector, and how text becomes a fact's value. */
final class Tables {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Tables() {}

    static JsonNode read(String name) {
        try (InputStream in = Tables.class.getResourceAsStream("/nodes/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the program was packed without its table " + name);
            }
            return MAPPER.valueToTree(YamlReader.of(Reading.YAML_1_2).value(name, in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * YAML or JSON as a tree.
     *
     * @throws dev.breakwater.yaml.UnreadableYaml for what is neither
     */
    static JsonNode yaml(String name, String text) {
        return MAPPER.valueToTree(YamlReader.of(Reading.KUBERNETES).value(name, text));
    }

    /** A whole number where the text is one, as the original's collector has it; text otherwise, {@code true} and {@code false} included. */
    static Object value(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            return text;
        }
    }
}
