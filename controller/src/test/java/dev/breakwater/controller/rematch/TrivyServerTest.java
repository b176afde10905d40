package dev.breakwater.controller.rematch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.breakwater.controller.reports.TrivyPackages;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that are not to be believed; what a real server answers is in {@code RematchNodeTest}. */
class TrivyServerTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String PACKAGES = """
            {"schema_version": 2, "os": {"family": "debian", "name": "12.5"},
             "package_infos": [{"packages": [{"name": "a", "version": "1"}, {"name": "b", "version": "1"}]}],
             "applications": [{"type": "node-pkg", "packages": [{"name": "c", "version": "1"}]}]}""";

    @TempDir
    Path folder;

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private HttpServer http;

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        http.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            String method = path.substring(path.lastIndexOf('/') + 1);
            calls.add(method + " " + exchange.getRequestHeaders().getFirst("Trivy-Token"));
            String answer = answers.getOrDefault(method, "");
            exchange.sendResponseHeaders(answer.isEmpty() ? 500 : 200, 0);
            exchange.getResponseBody().write(answer.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        http.start();
        answers.put("MissingBlobs", "{\"missing_artifact\": true, \"missing_blob_ids\": [\"x\"]}");
        answers.put("PutBlob", "{}");
        answers.put("PutArtifact", "{}");
    }

    @AfterEach
    void stop() {
        http.stop(0);
    }

    @Test
    void anAnswerThatAccountsForEveryPackageIsBelieved() throws IOException {
        answers.put("Scan", scan("{\"name\": \"a\"}, {\"name\": \"b\"}", "{\"name\": \"c\"}"));
        assertThat(server("").match(packages()).path("results")).hasSize(2);
        assertThat(calls).containsExactly("MissingBlobs null", "PutBlob null", "PutArtifact null", "Scan null");
    }

    @Test
    void cleanIsNotBelievedWhereAPackageIsMissing() {
        answers.put("Scan", scan("{\"name\": \"a\"}", "{\"name\": \"c\"}"));
        assertThatThrownBy(() -> server("").match(packages()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not account for every package")
                .hasMessageContaining("debian=2");
        answers.put("Scan", "{\"os\": {\"family\": \"debian\"}}");
        assertThatThrownBy(() -> server("").match(packages())).hasMessageContaining("does not account");
    }

    @Test
    void whatWasNotAskedForIsNotMissed() throws IOException {
        answers.put("Scan", "{\"results\": [{\"type\": \"node-pkg\", \"packages\": [{\"name\": \"c\"}]}]}");
        TrivyServer server = new TrivyServer(url(), "", List.of("library"));
        assertThat(server.match(packages()).path("results")).hasSize(1);
    }

    @Test
    void aTokenIsReadAnewForEachRequest() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "one\n");
        answers.put(
                "version", "{\"Version\": \"0.72.0\", \"VulnerabilityDB\": {\"UpdatedAt\": \"2026-11-14T00:00:00Z\"}}");
        TrivyServer server = server(token.toString());
        assertThat(server.version()).isEqualTo(new TrivyServer.Version("0.72.0", "2026-11-14T00:00:00Z"));
        Files.writeString(token, "two");
        server.version();
        assertThat(calls).containsExactly("version one", "version two");
    }

    @Test
    void whatIsNoTrivyServerIsSaidInWords() {
        assertThatThrownBy(() -> server("").version()).hasMessageContaining("answers 500 to version");
        answers.put("version", "<html>proxy</html>");
        assertThatThrownBy(() -> server("").version()).hasMessageContaining("is no Trivy server");
        answers.put("version", "{\"Version\": \"0.72.0\"}");
        assertThatThrownBy(() -> server("").version()).hasMessageContaining("says nothing of a vulnerability database");
    }

    private TrivyServer server(String token) {
        return new TrivyServer(url(), token, List.of());
    }

    private String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    private static TrivyPackages.Listing packages() throws IOException {
        return new TrivyPackages.Listing("image", (ObjectNode) MAPPER.readTree(PACKAGES));
    }

    private static String scan(String ofSystem, String ofNode) {
        return "{\"os\": {\"family\": \"debian\", \"name\": \"12.5\"}, \"results\": [{\"type\": \"debian\", \"packages\": ["
                + ofSystem + "]}, {\"type\": \"node-pkg\", \"packages\": [" + ofNode + "]}]}";
    }
}
