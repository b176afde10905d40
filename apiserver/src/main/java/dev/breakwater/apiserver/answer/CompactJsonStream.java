package dev.breakwater.apiserver.answer;

import java.io.IOException;
import java.io.OutputStream;

/** Compact JSON on its way into another form, byte by byte: tells strings from structure. */
abstract class CompactJsonStream extends OutputStream {
    final OutputStream out;
    private boolean inString;
    private boolean escaped;

    CompactJsonStream(OutputStream out) {
        this.out = out;
    }

    /** A byte of a string, the quotes among them. */
    abstract void text(int b) throws IOException;

    /** A byte outside of strings: a bracket, colon or comma, or one of a number, {@code true}, {@code false} or {@code null}. */
    abstract void structure(int b) throws IOException;

    /** The document is over. */
    abstract void end() throws IOException;

    @Override
    public final void write(int b) throws IOException {
        if (!inString) {
            inString = b == '"';
            if (inString) {
                text(b);
            } else {
                structure(b);
            }
            return;
        }
        text(b);
        inString = escaped || b != '"';
        escaped = !escaped && b == '\\';
    }

    @Override
    public final void write(byte[] bytes, int offset, int count) throws IOException {
        for (int i = offset; i < offset + count; i++) {
            write(bytes[i]);
        }
    }
}
