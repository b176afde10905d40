package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.JsonStrings;
import java.util.Arrays;

/**
 * The slow half of strings: escapes and non-ASCII. What is no UTF-8, and half a surrogate pair, becomes U+FFFD, as in Go.
 */
final class StringBytes {
    private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

    private StringBytes() {}

    /** Appends the string from {@code at}, inside of it, up to and with its closing quote; where it ends. */
    static int appendRest(ByteBuilder out, byte[] in, int at, int end) throws MalformedException {
        int i = at;
        while (i < end) {
            byte b = in[i];
            if (b == '"') {
                out.append(b);
                return i + 1;
            }
            if (b == '\\') {
                i = escape(out, in, i + 1, end);
            } else if (b >= 0x20) {
                out.append(b);
                i++;
            } else if (b >= 0) {
                throw new MalformedException(
                        "invalid character '\\x%02x' in string literal: control characters are to be escaped"
                                .formatted(b));
            } else {
                i = sequence(out, in, i, end);
            }
        }
        throw new MalformedException("unexpected end of JSON input in a string");
    }

    /** The text of a canonical string without its quotes. */
    static String decode(byte[] canonical, int from, int to) {
        return JsonStrings.decode(canonical, from, to);
    }

    private static int escape(ByteBuilder out, byte[] in, int at, int end) throws MalformedException {
        if (at >= end) {
            throw new MalformedException("unexpected end of JSON input in a string");
        }
        byte b = in[at];
        switch (b) {
            case '"', '\\' -> JsonStrings.appendEscaped(out, b);
            case '/' -> out.append('/');
            case 'b' -> JsonStrings.appendEscaped(out, (byte) '\b');
            case 'f' -> JsonStrings.appendEscaped(out, (byte) '\f');
            case 'n' -> JsonStrings.appendEscaped(out, (byte) '\n');
            case 'r' -> JsonStrings.appendEscaped(out, (byte) '\r');
            case 't' -> JsonStrings.appendEscaped(out, (byte) '\t');
            case 'u' -> {
                return unicode(out, in, at + 1, end);
            }
            default ->
                throw new MalformedException("invalid character '" + (char) (b & 0xff) + "' in string escape code");
        }
        return at + 1;
    }

    private static int unicode(ByteBuilder out, byte[] in, int at, int end) throws MalformedException {
        int unit = hex(in, at, end);
        int next = at + 4;
        int codePoint = unit;
        if (Character.isSurrogate((char) unit)) {
            codePoint = 0xfffd;
            if (Character.isHighSurrogate((char) unit) && next + 1 < end && in[next] == '\\' && in[next + 1] == 'u') {
                int low = hex(in, next + 2, end);
                if (Character.isLowSurrogate((char) low)) {
                    codePoint = Character.toCodePoint((char) unit, (char) low);
                    next += 6;
                }
            }
        }
        if (codePoint < 0x80) {
            JsonStrings.appendEscaped(out, (byte) codePoint);
        } else {
            JsonStrings.appendUtf8(out, codePoint);
        }
        return next;
    }

    private static int hex(byte[] in, int at, int end) throws MalformedException {
        if (at + 4 > end) {
            throw new MalformedException("unexpected end of JSON input in a string");
        }
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit((char) (in[i] & 0xff), 16);
            if (digit < 0) {
                throw new MalformedException(
                        "invalid character '" + (char) (in[i] & 0xff) + "' in \\u hexadecimal character escape");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** Appends one sequence of UTF-8 (RFC 3629), or U+FFFD for a byte that begins none. */
    private static int sequence(ByteBuilder out, byte[] in, int at, int end) {
        int lead = in[at] & 0xff;
        int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        boolean valid = lead >= 0xc2 && lead <= 0xf4 && at + length <= end;
        for (int i = 1; valid && i < length; i++) {
            valid = (in[at + i] & 0xc0) == 0x80;
        }
        if (valid && length > 2) {
            int second = in[at + 1] & 0xff;
            // Overlong forms, surrogates, and beyond U+10FFFF.
            valid = !(lead == 0xe0 && second < 0xa0
                    || lead == 0xed && second > 0x9f
                    || lead == 0xf0 && second < 0x90
                    || lead == 0xf4 && second > 0x8f);
        }
        if (!valid) {
            out.append(REPLACEMENT);
            return at + 1;
        }
        out.append(in, at, length);
        return at + length;
    }

    static boolean equals(byte[] bytes, int from, int to, byte[] word) {
        return Arrays.equals(bytes, from, to, word, 0, word.length);
    }
}
