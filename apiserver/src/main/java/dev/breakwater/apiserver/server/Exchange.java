package dev.breakwater.apiserver.server;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers a request. */
@FunctionalInterface
public interface Exchange {
    void serve(HttpServletRequest request, HttpServletResponse response) throws IOException;

    /**
     * As {@link #serve}, but may return before the answer is complete, which then needs no thread to wait on.
     *
     * @param ended run once when the answer is complete or has failed
     */
    default void begin(HttpServletRequest request, HttpServletResponse response, Runnable ended) throws IOException {
        try {
            serve(request, response);
        } finally {
            ended.run();
        }
    }
}
