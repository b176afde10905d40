package dev.breakwater.apiserver.server;

import java.util.function.LongSupplier;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RateControl;

/**
 * How many resets, pings, settings and continuations a connection may send: a bucket that fills up again evenly. Jetty's own remembers
 * the time of each of them, 300 KB for every connection that tries.
 *
 * <p>Threading: used by the thread that parses a connection, one at a time.
 */
final class FrameRate implements RateControl {
    private final int perSecond;
    private final LongSupplier nanoTime;
    private double left;
    private long at;

    FrameRate(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.left = perSecond;
        this.at = nanoTime.getAsLong();
    }

    @Override
    public synchronized boolean onEvent(Object event) {
        long now = nanoTime.getAsLong();
        left = Math.min(perSecond, left + (now - at) * 1e-9 * perSecond);
        at = now;
        left -= 1;
        return left >= 0;
    }

    /** A bucket for each connection. */
    record Factory(int perSecond) implements RateControl.Factory {
        @Override
        public RateControl newRateControl(EndPoint endPoint) {
            return new FrameRate(perSecond, System::nanoTime);
        }
    }
}
