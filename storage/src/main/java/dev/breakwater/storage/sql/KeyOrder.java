package dev.breakwater.storage.sql;

import java.util.Comparator;

/** The order of keys: by their UTF-8 bytes, as both databases do it. */
final class KeyOrder {
    static final Comparator<String> BYTES = KeyOrder::compare;

    private KeyOrder() {}

    /** Java compares UTF-16 units, where U+FFFF sorts behind U+10000; code points sort as their UTF-8 bytes do. */
    private static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean pairs = Character.isSurrogate(x) != Character.isSurrogate(y);
                return pairs ? (Character.isSurrogate(x) ? 1 : -1) : x - y;
            }
        }
        return a.length() - b.length();
    }
}
