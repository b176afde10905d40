package dev.breakwater.cli.ready;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against an API server of a few paths. That a real one is understood is shown by the installed chart. */
class ReadyCommandTest {
    private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices/v1alpha1.";
    private static final String AVAILABLE = """
            {"spec": {"service": {"name": "breakwater-apiserver"}},
             "status": {"conditions": [{"type": "Available", "status": "True"}]}}""";

    @TempDir
    Path folder;

    /** Answers by path; what is not there is 404. */
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    private final AtomicInteger unavailable = new AtomicInteger();
    private HttpServer server;

    record Run(int exitCode, String out, String err) {}

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
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
        for (String group : List.of("aquasecurity.github.io", "breakwater.dev")) {
            answers.put(SERVICES + group, AVAILABLE);
        }
        answers.put("/apis/aquasecurity.github.io/v1alpha1", """
                {"resources": [{"name": "vulnerabilityreports"}, {"name": "clustercompliancereports/status"}]}""");
        answers.put("/apis/breakwater.dev/v1alpha1", "{\"resources\": [{\"name\": \"imagescans\"}]}");
        answers.put("/apis/aquasecurity.github.io/v1alpha1/vulnerabilityreports", """
                {"metadata": {"remainingItemCount": 41}, "items": [{"metadata": {"name": "x"}}]}""");
        answers.put("/apis/breakwater.dev/v1alpha1/imagescans", "{\"metadata\": {}, \"items\": []}");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void servedReportsAreCountedByKind() {
        Run run = run("5s");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines()).containsExactly("vulnerabilityreports 42", "imagescans 0");
    }

    @Test
    void whatIsNotThereYetIsWaitedForAndSaidOnce() {
        unavailable.set(2);
        Run run = run("30s");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .startsWith("breakwater: not yet: GET /apis/aquasecurity.github.io/v1alpha1/vulnerabilityreports: 503");
    }

    @Test
    void aClusterThatAnswersForTheGroupItselfIsNotServed() {
        answers.put(SERVICES + "aquasecurity.github.io", """
                {"spec": {}, "status": {"conditions": [{"type": "Available", "status": "True"}]}}""");
        assertThat(run("1s").err()).contains("the cluster answers for the group itself");
    }

    @Test
    void anApiServiceThatFailsIsToldInItsOwnWords() {
        answers.put(SERVICES + "breakwater.dev", """
                {"spec": {"service": {}}, "status": {"conditions": [
                  {"type": "Available", "status": "False", "message": "no endpoints for service"}]}}""");
        assertThat(run("1s").err()).contains("v1alpha1.breakwater.dev is not available: no endpoints for service");
        answers.remove(SERVICES + "breakwater.dev");
        assertThat(run("1s").err()).contains("there is no APIService v1alpha1.breakwater.dev");
    }

    @Test
    void aWrongTimeLimitIsRefused() {
        assertThat(run("0s").exitCode()).isEqualTo(2);
        assertThat(run("never").exitCode()).isEqualTo(2);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = answers.get(path);
        int code = body == null ? 404 : 200;
        if (path.endsWith("/vulnerabilityreports") && unavailable.getAndDecrement() > 0) {
            code = 503;
        }
        byte[] bytes = (code == 200 ? String.valueOf(body) : "{}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Run run(String timeout) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Breakwater.run(
                new String[] {
                    "ready", "--kubeconfig", folder.resolve("kubeconfig").toString(), "--timeout", timeout
                },
                Map.of(),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
        return new Run(code, out.toString(), err.toString());
    }
}
