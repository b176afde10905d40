package dev.breakwater.cli.exposure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.breakwater.cli.Breakwater;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against tables as a server gives them, ours or the original's. */
class ExposureCommandTest {
    private static final String ROOT = "/apis/aquasecurity.github.io/v1alpha1/";

    @TempDir
    Path folder;

    private final Map<String, String> tables = new HashMap<>();
    private HttpServer server;

    record Run(int exitCode, String out, String err) {}

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String table = tables.get(exchange.getRequestURI().getPath());
            byte[] body = (table == null ? "{}" : table).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(table == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        Files.writeString(
                folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: c
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {}}]
                """.formatted(server.getAddress().getPort()));
        for (String place : new String[] {"", "namespaces/shop/"}) {
            put(place + "vulnerabilityreports");
            put(place + "exposedsecretreports");
            put(place + "configauditreports");
        }
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void put(String path, String... rows) {
        StringBuilder columns = new StringBuilder();
        for (String column :
                new String[] {"Name", "Repository", "Tag", "Scanner", "Age", "Critical", "High", "Medium", "Low"}) {
            columns.append(columns.isEmpty() ? "" : ",").append("{\"name\":\"" + column + "\"}");
        }
        tables.put(
                ROOT + path,
                "{\"kind\":\"Table\",\"columnDefinitions\":[" + columns + "],\"rows\":[" + String.join(",", rows)
                        + "]}");
    }

    private static String row(String namespace, String owner, String image, String digest, int critical) {
        String label = digest.isEmpty() ? "" : ",\"breakwater.dev/image-digest\":\"" + digest + "\"";
        return """
                {"cells":["x","%s","1","Trivy","1d",%d,1,2,3],"object":{"metadata":{"namespace":"%s","labels":{
                "trivy-operator.resource.kind":"ReplicaSet","trivy-operator.resource.name":"%s"%s}}}}""".formatted(image, critical, namespace, owner, label);
    }

    private Run exposure(String... flags) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments = new String[flags.length + 3];
        arguments[0] = "exposure";
        arguments[1] = "--kubeconfig";
        arguments[2] = folder.resolve("kubeconfig").toString();
        System.arraycopy(flags, 0, arguments, 3, flags.length);
        int code = Breakwater.run(arguments, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true));
        return new Run(code, out.toString(), err.toString());
    }

    @Test
    void anImageThatTwoContainersOfAWorkloadRunIsCountedOnce() throws IOException {
        put(
                "vulnerabilityreports",
                row("shop", "web", "shop/web", "sha256-1", 5),
                row("shop", "web", "shop/web", "sha256-1", 5),
                row("shop", "web", "shop/side", "sha256-2", 1),
                row("shop", "other", "shop/web", "sha256-1", 5),
                row("shop", "old", "shop/old", "", 2),
                row("shop", "old", "shop/old", "", 2));
        put(
                "exposedsecretreports",
                row("shop", "web", "shop/web", "sha256-1", 1),
                row("shop", "web", "shop/web", "sha256-1", 1));
        JsonNode json = new JsonMapper().readTree(exposure("-o", "json").out());
        assertThat(json.path("workloads").asInt()).isEqualTo(3);
        JsonNode web = json.path("items").get(0);
        assertThat(web.path("workload").asText()).isEqualTo("ReplicaSet/web");
        assertThat(web.path("critical").asInt()).isEqualTo(6);
        assertThat(web.path("secrets").asInt()).isEqualTo(7);
        assertThat(web.path("images")).hasSize(2);
        assertThat(json.path("items").get(2).path("critical").asInt()).isEqualTo(2);
    }

    @Test
    void limitZeroShowsAllRowsAndANegativeOneIsRefusedInWords() {
        put("vulnerabilityreports", row("a", "x", "i", "d1", 1), row("b", "y", "j", "d2", 2));
        assertThat(exposure("--limit", "0").out()).contains("ReplicaSet/x", "ReplicaSet/y");
        assertThat(exposure("--limit", "1").out()).contains("1 more workload").doesNotContain("ReplicaSet/x");
        Run negative = exposure("--limit", "-3");
        assertThat(negative.exitCode()).isEqualTo(2);
        assertThat(negative.err()).contains("--limit").contains("0 to");
    }

    @Test
    void aNamespaceIsAskedForAloneAndNothingIsSaidOfOthers() {
        put("vulnerabilityreports", row("a", "x", "i", "d1", 1));
        put("namespaces/shop/vulnerabilityreports", row("shop", "web", "j", "d2", 2));
        assertThat(exposure("-n", "shop").out()).contains("ReplicaSet/web").doesNotContain("ReplicaSet/x");
        put("namespaces/shop/vulnerabilityreports");
        assertThat(exposure("-n", "shop").out()).contains("No vulnerability reports in namespace shop yet");
        Run wrong = exposure("-n", "No/Namespace");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("--namespace");
    }

    @Test
    void wideShowsEveryImageAndSeverity() {
        put("vulnerabilityreports", row("a", "x", "i", "d1", 1), row("a", "x", "j", "d2", 2));
        assertThat(exposure().out()).contains("i:1 +1").doesNotContain("MEDIUM");
        assertThat(exposure("-o", "wide").out()).contains("i:1,j:1", "MEDIUM", "LOW");
        assertThat(exposure("-o", "xml").exitCode()).isEqualTo(2);
    }
}
