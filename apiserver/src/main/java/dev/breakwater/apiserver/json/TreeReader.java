package dev.breakwater.apiserver.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes a tree of JSON that was brought into canonical form; each node is paid for before it is made ({@link TreeCost}). The only
 * place where bytes that came from a client become a tree.
 *
 * <p>Jackson's own reader is not used for it: its memory cannot be counted before it is there, it keeps field names of strangers in
 * tables for ever, and it makes an integer of a million digits in the square of the time. Keys that a tree repeats are one string, so
 * that a report is no larger than with Jackson. Used once.
 */
final class TreeReader {
    /** Deeper than anything that is let in; what is stored was let in. */
    private static final int DEEPEST = 1200;

    private static final int AHEAD = 8 * 1024;
    private static final int LONGEST_SHARED = 64;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final byte[] in;
    private final int end;
    private final Allowance memory;
    private final Breather breather = new Breather();
    private final @Nullable String[] keys = new @Nullable String[256];
    private int at;
    private int depth;
    private long paidAhead;

    TreeReader(byte[] in, int from, int length, Allowance memory) {
        this.in = in;
        this.at = from;
        this.end = from + length;
        this.memory = memory;
    }

    /** @throws IllegalArgumentException if it is no JSON */
    JsonNode read() {
        skipSpace();
        JsonNode tree = value();
        skipSpace();
        if (at < end) {
            throw unexpected();
        }
        memory.giveBack(paidAhead);
        return tree;
    }

    private JsonNode value() {
        breather.steps(1);
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> text();
            case 't' -> literal("true", BooleanNode.TRUE);
            case 'f' -> literal("false", BooleanNode.FALSE);
            case 'n' -> literal("null", NullNode.instance);
            default -> number();
        };
    }

    private ObjectNode object() {
        enter();
        pay(TreeCost.OBJECT);
        ObjectNode object = NODES.objectNode();
        if (begins('}')) {
            pay(TreeCost.FIRST_MEMBER);
            do {
                skipSpace();
                String key = key();
                skipSpace();
                take(':');
                skipSpace();
                pay(TreeCost.MEMBER);
                object.set(key, value());
            } while (another('}'));
        }
        depth--;
        return object;
    }

    private ArrayNode array() {
        enter();
        pay(TreeCost.ARRAY);
        ArrayNode array = NODES.arrayNode();
        if (begins(']')) {
            pay(TreeCost.FIRST_ELEMENT);
            do {
                skipSpace();
                pay(TreeCost.ELEMENT);
                array.add(value());
            } while (another(']'));
        }
        depth--;
        return array;
    }

    private TextNode text() {
        int from = at + 1;
        int to = closingQuote();
        pay(to == from ? 0 : TreeCost.TEXT + stringCost(from, to));
        return NODES.textNode(JsonStrings.decode(in, from, to));
    }

    private String key() {
        if (peek() != '"') {
            throw unexpected();
        }
        int from = at + 1;
        int to = closingQuote();
        int hash = to - from <= LONGEST_SHARED ? asciiHash(from, to) : -1;
        if (hash < 0) {
            pay(stringCost(from, to));
            return JsonStrings.decode(in, from, to);
        }
        String known = keys[hash];
        if (known != null && isThere(known, from, to)) {
            return known;
        }
        pay(stringCost(from, to));
        String key = new String(in, from, to - from, StandardCharsets.ISO_8859_1);
        keys[hash] = key;
        return key;
    }

    /** Of a key without escapes in ASCII; otherwise -1. */
    private int asciiHash(int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            if (in[i] < 0 || in[i] == '\\') {
                return -1;
            }
            hash = hash * 31 + in[i];
        }
        return (hash ^ hash >>> 8 ^ hash >>> 16) & (keys.length - 1);
    }

    private boolean isThere(String known, int from, int to) {
        if (known.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (known.charAt(i - from) != in[i]) {
                return false;
            }
        }
        return true;
    }

    /** What is not ASCII takes two bytes a character, and twice its bytes while it is decoded. */
    private int stringCost(int from, int to) {
        for (int i = from; i < to; i++) {
            if (in[i] < 0) {
                return TreeCost.STRING + 2 * (to - from);
            }
        }
        return TreeCost.STRING + to - from;
    }

    /** Steps over the string; where its closing quote is. */
    private int closingQuote() {
        for (int i = at + 1; i < end; i++) {
            if (in[i] == '\\') {
                i++;
            } else if (in[i] == '"') {
                at = i + 1;
                breather.steps((i - at) >> 7);
                return i;
            }
        }
        throw new IllegalArgumentException("a string does not end");
    }

    private JsonNode number() {
        int from = at;
        boolean integral = true;
        while (at < end && isOfNumber(in[at])) {
            integral &= in[at] == '-' || in[at] >= '0' && in[at] <= '9';
            at++;
        }
        if (from == at || at - from == 1 && in[from] == '-') {
            throw unexpected();
        }
        if (at - from == 1 && integral) {
            // One of the nodes that are there once for all.
            return IntNode.valueOf(Character.digit(in[from], 10));
        }
        pay(TreeCost.NUMBER);
        String literal = new String(in, from, at - from, StandardCharsets.ISO_8859_1);
        if (integral && literal.length() <= 20) {
            try {
                long value = Long.parseLong(literal);
                return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
            } catch (NumberFormatException e) {
                return DoubleNode.valueOf(Double.parseDouble(literal));
            }
        }
        double value = literal.length() > GoNumber.LONGEST ? Double.NaN : Double.parseDouble(literal);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a number that is no float64");
        }
        return DoubleNode.valueOf(value);
    }

    private static boolean isOfNumber(byte b) {
        return b >= '0' && b <= '9' || b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E';
    }

    private JsonNode literal(String word, JsonNode node) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= end || in[at + i] != word.charAt(i)) {
                throw unexpected();
            }
        }
        at += word.length();
        return node;
    }

    /** Steps over an opening bracket; whether something is in it. If not, over the closing one too. */
    private boolean begins(char closing) {
        at++;
        skipSpace();
        if (peek() == closing) {
            at++;
            return false;
        }
        return true;
    }

    private boolean another(char closing) {
        skipSpace();
        int next = peek();
        if (next != ',' && next != closing) {
            throw unexpected();
        }
        at++;
        return next == ',';
    }

    private void take(char expected) {
        if (peek() != expected) {
            throw unexpected();
        }
        at++;
    }

    private int peek() {
        return at < end ? in[at] : -1;
    }

    private void skipSpace() {
        while (at < end && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
            at++;
        }
    }

    private void enter() {
        if (++depth > DEEPEST) {
            throw new IllegalArgumentException("exceeded max depth of " + DEEPEST);
        }
    }

    private void pay(int bytes) {
        if (paidAhead < bytes) {
            int more = bytes + AHEAD;
            memory.take(more);
            paidAhead += more;
        }
        paidAhead -= bytes;
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(
                at >= end
                        ? "unexpected end of JSON input"
                        : "invalid character '" + (char) (in[at] & 0xff) + "' at byte " + at);
    }
}
