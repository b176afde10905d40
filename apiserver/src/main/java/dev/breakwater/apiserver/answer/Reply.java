package dev.breakwater.apiserver.answer;

import dev.breakwater.apiserver.negotiate.Representation;
import dev.breakwater.apiserver.negotiate.Representation.Media;
import dev.breakwater.storage.segment.GzipSplice;
import dev.breakwater.storage.segment.PlainSplice;
import dev.breakwater.storage.segment.Splice;
import dev.breakwater.storage.segment.ZlibPool;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The body of one answer on its way: gzip by copying segments where the client takes gzip, otherwise inflated; indented or YAML on the
 * fly. Nothing larger than a chunk is held.
 *
 * <p>If {@link #end} was not reached, the answer is not whole, and whoever serves the request must abort the connection.
 */
public final class Reply implements AutoCloseable {
    /** Below this a gzip answer saves nothing that matters, and a person with a packet dump can read it. */
    private static final long SMALL = 8 * 1024;

    private final ReplyStream stream;
    private final Splice splice;
    private final @Nullable PlainSplice plain;
    private final @Nullable PrettyStream pretty;
    private final @Nullable YamlStream yaml;

    private Reply(
            HttpServletResponse response,
            Representation form,
            boolean gzip,
            ZlibPool pool,
            Admission admission,
            long expected) {
        stream = new ReplyStream(response, admission, (int) Math.min(expected, Integer.MAX_VALUE));
        pretty = form.media() == Media.JSON && form.pretty() ? new PrettyStream(stream) : null;
        yaml = form.media() == Media.YAML ? new YamlStream(stream) : null;
        if (gzip) {
            plain = null;
            splice = new GzipSplice(stream);
        } else {
            plain = new PlainSplice(pool, yaml != null ? yaml : pretty != null ? pretty : stream);
            splice = plain;
        }
    }

    /**
     * Sets status and headers; nothing is sent yet.
     *
     * @param expected plain bytes, about; {@link Long#MAX_VALUE} for a list of unknown length
     */
    public static Reply begin(
            HttpServletRequest request,
            HttpServletResponse response,
            int code,
            Representation form,
            ZlibPool pool,
            Admission admission,
            long expected) {
        boolean gzip = gzips(request, form, expected);
        response.setStatus(code);
        response.setContentType(form.media().contentType());
        response.setHeader("Cache-Control", "no-cache, private");
        if (form.isCompactJson() && expected > SMALL) {
            response.setHeader("Vary", "Accept-Encoding");
        }
        if (gzip) {
            response.setHeader("Content-Encoding", "gzip");
        }
        return new Reply(
                response,
                form,
                gzip,
                pool,
                admission,
                Math.min(gzip ? expected / 6 : expected, Integer.MAX_VALUE) + 64);
    }

    /** Whether stored bytes are sent as they are. */
    public static boolean gzips(HttpServletRequest request, Representation form, long expected) {
        return form.isCompactJson() && expected > SMALL && acceptsGzip(request);
    }

    /** A stream of events: never gzip (docs/decisions), its headers sent at once. */
    public static Reply stream(HttpServletResponse response, Representation form, ZlibPool pool, Admission admission)
            throws IOException {
        response.setStatus(200);
        response.setContentType(form.media().contentType());
        response.setHeader("Cache-Control", "no-cache, private");
        response.flushBuffer();
        return new Reply(response, form, false, pool, admission, 0);
    }

    /** Sends what there is, now. */
    public void push() throws IOException {
        stream.push();
    }

    public Splice splice() {
        return splice;
    }

    public void text(String ascii) throws IOException {
        splice.text(ascii.getBytes(StandardCharsets.UTF_8));
    }

    public void end() throws IOException {
        splice.finish();
        if (pretty != null) {
            pretty.end();
        }
        if (yaml != null) {
            yaml.end();
        }
        stream.end();
    }

    @Override
    public void close() {
        if (plain != null) {
            plain.close();
        }
    }

    private static boolean acceptsGzip(HttpServletRequest request) {
        for (String header : Collections.list(request.getHeaders("Accept-Encoding"))) {
            for (String token : header.toLowerCase(Locale.ROOT).split(",")) {
                String[] parts = token.strip().split(";");
                if (parts[0].strip().equals("gzip")) {
                    return parts.length < 2 || !parts[1].strip().matches("q=0(\\.0*)?");
                }
            }
        }
        return false;
    }
}
