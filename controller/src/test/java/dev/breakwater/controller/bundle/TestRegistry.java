package dev.breakwater.controller.bundle;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakwater.controller.registry.OciRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry in memory, for what a real one does not do on request: ask for a token, lie, be down. */
public final class TestRegistry implements AutoCloseable {
    private static final String TOKEN = "anonymous";

    private final HttpServer server;
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final AtomicInteger blobsRead = new AtomicInteger();
    private volatile boolean wantsToken;
    private volatile boolean down;
    private volatile String login = "";
    private volatile int busy;
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private volatile String redirected = "";
    private volatile String target = "";

    public TestRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public void wantToken() {
        wantsToken = true;
    }

    /** Asks for a password: for a token where it wants one, else for each request. */
    public void wantPassword(String username, String password) {
        login = "Basic "
                + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Asks for fewer requests, for two minutes. */
    public void beBusy() {
        busy = 429;
    }

    public void beFree() {
        busy = 0;
    }

    /** What stood behind {@code Authorization} in each request that had one. */
    public List<String> shown() {
        return List.copyOf(shown);
    }

    public void beDown(boolean isDown) {
        down = isDown;
    }

    /** @param path what it begins with is sent to another place, under the same path */
    void redirect(String path, String to) {
        target = to;
        redirected = path;
    }

    /** Another content under the old digest. */
    void replaceBlobs(byte[] with) {
        content.replaceAll((path, body) -> path.contains("/blobs/") ? with : body);
    }

    int blobsRead() {
        return blobsRead.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI uri = exchange.getRequestURI();
            String method = exchange.getRequestMethod();
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization != null) {
                shown.add(authorization);
            }
            if (busy != 0) {
                exchange.getResponseHeaders().set("Retry-After", "120");
                exchange.sendResponseHeaders(busy, -1);
            } else if (down) {
                exchange.sendResponseHeaders(503, -1);
            } else if (!redirected.isEmpty() && uri.getPath().startsWith(redirected)) {
                exchange.getResponseHeaders().set("Location", target + uri);
                exchange.sendResponseHeaders(307, -1);
            } else if (uri.getPath().equals("/token") && !login.isEmpty() && !login.equals(authorization)) {
                exchange.sendResponseHeaders(401, -1);
            } else if (uri.getPath().equals("/token")) {
                boolean asksRightly = uri.getQuery().equals("scope=repository:team/checks:pull&service=test");
                send(
                        exchange,
                        asksRightly ? 200 : 400,
                        ("{\"token\":\"" + TOKEN + "\"}").getBytes(StandardCharsets.UTF_8));
            } else if (method.equals("POST")) {
                exchange.getResponseHeaders().set("Location", uri.getPath() + "upload");
                exchange.sendResponseHeaders(202, -1);
            } else if (method.equals("PUT")) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                String path = uri.getPath();
                if (path.endsWith("/uploads/upload")) {
                    path = path.replace("uploads/upload", uri.getQuery().substring("digest=".length()));
                } else {
                    content.put(path.substring(0, path.lastIndexOf('/') + 1) + OciRegistry.digest(body), body);
                }
                content.put(path, body);
                exchange.sendResponseHeaders(201, -1);
            } else if (!login.isEmpty() && !wantsToken && !login.equals(authorization)) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"test\"");
                exchange.sendResponseHeaders(401, -1);
            } else if (wantsToken
                    && !("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders()
                        .set(
                                "WWW-Authenticate",
                                "Bearer realm=\"http://" + host() + "/token\",service=\"test\",scope=\"whatever\"");
                exchange.sendResponseHeaders(401, -1);
            } else {
                byte[] body = content.get(uri.getPath());
                if (body == null) {
                    exchange.sendResponseHeaders(404, -1);
                } else {
                    blobsRead.addAndGet(uri.getPath().contains("/blobs/") ? 1 : 0);
                    send(exchange, 200, body);
                }
            }
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
