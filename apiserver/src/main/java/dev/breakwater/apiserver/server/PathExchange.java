package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.request.User;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers what is no object of a served kind: discovery, OpenAPI, health, version, and in standalone mode the core paths. */
public interface PathExchange {
    /** @param path decoded, with its leading slash */
    boolean knows(String path);

    void serve(String path, User user, HttpServletRequest request, HttpServletResponse response) throws IOException;
}
