package dev.breakwater.apiserver.answer;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Gathers an answer into writes of {@link #WRITE} bytes. One that fits into a single write is sent with its Content-Length; of a longer
 * one the headers go out with the first write.
 */
public final class ReplyStream extends OutputStream {
    /** A write costs a TLS record header and a trip through the connection's lock; larger ones are cheaper per byte (store.md 25). */
    public static final int WRITE = 128 * 1024;

    private static final int IDLE = 512;

    private final HttpServletResponse response;
    private byte[] gathered;
    private int length;
    private boolean begun;

    public ReplyStream(HttpServletResponse response, int expected) {
        this.response = response;
        this.gathered = new byte[Math.clamp(expected, IDLE, WRITE)];
    }

    @Override
    public void write(int b) throws IOException {
        if (length == WRITE) {
            send();
        }
        reserve(1);
        gathered[length++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int from = offset;
        int left = count;
        while (left > 0) {
            if (length == WRITE) {
                send();
            }
            int part = Math.min(left, WRITE - length);
            reserve(part);
            System.arraycopy(bytes, from, gathered, length, part);
            length += part;
            from += part;
            left -= part;
        }
    }

    /** Sends what is gathered, now, and keeps no large buffer: thousands of watches lie idle. */
    public void push() throws IOException {
        send();
        response.getOutputStream().flush();
        if (gathered.length > IDLE) {
            gathered = new byte[IDLE];
        }
    }

    /** Ends the answer. An answer that is not ended is not complete, and its connection has to be aborted. */
    public void end() throws IOException {
        if (!begun) {
            response.setContentLength(length);
        }
        send();
    }

    private void send() throws IOException {
        begun = true;
        if (length > 0) {
            response.getOutputStream().write(gathered, 0, length);
            length = 0;
        }
    }

    private void reserve(int more) {
        if (gathered.length - length < more) {
            gathered = Arrays.copyOf(gathered, Math.min(WRITE, Math.max(gathered.length * 2, length + more)));
        }
    }
}
