package dev.breakwater.controller.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the Kubernetes API with bodies as streams. Addresses, certificates and tokens are the given client's.
 *
 * <p>429 and 5xx answers and broken connections are tried again, after the server's {@code Retry-After} where it gives one. That is safe for creates
 * too: our objects have names chosen by us, so that a create that went through unseen shows up as a conflict. A 409 is the caller's to answer, because
 * only the caller can read the object again.
 *
 * <p>Threading: stateless apart from the connection pool; any thread may call, and blocks.
 */
public final class KubeApi {
    /** Asks for metadata alone: a report is a few hundred bytes then instead of megabytes. */
    public static final String METADATA_ONLY =
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    public static final String METADATA_ONLY_LIST =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
    public static final String JSON = "application/json";

    private static final MediaType JSON_BODY = MediaType.get(JSON);
    private static final MediaType MERGE_PATCH = MediaType.get("application/merge-patch+json");
    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    private final HttpUrl base;
    private final OkHttpClient http;
    private final OkHttpClient streaming;
    private final JsonMapper mapper = new JsonMapper();
    private final Pause pause;
    private final int attempts;
    private final Rights rights;
    private final boolean notesRights;

    public KubeApi(Connection connection, Pause pause) {
        this(
                HttpUrl.get(connection.baseUrl()),
                // A large report may take its time on a slow link; what must not happen is a call that hangs for ever.
                connection
                        .http()
                        .newBuilder()
                        .readTimeout(2, TimeUnit.MINUTES)
                        .writeTimeout(2, TimeUnit.MINUTES)
                        .build(),
                pause,
                ATTEMPTS,
                new Rights(),
                true);
    }

    public KubeApi(ApiClient client, Pause pause) {
        this(Connection.of(client), pause);
    }

    private KubeApi(HttpUrl base, OkHttpClient http, Pause pause, int attempts, Rights rights, boolean notesRights) {
        this.base = base;
        this.http = http;
        this.streaming = http.newBuilder().readTimeout(0, TimeUnit.MILLISECONDS).build();
        this.pause = pause;
        this.attempts = attempts;
        this.rights = rights;
        this.notesRights = notesRights;
    }

    /** What we may not do, as far as it was tried. */
    public Rights rights() {
        return rights;
    }

    /** The same API, asked once and for no longer than the given time. */
    public KubeApi once(Duration timeout) {
        return new KubeApi(base, http.newBuilder().callTimeout(timeout).build(), pause, 1, rights, notesRights);
    }

    /** The same API for what we may do in some namespaces and not in others, as each decides for itself: a refusal is no news. */
    public KubeApi withoutNotingRights() {
        return new KubeApi(base, http, pause, attempts, rights, false);
    }

