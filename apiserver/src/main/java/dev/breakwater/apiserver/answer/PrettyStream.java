package dev.breakwater.apiserver.answer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Indents compact JSON by two spaces as it streams by, as Go's json.Indent does; ends with a newline. */
final class PrettyStream extends OutputStream {
    private final OutputStream out;
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean opened;

    PrettyStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        if (inString) {
            out.write(b);
            if (escaped) {
                escaped = false;
            } else if (b == '\\') {
                escaped = true;
            } else if (b == '"') {
                inString = false;
            }
            return;
        }
        boolean closing = b == '}' || b == ']';
        if (opened && !closing) {
            newLine(++depth);
        }
        if (closing && !opened) {
            newLine(--depth);
        }
        opened = b == '{' || b == '[';
        out.write(b);
        switch (b) {
            case '"' -> inString = true;
            case ',' -> newLine(depth);
            case ':' -> out.write(' ');
            default -> {}
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        for (int i = offset; i < offset + count; i++) {
            write(bytes[i]);
        }
    }

    void end() throws IOException {
        out.write('\n');
    }

    private void newLine(int level) throws IOException {
        out.write(("\n" + "  ".repeat(Math.max(level, 0))).getBytes(StandardCharsets.US_ASCII));
    }
}
