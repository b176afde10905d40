package dev.breakwater.storage.segment;

/**
 * A piece of text as raw deflate bytes that end on a byte boundary with a sync flush and hold no final block (RFC 1951, 3.2.4).
 *
 * @param deflated the deflate bytes; never changed after construction
 * @param crc CRC-32 (RFC 1952) of the plain bytes, so that a gzip trailer can be combined without inflating
 * @param length number of plain bytes
 */
public record Segment(byte[] deflated, int crc, long length) {
    /** Of no bytes at all: stands where a projection left a segment out. */
    public static final Segment EMPTY = new Segment(new byte[0], 0, 0);

    /** Of bytes that are not held here because there are many; whoever gives one says where they are to be had. */
    public static Segment elsewhere(int crc, long length) {
        return new Segment(EMPTY.deflated, crc, length);
    }

    /** Whether the bytes are to be had elsewhere: no text, however short, deflates to nothing. */
    public boolean elsewhere() {
        return deflated.length == 0 && length > 0;
    }
}
