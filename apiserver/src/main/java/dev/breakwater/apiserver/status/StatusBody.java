package dev.breakwater.apiserver.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.status.StatusException.Cause;
import dev.breakwater.apiserver.status.StatusException.Details;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** {@code metav1.Status} as JSON: the body of every answer that is no object. */
public final class StatusBody {
    private StatusBody() {}

    /** The body of an error; also the object of an ERROR event in a watch. */
    public static ObjectNode of(StatusException failure) {
        ObjectNode status = envelope("Failure");
        if (failure.continueToken() != null) {
            status.withObject("/metadata").put("continue", failure.continueToken());
        }
        status.put("message", failure.text());
        status.put("reason", failure.reason());
        Details details = failure.details();
        if (details != null) {
            status.set("details", details(details));
        }
        return status.put("code", failure.code());
    }

    /** What a delete answers when the object is gone (k8s-wire 3.8). */
    public static ObjectNode success(Details details) {
        ObjectNode status = envelope("Success");
        status.set("details", details(details));
        return status;
    }

    /**
     * Answers with the Status. The caller has made sure that nothing was sent yet. {@code Retry-After} equals
     * {@code details.retryAfterSeconds}: client-go retries by the one, people read the other.
     */
    public static void send(HttpServletResponse response, StatusException failure) throws IOException {
        byte[] body = of(failure).toString().getBytes(StandardCharsets.UTF_8);
        response.setStatus(failure.code());
        Details details = failure.details();
        if (details != null && details.retryAfterSeconds() > 0) {
            response.setHeader("Retry-After", Integer.toString(details.retryAfterSeconds()));
        }
        response.setHeader("Content-Encoding", null);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static ObjectNode envelope(String outcome) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", outcome);
    }

    private static ObjectNode details(Details details) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        putIfPresent(node, "name", details.name());
        putIfPresent(node, "group", details.group());
        putIfPresent(node, "kind", details.kind());
        putIfPresent(node, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            ArrayNode causes = node.putArray("causes");
            for (Cause cause : details.causes()) {
                ObjectNode entry = causes.addObject();
                putIfPresent(entry, "reason", cause.reason());
                putIfPresent(entry, "message", cause.message());
                putIfPresent(entry, "field", cause.field());
            }
        }
        if (details.retryAfterSeconds() > 0) {
            node.put("retryAfterSeconds", details.retryAfterSeconds());
        }
        return node;
    }

    private static void putIfPresent(ObjectNode node, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            node.put(name, value);
        }
    }
}
