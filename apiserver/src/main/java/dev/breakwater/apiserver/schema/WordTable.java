package dev.breakwater.apiserver.schema;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a value by a word that lies as UTF-8 in a larger array, without making a string of it. Open addressing over a hash of the
 * length and three bytes; property names of one schema node differ in these.
 */
public final class WordTable<T> {
    private final byte[][] words;
    private final Object[] values;
    private final int mask;

    public WordTable(Map<String, T> entries) {
        int capacity = Integer.highestOneBit(Math.max(4, entries.size() * 2)) << 1;
        words = new byte[capacity][];
        values = new Object[capacity];
        mask = capacity - 1;
        entries.forEach((word, value) -> {
            byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
            int slot = hash(utf8, 0, utf8.length) & mask;
            while (words[slot] != null) {
                slot = (slot + 1) & mask;
            }
            words[slot] = utf8;
            values[slot] = value;
        });
    }

    /** The value for {@code bytes[from, to)}, or {@code null}. */
    @SuppressWarnings("unchecked")
    public @Nullable T find(byte[] bytes, int from, int to) {
        int slot = hash(bytes, from, to) & mask;
        while (true) {
            byte[] word = words[slot];
            if (word == null) {
                return null;
            }
            if (Arrays.equals(word, 0, word.length, bytes, from, to)) {
                return (T) values[slot];
            }
            slot = (slot + 1) & mask;
        }
    }

    private static int hash(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length == 0) {
            return 0;
        }
        int hash = length * 0x9E3779B1 + bytes[from] * 31 + bytes[to - 1] * 961 + bytes[from + (length >> 1)] * 29791;
        return hash ^ (hash >>> 15);
    }
}
