package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.status.StatusBody;
import dev.breakwater.apiserver.status.StatusException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's own errors (a broken request line, headers beyond the limit, a fault outside of our filters) as Status. Jetty would send
 * a page of HTML, which kube-apiserver's proxy parses, rewrites and buffers (k8s-wire 1.4).
 */
final class JsonErrors extends ErrorHandler {
    private static final String JSON = "application/json";

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int code = request.getAttribute(ERROR_STATUS) instanceof Integer status ? status : response.getStatus();
        byte[] body = body(code >= 400 ? code : 500);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.getHeaders().put(new HttpField(HttpHeader.CACHE_CONTROL, "no-cache, private"));
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    @Override
    public ByteBuffer badMessageError(int code, @Nullable String reason, HttpFields.Mutable fields) {
        fields.put(HttpHeader.CONTENT_TYPE, JSON);
        return ByteBuffer.wrap(body(code));
    }

    /** Jetty's reason is left out: it repeats what the client sent. */
    private static byte[] body(int code) {
        String reason = switch (code) {
            case 400 -> "BadRequest";
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 413 -> "RequestEntityTooLarge";
            case 429 -> "TooManyRequests";
            case 503 -> "ServiceUnavailable";
            default -> code < 500 ? "BadRequest" : "InternalError";
        };
        StatusException failure = new StatusException(code, reason, HttpStatus.getMessage(code), null);
        return StatusBody.of(failure).toString().getBytes(StandardCharsets.UTF_8);
    }
}
