package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.Breather;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.GoNumber;
import dev.breakwater.apiserver.schema.SchemaNode;
import dev.breakwater.apiserver.schema.SchemaNode.Property;
import dev.breakwater.apiserver.schema.SchemaNode.Type;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Rewrites one value, whole in memory, as canonical JSON, and validates it on the way: no tree, no strings but for messages.
 *
 * <p>Members are written as they come and put in order afterwards, by moving their bytes, only where they were not: an object that
 * was written canonically once costs nothing to sort.
 */
final class Canonicalizer {
    /** Go refuses deeper nesting at 10,000; a report has eight levels, and recursion costs stack. */
    static final int DEEPEST = 500;

    final FieldPath path = new FieldPath();
    final Findings findings;
    private final ByteBuilder out;
    private final MemberOrder order;
    private final Breather breather = new Breather();
    private byte[] in = new byte[0];
    private int at;
    private int end;
    private int depth;

    /** @param memory is asked for what it takes to put long objects in order; the output asks for itself */
    Canonicalizer(ByteBuilder out, Findings findings, Allowance memory) {
        this.out = out;
        this.findings = findings;
        this.order = new MemberOrder(memory);
    }

    /** Appends the canonical form of {@code bytes[from, to)}, which must be one value, white space around it allowed. */
    void append(byte[] bytes, int from, int to, SchemaNode schema) throws MalformedException {
        in = bytes;
        at = from;
        end = to;
        depth = 0;
        skipSpace();
        value(schema);
        skipSpace();
        if (at < end) {
            throw malformed("end of value");
        }
    }

    /**
     * Writes the array {@code bytes[from, to)} element by element, so that one element at a time is held in canonical form.
     *
     * @param sink receives the canonical bytes
     */
    void appendElements(byte[] bytes, int from, int to, SchemaNode schema, OutputStream sink) throws IOException {
        in = bytes;
        at = from;
        end = to;
        depth = 1;
        out.setLength(0);
        out.append('[');
        if (begin(']')) {
            path.enter(0);
            int i = 0;
            do {
                sink.write(out.array(), 0, out.length());
                out.setLength(0);
                path.index(i++);
                value(schema.items());
            } while (another(']'));
            path.leave();
        }
        out.append(']');
        sink.write(out.array(), 0, out.length());
        if (at < end) {
            throw malformed("end of value");
        }
    }

    private void value(SchemaNode schema) throws MalformedException {
        if (at >= end) {
            throw malformed("a value");
        }
        breather.steps(1);
        byte first = in[at];
        switch (first) {
            case '{' -> {
                expect(schema, Type.OBJECT, "object");
                object(schema);
            }
            case '[' -> {
                expect(schema, Type.ARRAY, "array");
                array(schema);
            }
            case '"' -> {
                int from = out.length();
                string();
                if (expect(schema, Type.STRING, "string") && !schema.freeText()) {
                    ScalarRules.text(findings, path, schema, out, from + 1, out.length() - 1);
                }
            }
            case 't' -> {
                literal("true");
                expect(schema, Type.BOOLEAN, "boolean");
            }
            case 'f' -> {
                literal("false");
                expect(schema, Type.BOOLEAN, "boolean");
            }
            case 'n' -> {
                literal("null");
                if (schema.type() != null && !schema.nullable()) {
                    ScalarRules.wrongType(findings, path, schema, "null");
                }
            }
            default -> number(schema);
        }
    }

    private boolean expect(SchemaNode schema, Type found, String word) {
        Type wanted = schema.type();
        if (wanted == null || wanted == found) {
            return true;
        }
        ScalarRules.wrongType(findings, path, schema, word);
        return false;
    }

    private void object(SchemaNode schema) throws MalformedException {
        nest();
        int from = out.length();
        int base = order.open();
        out.append('{');
        long seen = 0;
        if (begin('}')) {
            do {
                seen |= member(schema);
            } while (another('}'));
        }
        order.close(base, out, from, path, findings);
        out.append('}');
        missing(schema, seen);
        depth--;
    }

