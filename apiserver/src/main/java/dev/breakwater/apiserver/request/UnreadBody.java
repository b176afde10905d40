package dev.breakwater.apiserver.request;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;

/** What a client is still sending when its request is refused. */
public final class UnreadBody {
    /** The largest body that is read at all: a client whose upload is cut off tries it again. */
    private static final long MOST_DRAINED = 64 << 20;

    private UnreadBody() {}

    /**
     * Reads on to the end of a body that is refused, within bounds: a client that is cut off while it sends never sees why. Over
     * HTTP/1.1 it loses its connection, over HTTP/2 its stream is reset behind an answer that it may not have read.
     */
    public static void drain(HttpServletRequest http) throws IOException {
        InputStream in = http.getInputStream();
        byte[] unread = new byte[16 * 1024];
        long left = MOST_DRAINED;
        Deadline deadline = Deadline.of(http);
        while (left > 0 && deadline.left().isPositive()) {
            int count = in.read(unread);
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }
}
