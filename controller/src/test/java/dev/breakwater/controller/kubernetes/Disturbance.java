package dev.breakwater.controller.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** What an API server, or a proxy before it, does instead of answering. */
@FunctionalInterface
public interface Disturbance {
    void answer(HttpExchange exchange) throws IOException;

    /** Something that is no JSON. */
    static Disturbance garbage() {
        return whole(200, "<html>{\"metadata\": [");
    }

    static Disturbance broken() {
        return whole(500, "internal error");
    }

    /** The connection ends in the middle of the answer. */
    static Disturbance cut() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            exchange.close();
        };
    }

    /** As RBAC refuses. */
    static Disturbance forbidden() {
        return whole(403, """
                {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403,
                 "message": "it is forbidden: User \\"controller\\" cannot do this with resource \\"these\\""}""");
    }

    /** Nothing, until the latch opens. */
    static Disturbance silence(CountDownLatch end) {
        return exchange -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        };
    }

    private static Disturbance whole(int code, String text) {
        return exchange -> {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        };
    }
}
