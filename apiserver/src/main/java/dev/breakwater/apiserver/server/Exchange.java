package dev.breakwater.apiserver.server;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers a request. */
@FunctionalInterface
public interface Exchange {
    void serve(HttpServletRequest request, HttpServletResponse response) throws IOException;
}
