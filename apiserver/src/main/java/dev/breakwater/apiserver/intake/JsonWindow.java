package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.status.Statuses;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A moving window over the bytes of a body, wide enough for one value at a time. A body of up to {@link #WHOLE} bytes is in it as a
 * whole; a longer one is read as it is consumed.
 */
final class JsonWindow {
    /** Bodies up to this many bytes are read before anything else is done. */
    static final int WHOLE = 1 << 20;

    /** Widest window, and so the largest single element. */
    static final int WIDEST = 4 << 20;

    /** A body has this much of the memory before its first byte is there; more only as its bytes come. */
    private static final int FIRST = 128 * 1024;

    private final InputStream in;
    private final long limit;
    private final Allowance memory;
    private byte[] bytes;
    private int at;
    private int filled;
    private long read;
    private boolean ended;

    /**
     * @param expected length of the body, -1 if it is not known
     * @param limit most bytes of a body
     */
    JsonWindow(InputStream in, long expected, long limit, Allowance memory) throws IOException {
        if (expected > limit) {
            throw Statuses.requestEntityTooLarge(limit);
        }
        this.in = in;
        this.limit = limit;
        this.memory = memory;
        boolean small = expected < WHOLE;
        int all = expected >= 0 && small ? (int) expected + 1 : small ? WHOLE : WHOLE / 4;
        int first = Math.min(all, FIRST);
        memory.take(first);
        this.bytes = new byte[first];
        while (!ended && filled < all) {
            if (filled == bytes.length) {
                widen(Math.min(bytes.length * 2, all));
            }
            fill();
        }
    }

    /** A body that is in memory already, and was asked for by who read it. */
    JsonWindow(byte[] body, int length) {
        this.in = InputStream.nullInputStream();
        this.limit = length;
        this.memory = Allowance.UNLIMITED;
        this.bytes = body;
        this.filled = length;
        this.read = length;
        this.ended = true;
    }

    byte[] bytes() {
        return bytes;
    }

    int at() {
        return at;
    }

    /** Whether the rest of the body is in the window: positions stay valid. */
    boolean whole() {
        return ended;
    }

    void at(int position) {
        at = position;
    }

    /** Skips white space; the byte that follows, or -1 at the end. */
    int peek() throws IOException {
        while (true) {
            while (at < filled) {
                byte b = bytes[at];
                if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                    return b;
                }
                at++;
            }
            if (ended) {
                return -1;
            }
            more();
        }
    }

    /** Takes {@code expected} after white space. */
    void take(char expected) throws IOException {
        int found = peek();
        if (found != expected) {
            throw malformed(found, "'" + expected + "'");
        }
        at++;
    }

    /** Takes an opening bracket; whether something is in it. If not, takes the closing one too. */
    boolean begin(char opening, char closing) throws IOException {
        take(opening);
        if (peek() == closing) {
            at++;
            return false;
        }
        return true;
    }

    /** Takes what follows a member or an element; whether another one comes. */
    boolean another(char closing) throws IOException {
        int next = peek();
        if (next != closing && next != ',') {
            throw malformed(next, "',' or '" + closing + "'");
        }
        at++;
        return next == ',';
    }

    MalformedException malformed(int found, String expected) {
        return new MalformedException(
                found < 0
                        ? "unexpected end of JSON input, expected " + expected
                        : "invalid character '" + (char) found + "' at byte " + (read - filled + at) + ", expected "
                                + expected);
    }

    long offset(int position) {
        return read - filled + position;
    }

    /** Makes the value that begins at {@link #at()} whole in the window, and says where it ends. Its inside is not checked. */
    int frame() throws IOException {
        int i = at;
        int depth = 0;
        boolean inString = false;
        while (true) {
            while (i < filled) {
                byte b = bytes[i++];
                if (inString) {
                    if (b == '\\') {
                        i++;
                    } else if (b == '"') {
                        inString = false;
                        if (depth == 0) {
                            return i;
                        }
                    }
                    continue;
                }
                switch (b) {
                    case '"' -> {
                        if (depth == 0 && i - 1 > at) {
                            return i - 1;
                        }
                        inString = true;
                    }
                    case '{', '[' -> {
                        if (++depth > Canonicalizer.DEEPEST) {
                            throw new MalformedException("exceeded max depth of " + Canonicalizer.DEEPEST);
                        }
                    }
                    case '}', ']' -> {
                        if (depth == 0) {
                            return i - 1;
                        }
                        if (--depth == 0) {
                            return i;
                        }
                    }
                    case ',', ' ', '\n', '\r', '\t', ':' -> {
                        if (depth == 0) {
                            return i - 1;
                        }
                    }
                    default -> {}
                }
            }
            if (ended) {
                return filled;
            }
            int done = i - at;
            more();
            i = at + done;
        }
    }

    /** Brings more bytes in, over those that were consumed, in a wider window if there are none. */
    private void more() throws IOException {
        if (at > 0) {
            System.arraycopy(bytes, at, bytes, 0, filled - at);
            filled -= at;
            at = 0;
        } else if (filled == bytes.length) {
            if (bytes.length >= WIDEST) {
                throw Statuses.requestEntityTooLarge("one element of the body is larger than " + WIDEST + " bytes");
            }
            widen(Math.min(bytes.length * 2, WIDEST));
        }
        fill();
    }

    private void widen(int wider) {
        int before = bytes.length;
        memory.take(wider);
        bytes = Arrays.copyOf(bytes, wider);
        memory.giveBack(before);
    }

    private void fill() throws IOException {
        int count = in.read(bytes, filled, bytes.length - filled);
        if (count < 0) {
            ended = true;
            return;
        }
        filled += count;
        read += count;
        if (read > limit) {
            throw Statuses.requestEntityTooLarge(limit);
        }
    }

    int filled() {
        return filled;
    }
}
