package dev.breakwater.apiserver.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow at the end; the array is open to callers that work in place. */
public final class ByteBuilder {
    private final Allowance memory;
    private byte[] bytes;
    private int length;

    public ByteBuilder(int capacity) {
        this(capacity, Allowance.UNLIMITED);
    }

    /**
     * @param capacity to begin with, which the caller has asked for
     * @param memory is asked before the bytes grow
     */
    public ByteBuilder(int capacity, Allowance memory) {
        this.memory = memory;
        bytes = new byte[capacity];
    }

    public int length() {
        return length;
    }

    /** The backing array; valid up to {@link #length()} and until the next append. */
    public byte[] array() {
        return bytes;
    }

    public void setLength(int shorter) {
        length = shorter;
    }

    public ByteBuilder append(byte b) {
        reserve(1);
        bytes[length++] = b;
        return this;
    }

    public ByteBuilder append(char ascii) {
        return append((byte) ascii);
    }

    public ByteBuilder append(byte[] source) {
        return append(source, 0, source.length);
    }

    public ByteBuilder append(byte[] source, int from, int count) {
        reserve(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
        return this;
    }

    /** Appends text that holds ASCII alone, such as a number or a literal. */
    public ByteBuilder appendAscii(String text) {
        int n = text.length();
        reserve(n);
        for (int i = 0; i < n; i++) {
            bytes[length + i] = (byte) text.charAt(i);
        }
        length += n;
        return this;
    }

    public ByteBuilder appendUtf8(String text) {
        return append(text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            grow(more);
        }
    }

    /** Doubles while small; a large text grows by half, or what was asked for would be twice what is used. */
    private void grow(int more) {
        long doubled = bytes.length < 1 << 20 ? bytes.length * 2L : bytes.length + bytes.length / 2L;
        long wanted = Math.max(doubled, (long) length + more);
        if (wanted > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException("a text of more than 2 GB");
        }
        memory.take(wanted);
        int before = bytes.length;
        bytes = Arrays.copyOf(bytes, (int) wanted);
        memory.giveBack(before);
    }
}
