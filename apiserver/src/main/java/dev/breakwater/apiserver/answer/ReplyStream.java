package dev.breakwater.apiserver.answer;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Gathers an answer into writes of as many bytes as its {@link Admission} allows, {@link #WRITE} at most. One that fits into a single
 * write is sent with its Content-Length; of a longer one the headers go out with the first write.
 */
final class ReplyStream extends OutputStream {
    /** A write costs a TLS record header and a trip through the connection's lock; larger ones are cheaper per byte (store.md 25). */
    static final int WRITE = 128 * 1024;

    private static final int FIRST = 512;
    private static final byte[] NONE = {};

    private final HttpServletResponse response;
    private final Admission admission;
    private byte[] gathered;
    private int most;
    private int length;
    private boolean begun;

    ReplyStream(HttpServletResponse response, Admission admission, int expected) {
        this.response = response;
        this.admission = admission;
        this.most = admission.writeBytes();
        this.gathered = expected == 0 ? NONE : new byte[Math.clamp(expected, FIRST, most)];
    }

    @Override
    public void write(int b) throws IOException {
        reserve(1);
        gathered[length++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int from = offset;
        int left = count;
        while (left > 0) {
            if (length == 0 && left >= most) {
                // Others may hold the array too, as watches do that wait with the same event: a copy of it would be
                // this one's alone.
                int part = Math.min(left, WRITE / 2);
                send(bytes, from, part);
                from += part;
                left -= part;
                continue;
            }
            reserve(1);
            int part = Math.min(left, most - length);
            reserve(part);
            System.arraycopy(bytes, from, gathered, length, part);
            length += part;
            from += part;
            left -= part;
        }
    }

    /** Sends what is gathered, now, and keeps no buffer: thousands of watches lie idle. */
    void push() throws IOException {
        sendGathered(false);
        admission.flush(response.getOutputStream());
        gathered = NONE;
    }

    /** Ends the answer. An answer that is not ended is not complete, and its connection has to be aborted. */
    void end() throws IOException {
        if (!begun) {
            response.setContentLength(length);
        }
        sendGathered(false);
    }

    private void sendGathered(boolean goesOn) throws IOException {
        begun = true;
        if (length > 0) {
            int count = length;
            length = 0;
            admission.write(response.getOutputStream(), gathered, 0, count, goesOn);
        }
        most = admission.writeBytes();
        if (gathered.length > most) {
            gathered = NONE;
        }
    }

    private void send(byte[] bytes, int offset, int count) throws IOException {
        begun = true;
        admission.write(response.getOutputStream(), bytes, offset, count, true);
        most = admission.writeBytes();
    }

    /** Room for {@code more} bytes, which are no more than one write takes. */
    private void reserve(int more) throws IOException {
        if (length + more > most) {
            sendGathered(true);
        }
        if (gathered.length - length < more) {
            int wanted = Math.max(Math.max(gathered.length * 2, FIRST), length + more);
            gathered = Arrays.copyOf(gathered, Math.min(most, wanted));
        }
    }
}
