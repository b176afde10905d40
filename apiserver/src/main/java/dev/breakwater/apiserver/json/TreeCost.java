package dev.breakwater.apiserver.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What nodes of a tree take of the heap, in bytes. A few bytes of JSON can be twenty times as many in a tree.
 *
 * <p>Counted from the layout of Jackson 2's nodes and the collections in them, for ordinary object headers; measured by
 * {@code TreeCostTest}, which fails when a tree takes more than was asked for. Bytes for one element of an array of 100,000, JDK 25,
 * serial collector, with ordinary headers and with compact ones, as the server runs:
 *
 * <pre>
 *   element                    ordinary   compact   charged
 *   null, a digit, ""               4.3       4.3        10
 *   a number                       28.3      20.3        34
 *   "8 chars."                     68.3      68.3        82
 *   []                             52.3      44.3        58
 *   [0]                           108.3     100.3       124
 *   {}                             92.3      76.3        98
 *   {"a":0}, the key shared       212.3     188.3       234
 *   {"10 chars..":0}              268.3     236.3       292
 *   {"a":0, ... "m":0}            756.3     636.3       906
 * </pre>
 */
public final class TreeCost {
    /** An ObjectNode (24) with its LinkedHashMap (64). */
    public static final int OBJECT = 88;
    /** The map's first table of 16 places. */
    public static final int FIRST_MEMBER = 80;
    /** An entry (40), its places in the table, and those of the old table while it grows. */
    public static final int MEMBER = 56;
    /** An ArrayNode (24) with its ArrayList (24). */
    public static final int ARRAY = 48;
    /** The list's first array of ten places. */
    public static final int FIRST_ELEMENT = 56;
    /** A place in the list, and those of the old array while it grows. */
    public static final int ELEMENT = 10;
    /** An IntNode, LongNode or DoubleNode. */
    public static final int NUMBER = 24;
    /** A TextNode (16) around a string. */
    public static final int TEXT = 16;
    /** A String (24) and the head of its array (16), rounded up. */
    public static final int STRING = 48;

    private TreeCost() {}

    /** Of a whole tree, all strings counted as if they were nobody else's. */
    public static long of(JsonNode tree) {
        long bytes = 0;
        switch (tree.getNodeType()) {
            case OBJECT -> {
                bytes += OBJECT + (tree.isEmpty() ? 0 : FIRST_MEMBER);
                for (Map.Entry<String, JsonNode> member : tree.properties()) {
                    bytes += MEMBER + of(member.getValue());
                }
            }
            case ARRAY -> {
                bytes += ARRAY + (tree.isEmpty() ? 0 : FIRST_ELEMENT);
                for (JsonNode element : tree) {
                    bytes += ELEMENT + of(element);
                }
            }
            case STRING -> bytes += TEXT + STRING;
            case NUMBER -> bytes += NUMBER;
            default -> {}
        }
        return bytes;
    }
}
