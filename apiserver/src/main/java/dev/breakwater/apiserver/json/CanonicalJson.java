package dev.breakwater.apiserver.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Canonical JSON of small trees: heads, patches, answers of our own. A whole report never becomes a tree. */
public final class CanonicalJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private CanonicalJson() {}

    public static byte[] bytes(JsonNode tree) {
        ByteBuilder out = new ByteBuilder(1024);
        append(out, tree);
        return out.toBytes();
    }

    /** Appends {@code value}, the members of every object in key order. */
    public static void append(ByteBuilder out, JsonNode value) {
        switch (value.getNodeType()) {
            case OBJECT -> {
                out.append('{');
                appendMembers(out, members(value), true);
                out.append('}');
            }
            case ARRAY -> {
                out.append('[');
                for (int i = 0; i < value.size(); i++) {
                    if (i > 0) {
                        out.append(',');
                    }
                    append(out, value.get(i));
                }
                out.append(']');
            }
            case STRING -> JsonStrings.append(out, value.textValue());
            case NUMBER -> out.appendAscii(number(value));
            case BOOLEAN -> out.appendAscii(value.booleanValue() ? "true" : "false");
            case NULL, MISSING -> out.appendAscii("null");
            case BINARY, POJO -> throw new IllegalArgumentException("not JSON: " + value.getNodeType());
        }
    }

    /** The members of an object in key order. */
    public static List<Map.Entry<String, JsonNode>> members(JsonNode object) {
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(object.properties());
        members.sort(Map.Entry.comparingByKey(JsonStrings.BY_UTF8));
        return members;
    }

    /**
     * Appends members without the braces around them.
     *
     * @param first whether no member stands before them
     */
    public static void appendMembers(ByteBuilder out, List<Map.Entry<String, JsonNode>> members, boolean first) {
        boolean comma = !first;
        for (Map.Entry<String, JsonNode> member : members) {
            if (comma) {
                out.append(',');
            }
            comma = true;
            JsonStrings.append(out, member.getKey());
            out.append(':');
            append(out, member.getValue());
        }
    }

    /**
     * Reads a tree; of a key that occurs twice the last value counts. No bytes are a missing node.
     *
     * @throws IllegalArgumentException if the bytes are no JSON; the message says what was found and where
     */
    public static JsonNode read(byte[] json) {
        return read(json, 0, json.length);
    }

    public static JsonNode read(byte[] json, int from, int length) {
        try {
            return MAPPER.readTree(json, from, length);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    e.getOriginalMessage() + " at byte " + e.getLocation().getByteOffset(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not readable as JSON", e);
        }
    }

    private static String number(JsonNode value) {
        if (value.isInt() || value.isLong() || value.isShort()) {
            return Long.toString(value.longValue());
        }
        return value.isIntegralNumber() ? GoNumber.canonical(value.asText()) : GoNumber.of(value.doubleValue());
    }
}
