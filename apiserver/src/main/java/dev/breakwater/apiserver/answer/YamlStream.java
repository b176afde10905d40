package dev.breakwater.apiserver.answer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.json.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * Turns compact JSON into YAML in block style as it streams by. A scalar is held until it ends; strings that YAML could read as
 * anything else are written as JSON writes them, which YAML reads too (YAML 1.2, 7.3.1).
 */
final class YamlStream extends CompactJsonStream {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./@+-]*(:[A-Za-z0-9_./@+-]+)*");
    private static final Pattern READ_OTHERWISE =
            Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null|~|\\.inf|\\.nan");

    private enum Container {
        OBJECT,
        ARRAY
    }

    private final ByteArrayOutputStream scalar = new ByteArrayOutputStream();
    private final Deque<Container> open = new ArrayDeque<>();
    /** A container began and has no member yet. */
    private boolean empty;
    /** The next line begins behind a dash instead of on a line of its own. */
    private boolean behindDash;

    YamlStream(OutputStream out) {
        super(out);
    }

    @Override
    void text(int b) {
        scalar.write(b);
    }

    @Override
    void structure(int b) throws IOException {
        switch (b) {
            case '{', '[' -> openContainer(b == '{' ? Container.OBJECT : Container.ARRAY);
            case '}', ']' -> closeContainer();
            case ':' -> key();
            case ',' -> value();
            default -> scalar.write(b);
        }
    }

    @Override
    void end() throws IOException {
        value();
    }

    private void openContainer(Container container) throws IOException {
        beginElement();
        open.push(container);
        empty = true;
    }

    private void closeContainer() throws IOException {
        value();
        Container closed = open.pop();
        if (empty) {
            boolean afterKey = !open.isEmpty() && open.peek() == Container.OBJECT;
            ascii((afterKey ? " " : "") + (closed == Container.OBJECT ? "{}\n" : "[]\n"));
            behindDash = false;
        }
        empty = false;
    }

    private void key() throws IOException {
        firstMember();
        indent(open.size() - 1);
        out.write(takeScalar());
        out.write(':');
    }

    /** Writes the scalar that has ended, if there is one. */
    private void value() throws IOException {
        if (scalar.size() == 0) {
            return;
        }
        if (beginElement()) {
            out.write(takeScalar());
        } else {
            if (!open.isEmpty()) {
                out.write(' ');
            }
            out.write(takeScalar());
        }
        out.write('\n');
        behindDash = false;
    }

    /** Writes the dash of an element of an array; whether there was one to write. */
    private boolean beginElement() throws IOException {
        if (open.peek() != Container.ARRAY) {
            return false;
        }
        firstMember();
        indent(open.size() - 1);
        ascii("- ");
        behindDash = true;
        return true;
    }

    /** The container turns out not to be empty: where it stands behind a key, its members begin on the next line. */
    private void firstMember() throws IOException {
        if (empty) {
            empty = false;
            Container self = open.pop();
            boolean afterKey = open.peek() == Container.OBJECT;
            open.push(self);
            if (afterKey) {
                out.write('\n');
            }
        }
    }

    private void indent(int level) throws IOException {
        if (behindDash) {
            behindDash = false;
            return;
        }
        ascii("  ".repeat(level));
    }

    private byte[] takeScalar() {
        byte[] json = scalar.toByteArray();
        scalar.reset();
        if (json.length < 256 && json[0] == '"') {
            JsonNode parsed = CanonicalJson.read(json);
            String text = parsed.textValue();
            if (PLAIN.matcher(text).matches() && !READ_OTHERWISE.matcher(text).matches()) {
                return text.getBytes(StandardCharsets.UTF_8);
            }
        }
        return json;
    }

    private void ascii(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
