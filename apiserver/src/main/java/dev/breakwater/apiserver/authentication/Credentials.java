package dev.breakwater.apiserver.authentication;

import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request brings to prove who asks. */
public final class Credentials {
    private static final String CHAIN = "jakarta.servlet.request.X509Certificate";

    private final HttpServletRequest request;

    public Credentials(HttpServletRequest request) {
        this.request = request;
    }

    /** What the client presented in the handshake and holds the key of, unverified; empty for none. */
    public List<X509Certificate> chain() {
        return request.getAttribute(CHAIN) instanceof X509Certificate[] chain ? List.of(chain) : List.of();
    }

    /** Where the request comes from, as far as the network tells. */
    String address() {
        return String.valueOf(request.getRemoteAddr());
    }

    /** All lines of a header, in their order. */
    List<String> header(String name) {
        return Collections.list(request.getHeaders(name));
    }

    List<String> headerNames() {
        return Collections.list(request.getHeaderNames());
    }

    /** The token of {@code Authorization: Bearer}; {@code null} for none. */
    public @Nullable String bearerToken() {
        String authorization = request.getHeader("Authorization");
        if (authorization == null) {
            return null;
        }
        String[] words = authorization.strip().split(" +", 2);
        return words.length == 2 && words[0].equalsIgnoreCase("bearer") && !words[1].isBlank()
                ? words[1].strip()
                : null;
    }
}
