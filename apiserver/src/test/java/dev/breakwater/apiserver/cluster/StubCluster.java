package dev.breakwater.apiserver.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.server.HttpsServer;
import dev.breakwater.apiserver.tls.CertificateAuthority;
import dev.breakwater.apiserver.tls.TrustedServers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;

/**
 * Answers as a kube-apiserver would what the edge asks of one: the trust ConfigMap with its watch, and the two reviews. Shows what
 * was asked, and can be told to fail, which a real control plane cannot.
 */
public final class StubCluster implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final CertificateAuthority authority =
            CertificateAuthority.create("stub-cluster", Instant.now(), Duration.ofDays(1));
    private final LinkedBlockingQueue<ObjectNode> events = new LinkedBlockingQueue<>();
    public final List<JsonNode> accessReviews = new CopyOnWriteArrayList<>();
    public final List<JsonNode> tokenReviews = new CopyOnWriteArrayList<>();
    private final HttpsServer server;
    private volatile ObjectNode configMap = json.createObjectNode();
    private volatile Predicate<JsonNode> allowed = spec -> false;
    private volatile Map<String, String> usersByToken = Map.of();
    private volatile boolean down;

    public StubCluster(Map<String, String> trust) {
        configMap = configMap(trust);
        server = HttpsServer.start(
                "127.0.0.1",
                0,
                authority.issueServer("stub", List.of("127.0.0.1"), Instant.now(), Duration.ofHours(1)),
                this::answer);
    }

    public ClusterAccess access() {
        return new ClusterAccess(
                URI.create("https://127.0.0.1:" + server.port()),
                TrustedServers.context(List.of(authority.certificate()), null),
                () -> "a-token");
    }

    public void trust(Map<String, String> data) {
        configMap = configMap(data);
        events.add(json.createObjectNode().put("type", "MODIFIED").set("object", configMap));
    }

    /** @param decision on the spec of a SubjectAccessReview */
    public void allow(Predicate<JsonNode> decision) {
        allowed = decision;
    }

    public void users(Map<String, String> byToken) {
        usersByToken = byToken;
    }

    public void goDown(boolean gone) {
        down = gone;
    }

    @Override
    public void close() {
        events.add(json.createObjectNode());
        server.close();
    }

    private ObjectNode configMap(Map<String, String> data) {
        ObjectNode map = json.createObjectNode();
        map.putObject("metadata").put("name", "extension-apiserver-authentication");
        data.forEach(map.putObject("data")::put);
        return map;
    }

    private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (down) {
            response.setStatus(400);
            return;
        }
        String path = request.getRequestURI();
        if (path.endsWith("/configmaps")) {
            if (String.valueOf(request.getQueryString()).contains("watch=true")) {
                watch(response);
            } else {
                ObjectNode list = json.createObjectNode();
                list.putObject("metadata").put("resourceVersion", "1");
                list.putArray("items").add(configMap);
                write(response, list);
            }
            return;
        }
        ObjectNode review = (ObjectNode) json.readTree(request.getInputStream());
        if (path.endsWith("subjectaccessreviews")) {
            accessReviews.add(review.path("spec"));
            review.putObject("status").put("allowed", allowed.test(review.path("spec")));
        } else {
            tokenReviews.add(review.path("spec"));
            String user = usersByToken.get(review.path("spec").path("token").asText());
            ObjectNode status = review.putObject("status").put("authenticated", user != null);
            if (user != null) {
                status.putObject("user")
                        .put("username", user)
                        .putArray("groups")
                        .add("from-token");
            }
        }
        write(response, review);
    }

    private void watch(HttpServletResponse response) throws IOException {
        response.flushBuffer();
        try {
            for (ObjectNode event = events.take(); event.has("type"); event = events.take()) {
                response.getOutputStream().write((event + "\n").getBytes(StandardCharsets.UTF_8));
                response.flushBuffer();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(HttpServletResponse response, JsonNode body) throws IOException {
        response.setContentType("application/json");
        response.getOutputStream().write(body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
