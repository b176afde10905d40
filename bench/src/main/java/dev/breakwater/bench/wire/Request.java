package dev.breakwater.bench.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request byte for byte as it goes over the wire (HTTP/1.1), which a well-behaved client would not send.
 *
 * @param target path with query, percent-coded by the caller
 */
public record Request(String method, String target, Map<String, String> headers, byte[] body) {
    public static Request get(String target, String token) {
        return new Request("GET", target, Map.of(), new byte[0]).as(token);
    }

    public static Request of(String method, String target, String contentType, byte[] body, String token) {
        return new Request(method, target, Map.of(), body)
                .with("Content-Type", contentType)
                .as(token);
    }

    /** @param token of a user; empty for nobody */
    public Request as(String token) {
        return token.isEmpty() ? this : with("Authorization", "Bearer " + token);
    }

    public Request with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Request(method, target, more, body);
    }

    byte[] head() {
        StringBuilder head = new StringBuilder(256)
                .append(method)
                .append(' ')
                .append(target)
                .append(" HTTP/1.1\r\nHost: localhost\r\nUser-Agent: breakwater-drill\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body.length > 0) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }
}
