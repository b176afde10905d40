package dev.breakwater.bench.workload;

import java.util.List;

/**
 * A request body in parts, so that 20,000 reports of 2,000 contents do not lie in memory 20,000 times.
 *
 * @param length in bytes, of all parts
 */
public record Body(List<byte[]> parts, long length) {
    public static Body of(byte[]... parts) {
        long length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        return new Body(List.of(parts), length);
    }

    /** The parts in one array. */
    public byte[] bytes() {
        byte[] all = new byte[Math.toIntExact(length)];
        int position = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, position, part.length);
            position += part.length;
        }
        return all;
    }
}