    /** Appends one member; the bit of its property. */
    private long member(SchemaNode schema) throws MalformedException {
        if (at >= end || in[at] != '"') {
            throw malformed("a key");
        }
        int keyFrom = out.length();
        string();
        int keyTo = out.length();
        Property property = schema.property(out.array(), keyFrom + 1, keyTo - 1);
        String name = property != null ? property.name() : text(keyFrom + 1, keyTo - 1);
        if (property == null && schema.closed()) {
            findings.unknown(path, name);
        }
        skipSpace();
        if (at >= end || in[at] != ':') {
            throw malformed("':'");
        }
        at++;
        out.append(':');
        skipSpace();
        path.enter(name);
        value(property != null ? property.schema() : schema.undeclared());
        path.leave();
        order.add(out, keyFrom, keyTo);
        return property != null ? property.bit() : 0;
    }

    private void missing(SchemaNode schema, long seen) {
        long missing = schema.required() & ~seen;
        if (missing != 0) {
            ScalarRules.missing(findings, path, schema, missing);
        }
    }

    private void array(SchemaNode schema) throws MalformedException {
        nest();
        out.append('[');
        if (begin(']')) {
            path.enter(0);
            int i = 0;
            do {
                path.index(i++);
                value(schema.items());
            } while (another(']'));
            path.leave();
        }
        out.append(']');
        depth--;
    }

    /** Steps over an opening bracket; whether something is in it. If not, over the closing one too. */
    private boolean begin(char closing) {
        at++;
        skipSpace();
        if (at < end && in[at] == closing) {
            at++;
            return false;
        }
        return true;
    }

    /** Steps over what follows a member or an element; whether another one comes. The comma is appended. */
    private boolean another(char closing) throws MalformedException {
        skipSpace();
        byte next = at < end ? in[at] : 0;
        if (next == closing) {
            at++;
            return false;
        }
        if (next != ',') {
            throw malformed("',' or '" + closing + "'");
        }
        at++;
        out.append(',');
        skipSpace();
        return true;
    }

    private void nest() throws MalformedException {
        if (++depth > DEEPEST) {
            throw new MalformedException("exceeded max depth of " + DEEPEST);
        }
    }

    /** Appends the string at {@link #at} with its quotes. */
    private void string() throws MalformedException {
        int from = at;
        int i = at + 1;
        while (i < end) {
            byte b = in[i];
            if (b == '"') {
                at = i + 1;
                out.append(in, from, at - from);
                return;
            }
            // Bytes above 0x7f are negative: control characters and non-ASCII in one comparison.
            if (b < 0x20 || b == '\\') {
                break;
            }
            i++;
        }
        out.append(in, from, Math.min(i, end) - from);
        at = StringBytes.appendRest(out, in, i, end);
    }

    private void number(SchemaNode schema) throws MalformedException {
        int from = at;
        int length = NumberBytes.length(in, at, end);
        if (length == 0) {
            throw malformed("a value");
        }
        at += length;
        int outFrom = out.length();
        if (NumberBytes.isCanonical(in, from, at)) {
            out.append(in, from, length);
        } else if (length > GoNumber.LONGEST) {
            throw new MalformedException(
                    "a number of " + length + " characters" + where() + "; at most " + GoNumber.LONGEST + " are read");
        } else {
            String literal = new String(in, from, length, StandardCharsets.US_ASCII);
            try {
                out.appendAscii(GoNumber.canonical(literal));
            } catch (NumberFormatException e) {
                throw new MalformedException(String.valueOf(e.getMessage()));
            }
        }
        ScalarRules.number(findings, path, schema, out, outFrom);
    }

    private void literal(String word) throws MalformedException {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= end || in[at + i] != word.charAt(i)) {
                throw malformed("a value");
            }
        }
        at += word.length();
        out.appendAscii(word);
    }

    private void skipSpace() {
        while (at < end) {
            byte b = in[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return;
            }
            at++;
        }
    }

    private String where() {
        return path.depth() == 0 ? "" : " in " + path;
    }

    private String text(int from, int to) {
        return StringBytes.decode(out.array(), from, to);
    }

    private MalformedException malformed(String expected) {
        String where = where();
        return new MalformedException(
                at >= end
                        ? "unexpected end of JSON input" + where + ", expected " + expected
                        : "invalid character '" + (char) (in[at] & 0xff) + "'" + where + ", expected " + expected);
    }
}
