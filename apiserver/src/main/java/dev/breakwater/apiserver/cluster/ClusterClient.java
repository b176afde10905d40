package dev.breakwater.apiserver.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster's kube-apiserver for the few things that we need of it. Answers are trees: they are small.
 *
 * <p>Threading: safe for any number of threads; blocking.
 */
public final class ClusterClient implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ClusterAccess access;
    private final HttpClient http;
    private final ObjectMapper json = new ObjectMapper();

    public ClusterClient(ClusterAccess access) {
        this.access = access;
        this.http = HttpClient.newBuilder()
                .sslContext(access.tls())
                .connectTimeout(Duration.ofSeconds(5))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /**
     * What was answered, whatever the code.
     *
     * @param body an object or a Status; missing if there was none
     */
    public record Reply(int code, JsonNode body) {
        public boolean success() {
            return code / 100 == 2;
        }

        /** For messages. */
        public String complaint() {
            return code + " " + body.path("message").asText();
        }
    }

    /** @throws ClusterUnavailableException when there is no answer within ten seconds */
    public Reply get(String path) {
        return send("GET", path, null, "");
    }

    /** @throws ClusterUnavailableException when there is no answer within ten seconds */
    public Reply create(String path, JsonNode object) {
        return send("POST", path, object, "application/json");
    }

    /** @throws ClusterUnavailableException when there is no answer within ten seconds */
    public Reply update(String path, JsonNode object) {
        return send("PUT", path, object, "application/json");
    }

    /** @throws ClusterUnavailableException when there is no answer within ten seconds */
    public Reply mergePatch(String path, JsonNode patch) {
        return send("PATCH", path, patch, "application/merge-patch+json");
    }

    /**
     * Hands over each event of a watch until it ends.
     *
     * @throws ClusterUnavailableException when it cannot be opened or breaks
     * @throws InterruptedException when the thread is interrupted while it waits for an event
     */
    public void watch(String path, Consumer<JsonNode> events) throws InterruptedException {
        try {
            HttpResponse<Stream<String>> response =
                    http.send(request("GET", path, null, "").build(), BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() != 200) {
                    throw new ClusterUnavailableException(
                            "watch of " + path + " was answered with " + response.statusCode());
                }
                lines.forEach(line -> events.accept(tree(line)));
            }
        } catch (IOException | RuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new ClusterUnavailableException("watch of " + path + " failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private Reply send(String method, String path, @Nullable JsonNode body, String contentType) {
        try {
            HttpResponse<String> response = http.send(
                    request(method, path, body, contentType).timeout(LIMIT).build(), BodyHandlers.ofString());
            return new Reply(response.statusCode(), tree(response.body()));
        } catch (IOException e) {
            throw new ClusterUnavailableException(method + " " + path + " failed: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterUnavailableException(method + " " + path + " was interrupted", e);
        }
    }

    private HttpRequest.Builder request(String method, String path, @Nullable JsonNode body, String contentType) {
        HttpRequest.Builder request = HttpRequest.newBuilder(access.server().resolve(path))
                .header("Accept", "application/json")
                .header("User-Agent", "breakwater-apiserver");
        String token = access.token().get();
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body == null) {
            return request.method(method, BodyPublishers.noBody());
        }
        return request.header("Content-Type", contentType).method(method, BodyPublishers.ofString(body.toString()));
    }

    private JsonNode tree(String text) {
        try {
            return text.isEmpty() ? MissingNode.getInstance() : json.readTree(text);
        } catch (JsonProcessingException e) {
            // A proxy in between may answer in its own words.
            return MissingNode.getInstance();
        }
    }
}
