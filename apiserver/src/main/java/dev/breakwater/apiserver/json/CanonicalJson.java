package dev.breakwater.apiserver.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Canonical JSON of small trees: heads, patches, answers of our own. A whole report never becomes a tree. */
public final class CanonicalJson {
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
     * Reads a tree from JSON of our own, such as what {@link #bytes} made; of a key that occurs twice the last value counts. No bytes
     * are a missing node. What comes from a client is brought into canonical form first.
     *
     * @throws IllegalArgumentException if the bytes are no JSON; the message says what was found and where
     */
    public static JsonNode read(byte[] json) {
        return read(json, 0, json.length, Allowance.UNLIMITED);
    }

    /** @param memory is asked for each node before it is made */
    public static JsonNode read(byte[] json, int from, int length, Allowance memory) {
        return length == 0 ? MissingNode.getInstance() : new TreeReader(json, from, length, memory).read();
    }

    private static String number(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong()
                ? Long.toString(value.longValue())
                : GoNumber.of(value.doubleValue());
    }
}
