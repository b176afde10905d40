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
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                appendEscaped(out, b);
            }
        }
        out.append('"');
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
