package dev.breakwater.apiserver.answer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Indents compact JSON by two spaces as it streams by, as Go's json.Indent does; ends with a newline. */
final class PrettyStream extends CompactJsonStream {
    private int depth;
    private boolean opened;

    PrettyStream(OutputStream out) {
        super(out);
    }

    @Override
    void text(int b) throws IOException {
        if (opened) {
            opened = false;
            newLine(++depth);
        }
        out.write(b);
    }

    @Override
    void structure(int b) throws IOException {
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
            case ',' -> newLine(depth);
            case ':' -> out.write(' ');
            default -> {}
        }
    }

    @Override
    void end() throws IOException {
        out.write('\n');
    }

    private void newLine(int level) throws IOException {
        out.write(("\n" + "  ".repeat(Math.max(level, 0))).getBytes(StandardCharsets.US_ASCII));
    }
}