    /** Writes a JSON body; may be called again for a retry, so it must write the same bytes each time. */
    @FunctionalInterface
    public interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Reads an answer as it arrives. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(InputStream body) throws IOException;
    }

    /** Empty where the object does not exist. */
    public <T> Optional<T> get(String path, Map<String, String> query, String accept, Reader<T> reader)
            throws IOException {
        try {
            return Optional.of(exchange("GET", path, query, accept, null, reader));
        } catch (ApiRefusal refusal) {
            if (refusal.isNotFound()) {
                return Optional.empty();
            }
            throw refusal;
        }
    }

    public <T> T create(String collection, Body body, Reader<T> reader) throws IOException {
        return exchange("POST", collection, Map.of(), JSON, streamed(body, JSON_BODY), reader);
    }

    public <T> T update(String path, Body body, Reader<T> reader) throws IOException {
        return exchange("PUT", path, Map.of(), JSON, streamed(body, JSON_BODY), reader);
    }

    public <T> T mergePatch(String path, Body body, Reader<T> reader) throws IOException {
        return exchange("PATCH", path, Map.of(), JSON, streamed(body, MERGE_PATCH), reader);
    }

    /** Deletes with background propagation; an object already gone is what was asked for. */
    public void delete(String path) throws IOException {
        try {
            exchange("DELETE", path, Map.of("propagationPolicy", "Background"), JSON, null, KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            if (!refusal.isNotFound()) {
                throw refusal;
            }
        }
    }

    /**
     * An open answer, for what ends by itself, such as the log of a pod that has ended: two minutes without a byte are its end. Not retried. The caller
     * closes it, which reads what is left of it first.
     */
    public Response open(String path, Map<String, String> query, String accept) throws IOException {
        return execute(http.newCall(request("GET", path, query, accept, null)), path, false);
    }

    /** As {@link #open}, for an answer that may never end: closing it, from any thread, ends a blocked read. */
    OpenWatch openWatch(String path, Map<String, String> query, String accept) throws IOException {
        Call call = streaming.newCall(request("GET", path, query, accept, null));
        return new OpenWatch(call, execute(call, path, true));
    }

    /**
     * A running watch.
     *
     * <p>The call is cancelled before the answer is closed: closing alone drains what the server still sends, for which it may wait for ever, the
     * reading thread having taken the time limit with it.
     */
    record OpenWatch(Call call, Response response) implements AutoCloseable {
        @Override
        public void close() {
            call.cancel();
            response.close();
        }
    }

    private Response execute(Call call, String path, boolean watch) throws IOException {
        Response response = call.execute();
        if (!response.isSuccessful()) {
            try (response) {
                throw note(refusal("GET", path, response), "GET", path, watch);
            }
        }
        Access.of("GET", path, watch).ifPresent(rights::allowed);
        return response;
    }

    private ApiRefusal note(ApiRefusal refusal, String method, String path, boolean watch) {
        if (notesRights && refusal.isLackOfRights()) {
            Access.of(method, path, watch)
                    .ifPresent(access -> rights.refused(access, String.valueOf(refusal.getMessage())));
        }
        return refusal;
    }

    /** Discards an answer that says nothing new; the number of bytes. */
    public static Long ignore(InputStream body) throws IOException {
        return body.transferTo(OutputStream.nullOutputStream());
    }

    private <T> T exchange(
            String method,
            String path,
            Map<String, String> query,
            String accept,
            @Nullable RequestBody body,
            Reader<T> reader)
            throws IOException {
        Duration wait = FIRST_RETRY;
        for (int attempt = 1; ; attempt++) {
            IOException failure;
            Duration asked = Duration.ZERO;
            try (Response response =
                    http.newCall(request(method, path, query, accept, body)).execute()) {
                if (response.isSuccessful()) {
                    Access.of(method, path, false).ifPresent(rights::allowed);
                    return reader.read(response.body().byteStream());
                }
                failure = note(refusal(method, path, response), method, path, false);
                if (response.code() != 429 && response.code() < 500) {
                    throw failure;
                }
                asked = retryAfter(response);
            } catch (ApiRefusal refusal) {
                throw refusal;
            } catch (InterruptedIOException e) {
                // A timeout and a shutdown look alike to the socket; only the flag tells them apart.
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                failure = e;
            } catch (IOException e) {
                failure = e;
            }
            if (attempt == attempts) {
                throw failure;
            }
            pauseFor(asked.compareTo(wait) > 0 ? asked : wait);
            wait = wait.multipliedBy(2);
        }
    }

    private void pauseFor(Duration wait) throws InterruptedIOException {
        try {
            pause.of(wait.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to try again");
        }
    }

    private Request request(
            String method, String path, Map<String, String> query, String accept, @Nullable RequestBody body) {
        HttpUrl.Builder url = base.newBuilder().addEncodedPathSegments(path.substring(1));
        query.forEach(url::addQueryParameter);
        return new Request.Builder()
                .url(url.build())
                .header("Accept", accept)
                .method(method, body)
                .build();
    }

    private static RequestBody streamed(Body body, MediaType type) {
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return type;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                body.writeTo(sink.outputStream());
            }
        };
    }

    private ApiRefusal refusal(String method, String path, Response response) throws IOException {
        String text = response.peekBody(64 * 1024).string();
        String reason = "";
        String message = text.isBlank() ? response.message() : text.strip();
        try {
            JsonNode status = mapper.readTree(text);
            if (status.path("kind").asText().equals("Status")) {
                reason = status.path("reason").asText();
                message = status.path("message").asText();
            }
        } catch (IOException notJson) {
            // A proxy between us and the API server speaks plain text; its words are the message.
        }
        return new ApiRefusal(method, path, response.code(), reason, message);
    }

    private static Duration retryAfter(Response response) {
        String header = response.header("Retry-After", "0");
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(header)));
        } catch (NumberFormatException date) {
            return Duration.ZERO;
        }
    }
}
