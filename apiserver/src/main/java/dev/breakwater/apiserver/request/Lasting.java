package dev.breakwater.apiserver.request;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is left to do for a request when the method that began to serve it has returned. It goes on by steps, and holds a thread only
 * for as long as a step takes: thousands of watches lie idle.
 *
 * <p>Threading: one step at a time, each on any thread; what one step did, the next one sees.
 */
public interface Lasting extends AutoCloseable {
    /**
     * Names what is to be run, from any thread, whenever there may be something to do; it never blocks. To be called once, before the
     * first step.
     */
    void wakeBy(Runnable wake);

    /** Has it end at its next step, which this wakes; from any thread, and never blocks. */
    void leave();

    /**
     * Does all that there is to do now. May block as whoever serves a request may, and fail like it.
     *
     * @return whether the request goes on
     */
    boolean step() throws IOException;

    /** Called once, after the last step. */
    @Override
    void close();

    /** To be called, at most once, by whoever serves a request: after that it is neither complete nor failed. */
    static void leave(HttpServletRequest request, Lasting rest) {
        request.setAttribute(Lasting.class.getName(), rest);
    }

    /** Takes what was left for a request, or {@code null} if it is complete. */
    static @Nullable Lasting take(HttpServletRequest request) {
        Object rest = request.getAttribute(Lasting.class.getName());
        request.removeAttribute(Lasting.class.getName());
        return rest instanceof Lasting lasting ? lasting : null;
    }
}
