package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.discovery.Discovery;
import dev.breakwater.apiserver.document.Document;
import dev.breakwater.apiserver.health.Health;
import dev.breakwater.apiserver.openapi.OpenApi;
import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.status.Statuses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Discovery, OpenAPI, health and version: read-only, and answered from memory. */
public final class FixedPaths implements PathExchange {
    private final Discovery discovery;
    private final OpenApi openApi;
    private final Health health;
    private final Document version;

    public FixedPaths(Discovery discovery, OpenApi openApi, Health health, Document version) {
        this.discovery = discovery;
        this.openApi = openApi;
        this.health = health;
        this.version = version;
    }

    @Override
    public boolean knows(String path) {
        return discovery.knows(path)
                || openApi.knows(path)
                || health.knows(path)
                || path.equals("/version")
                || path.equals("/version/");
    }

    @Override
    public void serve(String path, User user, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        requireRead(request);
        if (discovery.knows(path)) {
            discovery.serve(path, request, response);
        } else if (openApi.knows(path)) {
            openApi.serve(path, request, response);
        } else if (health.knows(path)) {
            health.serve(path, request, response);
        } else {
            version.serve(request, response);
        }
    }

    private static void requireRead(HttpServletRequest request) {
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            throw Statuses.methodNotAllowed();
        }
    }
}
