package dev.breakwater.bench.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** The few frames of HTTP/2 that a well-behaved client would not send (RFC 9113, 6; header blocks as of RFC 7541, 6.2.2). */
public final class Http2Frames {
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private Http2Frames() {}

    /** What a connection begins with. */
    public static byte[] preface() {
        byte[] magic = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
        return joined(magic, frame(SETTINGS, 0, 0, new byte[0]));
    }

    /** The beginning of a head that does not end. */
    public static byte[] openHead(int stream) {
        return frame(HEADERS, END_STREAM, stream, block("/livez"));
    }

    /** More of the head: one header of about that length, and still no end. */
    public static byte[] continuation(int stream, int length) {
        return frame(CONTINUATION, 0, stream, field("x-drill", "v".repeat(length)));
    }

    /** A request that is taken back at once. */
    public static byte[] getAndReset(int stream, String path) {
        return joined(
                frame(HEADERS, END_STREAM | END_HEADERS, stream, block(path)),
                frame(RESET, 0, stream, new byte[] {0, 0, 0, 8}));
    }

    /** Pings, each followed by settings: both want an answer. */
    public static byte[] pings(int count) {
        byte[] one = joined(frame(PING, 0, 0, new byte[8]), frame(SETTINGS, 0, 0, new byte[0]));
        ByteBuffer all = ByteBuffer.allocate(one.length * count);
        for (int i = 0; i < count; i++) {
            all.put(one);
        }
        return all.array();
    }

    private static byte[] block(String path) {
        // Indexed fields 2 and 7 of the static table: GET and https.
        byte[] indexed = {(byte) 0x82, (byte) 0x87};
        return joined(joined(indexed, field(":path", path)), field(":authority", "localhost"));
    }

    /** A literal that is not put into the table of the decoder. */
    private static byte[] field(String name, String value) {
        return joined(joined(new byte[] {0}, text(name)), text(value));
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        if (bytes.length < 127) {
            return joined(new byte[] {(byte) bytes.length}, bytes);
        }
        ByteBuffer length = ByteBuffer.allocate(6).put((byte) 127);
        int rest = bytes.length - 127;
        for (; rest >= 128; rest >>= 7) {
            length.put((byte) (rest & 127 | 128));
        }
        length.put((byte) rest).flip();
        byte[] prefix = new byte[length.remaining()];
        length.get(prefix);
        return joined(prefix, bytes);
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
