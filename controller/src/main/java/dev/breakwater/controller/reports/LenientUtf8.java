package dev.breakwater.controller.reports;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 as text, with U+FFFD in the place of bytes that are none, and their number. A package's description or a file's name may hold any byte that
 * somebody once wrote; the findings around it are as good as without it.
 *
 * <p>Used by one thread.
 */
final class LenientUtf8 extends Reader {
    private static final char REPLACEMENT = '\uFFFD';
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer bytes = ByteBuffer.allocate(32 * 1024).flip();
    private boolean ended;
    private boolean begun;
    private long replaced;
    /** The second half of a pair whose first had room alone; 0 for none. */
    private char pending;

    LenientUtf8(InputStream in) {
        this.in = in;
    }

    /** How many places were no UTF-8 until now. */
    long replaced() {
        return replaced;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (pending != 0) {
            target[offset] = pending;
            pending = 0;
            return 1;
        }
        CharBuffer out = CharBuffer.wrap(target, offset, length);
        while (out.position() == 0) {
            CoderResult result = decoder.decode(bytes, out, ended);
            if (result.isError()) {
                if (out.hasRemaining()) {
                    bytes.position(bytes.position() + result.length());
                    out.put(REPLACEMENT);
                    replaced++;
                }
            } else if (result.isOverflow() && out.position() == 0) {
                // A character outside the basic plane takes two places.
                return readPair(target, offset);
            } else if (ended) {
                break;
            } else {
                fill();
            }
        }
        if (out.position() == 0) {
            return -1;
        }
        if (!begun) {
            begun = true;
            if (target[offset] == BYTE_ORDER_MARK) {
                System.arraycopy(target, offset + 1, target, offset, out.position() - 1);
                return out.position() == 1 ? read(target, offset, length) : out.position() - 1;
            }
        }
        return out.position();
    }

    private int readPair(char[] target, int offset) {
        CharBuffer pair = CharBuffer.allocate(2);
        decoder.decode(bytes, pair, ended);
        target[offset] = pair.get(0);
        pending = pair.get(1);
        return 1;
    }

    private void fill() throws IOException {
        bytes.compact();
        int count = in.read(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        if (count < 0) {
            ended = true;
        } else {
            bytes.position(bytes.position() + count);
        }
        bytes.flip();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
