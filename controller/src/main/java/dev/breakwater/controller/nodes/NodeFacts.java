package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What is known about a node, in the shape that the node checks read (checks 7):
 * {@code {"kind":"NodeInfo","type":"master","info":{"<fact>":{"values":[600]}}}}.
 *
 * @param type {@code master} or {@code worker}
 * @param facts by name; values are whole numbers (file modes as their octal digits read decimally) or text
 * @param unread what could not be looked at and why, one sentence each
 */
public record NodeFacts(String type, Map<String, List<Object>> facts, List<String> unread) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,99}");
    private static final Set<String> TYPES = Set.of("master", "worker");
    static final int MOST_FACTS = 200;
    static final int MOST_VALUES = 2_000;
    static final int LONGEST_VALUE = 1_024;

    public NodeFacts {
        facts = new TreeMap<>(facts);
        unread = List.copyOf(unread);
    }

    /** The facts with others over them. */
    public NodeFacts with(Map<String, List<Object>> others) {
        Map<String, List<Object>> merged = new TreeMap<>(facts);
        merged.putAll(others);
        return new NodeFacts(type, merged, unread);
    }

    /** One line of JSON. */
    public String line() {
        ObjectNode document = MAPPER.createObjectNode();
        document.put("apiVersion", "v1");
        document.put("kind", "NodeInfo");
        document.put("type", type);
        ObjectNode info = document.putObject("info");
        facts.forEach((name, values) -> {
            ArrayNode list = info.putObject(name).putArray("values");
            values.forEach(value -> {
                if (value instanceof Long number) {
                    list.add(number);
                } else {
                    list.add(value.toString());
                }
            });
        });
        if (!unread.isEmpty()) {
            unread.forEach(document.putArray("unread")::add);
        }
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The object that checks are evaluated on. */
    public Map<String, Object> subject(String nodeName) {
        Map<String, Object> info = new LinkedHashMap<>();
        facts.forEach((name, values) -> info.put(name, Map.of("values", values)));
        return Map.of(
                "apiVersion",
                "v1",
                "kind",
                "NodeInfo",
                "metadata",
                Map.of("name", nodeName),
                "type",
                type,
                "info",
                info);
    }

    /**
     * Reads a collector's log, ours or the original's: the first JSON document of kind NodeInfo, whatever stands around it.
     *
     * <p>What runs on a node may be compromised, and its output ends up in a report: names, numbers and lengths are bounded, and only what checks can
     * read is kept.
     */
    public static Optional<NodeFacts> parse(String log) {
        for (int start = log.indexOf('{'); start >= 0; start = log.indexOf('{', start + 1)) {
            if (start > 0 && log.charAt(start - 1) != '\n') {
                continue;
            }
            try {
                JsonNode document = MAPPER.readTree(log.substring(start));
                if (document.path("kind").asText().equals("NodeInfo")) {
                    return Optional.of(checked(document));
                }
            } catch (JsonProcessingException notOurs) {
                // Another program's line; the document may still come.
            }
        }
        return Optional.empty();
    }

    private static NodeFacts checked(JsonNode document) {
        String type = document.path("type").asText();
        Map<String, List<Object>> facts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> fact : document.path("info").properties()) {
            JsonNode values = fact.getValue().path("values");
            // A fact of another shape is not known; an empty one would say that there is nothing to find.
            if (facts.size() < MOST_FACTS
                    && NAME.matcher(fact.getKey()).matches()
                    && (values.isArray() || values.isNull())) {
                facts.put(fact.getKey(), values(values));
            }
        }
        List<String> unread = new ArrayList<>();
        for (JsonNode reason : document.path("unread")) {
            if (unread.size() < 20) {
                unread.add(bounded(reason.asText()));
            }
        }
        return new NodeFacts(TYPES.contains(type) ? type : "worker", facts, unread);
    }

    private static List<Object> values(JsonNode list) {
        List<Object> values = new ArrayList<>();
        for (JsonNode value : list) {
            if (values.size() == MOST_VALUES) {
                break;
            }
            if (value.isIntegralNumber() && value.canConvertToLong()) {
                values.add(value.asLong());
            } else if (value.isValueNode() && !value.isNull()) {
                values.add(bounded(value.asText()));
            }
        }
        return values;
    }

    private static String bounded(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE);
    }
}
