package dev.breakwater.apiserver.watch;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/**
 * What is learned of the client beside its reading: that it left, and that it stopped reading.
 *
 * <p>Threading: {@link #writing} and {@link #written} are called by the watch's thread, the listeners run on threads of the server.
 */
final class WatchConnection {
    /** A client that takes no byte for this long is closed; others are not held up by it (k8s-wire 5.1). */
    static final Duration STALLED = Duration.ofSeconds(30);

    private volatile long writingSince;
    private volatile boolean writing;

    /** @param gone run once when the client left: at once over HTTP/2, with the next write over HTTP/1.1 (java-stack 2a) */
    WatchConnection(HttpServletRequest http, Runnable gone) {
        Request request = ServletContextRequest.getServletContextRequest(http);
        request.addFailureListener(failure -> gone.run());
        // The server keeps silent watches alive; this one tells apart silence from a write that gets nowhere.
        request.addIdleTimeoutListener(this::stalled);
    }

    void writing() {
        writingSince = System.nanoTime();
        writing = true;
    }

    void written() {
        writing = false;
    }

    private boolean stalled(TimeoutException idle) {
        return writing && System.nanoTime() - writingSince >= STALLED.toNanos() / 2;
    }
}
