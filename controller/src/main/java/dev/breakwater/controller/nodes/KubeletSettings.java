package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.controller.checks.Evidence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which facts the kubelet's flags and its configuration give (checks 7). */
final class KubeletSettings {
    private final JsonNode table = Tables.read("kubelet.yaml");

    /** Facts of a {@code KubeletConfiguration}: a file's document or what {@code configz} tells. */
    Map<String, List<Object>> ofConfiguration(JsonNode configuration) {
        Map<String, List<Object>> facts = new LinkedHashMap<>();
        if (configuration.isObject()) {
            facts.put(Evidence.KUBELET_CONFIGURATION, List.of("read"));
        }
        for (JsonNode row : table) {
            JsonNode value = at(configuration, row.path("field").asText());
            if (value.isArray() && !value.isEmpty()) {
                List<Object> values = new ArrayList<>();
                value.forEach(item -> values.add(Tables.value(item.asText())));
                facts.put(row.path("fact").asText(), values);
            } else if (value.isValueNode() && !value.isNull()) {
                facts.put(row.path("fact").asText(), List.of(Tables.value(value.asText())));
            } else if (configuration.isObject() && row.has("absent")) {
                facts.put(
                        row.path("fact").asText(),
                        List.of(Tables.value(row.path("absent").asText())));
            }
        }
        return facts;
    }

    /** Facts of the kubelet's command line. */
    Map<String, List<Object>> ofFlags(CommandLine kubelet) {
        Map<String, List<Object>> facts = new LinkedHashMap<>();
        for (JsonNode row : table) {
            Optional<String> given = kubelet.flag(row.path("flag").asText());
            Optional<String> value = row.has("gate")
                    ? given.flatMap(gates -> gate(gates, row.path("gate").asText()))
                    : given;
            value.ifPresent(text -> facts.put(row.path("fact").asText(), valuesOf(text, row)));
        }
        return facts;
    }

    /** A text field of a configuration; empty when it is not there. */
    static String text(JsonNode configuration, String field) {
        return at(configuration, field).asText();
    }

    private static List<Object> valuesOf(String text, JsonNode row) {
        if (!row.path("list").asBoolean()) {
            return List.of(Tables.value(text));
        }
        List<Object> values = new ArrayList<>();
        for (String item : text.split(",")) {
            values.add(Tables.value(item.strip()));
        }
        return values;
    }

    private static Optional<String> gate(String gates, String name) {
        for (String gate : gates.split(",")) {
            if (gate.startsWith(name + "=")) {
                return Optional.of(gate.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }

    private static JsonNode at(JsonNode configuration, String field) {
        JsonNode node = configuration;
        for (String part : field.split("\\.")) {
            node = node.path(part);
        }
        return node;
    }
}
