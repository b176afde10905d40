package dev.breakwater.apiserver.server;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Consumer;

/** Answers a request. */
@FunctionalInterface
public interface Exchange {
    void serve(HttpServletRequest request, HttpServletResponse response) throws IOException;

    /**
     * As {@link #serve}, but may return before the answer is complete, which then needs no thread to wait on.
     *
     * @param ended told once when the answer is complete or has failed; runs what it is given when the end of the answer is sent
     */
    default void begin(HttpServletRequest request, HttpServletResponse response, Consumer<Runnable> ended)
            throws IOException {
        try {
            serve(request, response);
        } finally {
            ended.accept(() -> {});
        }
    }
}
