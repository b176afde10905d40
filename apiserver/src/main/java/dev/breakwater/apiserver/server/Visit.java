package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.fairness.Fairness;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A connection, which tells the doorway what it reads and holds.
 *
 * <p>Threading: the fields are the doorway's and guarded by its lock, but for {@link #known}, which only ever turns true.
 */
final class Visit extends SocketChannelEndPoint {
    private final Doorway doorway;

    /** Whether a request with good credentials arrived on it. */
    volatile boolean known;
    /** Whether one request comes after the other, as in HTTP/1.1. */
    volatile boolean sequential;
    /** Requests that are being answered. */
    volatile int running;

    /** Who was the first that is known; behind the aggregator others follow. */
    @Nullable
    String flow;

    long unread;
    /** Since when it is unfinished, or idle. */
    long since;

    Visit(Doorway doorway, SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
        this.doorway = doorway;
    }

    /** The connection that a request came on; {@code null} if it came on none of ours. */
    static @Nullable Visit of(Request request) {
        return of(request.getConnectionMetaData().getConnection().getEndPoint());
    }

    static @Nullable Visit of(EndPoint endPoint) {
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        return endPoint instanceof Visit visit ? visit : null;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        doorway.opened(this);
    }

    @Override
    public void onClose(@Nullable Throwable failure) {
        doorway.closed(this);
        super.onClose(failure);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        int filled = super.fill(buffer);
        if (filled > 0) {
            holds(filled);
        }
        return filled;
    }

    /** Counts bytes of memory that are held for a head that is not complete, or for a stranger. */
    void holds(int bytes) {
        // Bodies and frames of those who are known are nearly all that is read: no lock for them.
        if (!known || sequential && running == 0) {
            doorway.holds(this, bytes);
        }
    }

    /**
     * Notes that the connection of a request is no stranger's.
     *
     * @param flow who takes turns with himself ({@link Fairness#flow})
     */
    static void welcome(HttpServletRequest request, String flow) {
        Visit visit = of(ServletContextRequest.getServletContextRequest(request));
        if (visit != null && !visit.known) {
            visit.doorway.known(visit, flow);
        }
    }
}
