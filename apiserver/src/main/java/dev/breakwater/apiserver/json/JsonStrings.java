package dev.breakwater.apiserver.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** Strings in canonical JSON: only the quote, the backslash and control characters are escaped. */
public final class JsonStrings {
    /** Orders keys by their UTF-8 bytes; {@link String#compareTo} differs above U+FFFF. */
    public static final Comparator<String> BY_UTF8 = JsonStrings::compareUtf8;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private JsonStrings() {}

    /** Appends {@code text} with its quotes. */
    public static void append(ByteBuilder out, String text) {
        out.append('"');
        int plain = 0;
        int n = text.length();
        while (plain < n && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == n) {
            out.appendAscii(text);
        } else {
            appendRest(out, text, plain);
        }
        out.append('"');
    }

    /** Without a second copy of the text as bytes: it may be megabytes. */
    private static void appendRest(ByteBuilder out, String text, int plain) {
        out.appendAscii(text.substring(0, plain));
        int i = plain;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c < 0x80) {
                appendEscaped(out, (byte) c);
            } else {
                appendUtf8(out, c);
            }
        }
    }

    /** Appends a character beyond ASCII; half a surrogate pair becomes U+FFFD. */
    public static void appendUtf8(ByteBuilder out, int codePoint) {
        int c = codePoint >= 0xd800 && codePoint < 0xe000 ? 0xfffd : codePoint;
        if (c < 0x800) {
            out.append((byte) (0xc0 | c >> 6));
        } else {
            if (c < 0x10000) {
                out.append((byte) (0xe0 | c >> 12));
            } else {
                out.append((byte) (0xf0 | c >> 18)).append((byte) (0x80 | c >> 12 & 0x3f));
            }
            out.append((byte) (0x80 | c >> 6 & 0x3f));
        }
        out.append((byte) (0x80 | c & 0x3f));
    }

    /** Appends one byte of UTF-8, escaped if it must be. */
    public static void appendEscaped(ByteBuilder out, byte b) {
        switch (b) {
            case '"' -> out.append('\\').append('"');
            case '\\' -> out.append('\\').append('\\');
            case '\b' -> out.append('\\').append('b');
            case '\f' -> out.append('\\').append('f');
            case '\n' -> out.append('\\').append('n');
            case '\r' -> out.append('\\').append('r');
            case '\t' -> out.append('\\').append('t');
            default -> {
                if (b >= 0 && b < 0x20) {
                    out.appendAscii("\\u00").append(HEX[b >> 4]).append(HEX[b & 15]);
                } else {
                    out.append(b);
                }
            }
        }
    }

    /** The text between the quotes of a JSON string; what is no UTF-8 becomes U+FFFD. */
    public static String decode(byte[] json, int from, int to) {
        for (int i = from; i < to; i++) {
            if (json[i] == '\\') {
                return unescaped(json, from, to);
            }
        }
        return new String(json, from, to - from, StandardCharsets.UTF_8);
    }

    private static String unescaped(byte[] json, int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        int plain = from;
        int i = from;
        while (i < to) {
            if (json[i] != '\\') {
                i++;
                continue;
            }
            text.append(new String(json, plain, i - plain, StandardCharsets.UTF_8));
            if (i + 1 >= to) {
                throw new IllegalArgumentException("a string ends within an escape");
            }
            byte escaped = json[i + 1];
            i += 2;
            switch (escaped) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) hex(json, i, to));
                    i += 4;
                }
                case '"', '\\', '/' -> text.append((char) escaped);
                default -> throw new IllegalArgumentException("an unknown escape in a string");
            }
            plain = i;
        }
        return text.append(new String(json, plain, to - plain, StandardCharsets.UTF_8))
                .toString();
    }

    private static int hex(byte[] json, int from, int to) {
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = i < to ? Character.digit(json[i], 16) : -1;
            if (digit < 0) {
                throw new IllegalArgumentException("an escape \\u without four hexadecimal digits");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static boolean isPlain(char c) {
        return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
    }

    private static int compareUtf8(String a, String b) {
        int n = Math.min(a.length(), b.length());
        for (int i = 0; i < n; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                if (Character.isSurrogate(x) || Character.isSurrogate(y)) {
                    return Arrays.compareUnsigned(
                            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
                }
                return Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
