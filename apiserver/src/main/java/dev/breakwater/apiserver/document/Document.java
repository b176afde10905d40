package dev.breakwater.apiserver.document;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A document in memory. Its tag depends on its content alone, so that every replica and every start gives the same one and
 * kube-apiserver need not read the document again (k8s-wire 1.6).
 *
 * @param tag of the content, without the quotes of the header
 * @param gzip the content compressed, or {@code null} where that is not worth it
 */
public record Document(byte[] content, String tag, String contentType, byte @Nullable [] gzip) {
    private static final int WORTH_COMPRESSING = 4 * 1024;

    public static Document of(JsonNode json, String contentType) {
        return of(json.toString().getBytes(StandardCharsets.UTF_8), contentType);
    }

    public static Document of(byte[] content, String contentType) {
        return new Document(content, tagOf(content), contentType, compressed(content));
    }

    /** Answers with the document, or with 304 to a client that has it. */
    public void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("ETag", "\"" + tag + "\"");
        response.addHeader("Vary", "Accept");
        // Also on a 304: client-go's cache takes the headers of a 304 over into what it kept, and with the server's
        // default type in
        // there kubectl would read aggregated discovery as the old form and find no resource at all.
        response.setContentType(contentType);
        if (isKnownTo(request)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        byte[] body = content;
        if (gzip != null) {
            response.addHeader("Vary", "Accept-Encoding");
            if (acceptsGzip(request)) {
                response.setHeader("Content-Encoding", "gzip");
                body = gzip;
            }
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private boolean isKnownTo(HttpServletRequest request) {
        String known = request.getHeader("If-None-Match");
        if (known == null) {
            return false;
        }
        for (String candidate : known.split(",", -1)) {
            String bare = candidate.strip();
            bare = bare.startsWith("W/") ? bare.substring(2) : bare;
            if (bare.equals("\"" + tag + "\"") || bare.equals("*")) {
                return true;
            }
        }
        return false;
    }

    private static boolean acceptsGzip(HttpServletRequest request) {
        String accepted = request.getHeader("Accept-Encoding");
        if (accepted == null) {
            return false;
        }
        for (String token : accepted.split(",", -1)) {
            if (token.strip().equals("gzip")) {
                return true;
            }
        }
        return false;
    }

    private static byte @Nullable [] compressed(byte[] content) {
        if (content.length < WORTH_COMPRESSING) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String tagOf(byte[] content) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-512").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-512", e);
        }
    }
}
