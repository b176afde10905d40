package dev.breakwater.apiserver.server;

import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.apiserver.fairness.FairnessSettings;
import dev.breakwater.apiserver.fairness.SeatPlan;
import dev.breakwater.apiserver.request.ResourceEndpoint;
import dev.breakwater.apiserver.request.Verb;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsServerTest {
    private static final String REPORTS = "/apis/aquasecurity.github.io/v1alpha1/namespaces/t/vulnerabilityreports";

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void bothProtocolsAreSpoken(HttpClient.Version version) throws Exception {
        try (TestEdge edge = TestEdge.start(request -> {});
                HttpClient client = TestEdge.http(TestEdge.ADMIN, version)) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(edge.uri("/apis")).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(version);
        }
    }

    @Test
    void whyTheServerCannotListenIsSaid() throws Exception {
        try (TestEdge edge = TestEdge.start(request -> {})) {
            int taken = edge.uri("/").getPort();
            assertThatThrownBy(() -> HttpsServer.start("127.0.0.1", taken, TestEdge.serving("x"), (_, _) -> {}))
                    .hasMessage(
                            "cannot listen on 127.0.0.1:%d: another process does; end it, or name another port, or 0"
                                            .formatted(taken)
                                    + " for a free one");
            // Of the addresses that RFC 5737 keeps for documents.
            assertThatThrownBy(() -> HttpsServer.start("192.0.2.1", 0, TestEdge.serving("x"), (_, _) -> {}))
                    .hasMessageStartingWith("cannot listen on 192.0.2.1:0: this machine has no such address");
        }
    }

    @Test
    @DisplayName("30: no error of the HTTP server itself is HTML")
    void errorsOfTheHttpServerItselfAreJson() throws Exception {
        try (TestEdge edge = TestEdge.start(request -> {})) {
            List<String> requests = List.of(
                    "NONSENSE\r\n\r\n",
                    "GET /apis HTTP/1.1\r\n\r\n",
                    "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /a%2fb HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /apis HTTP/9.9\r\nHost: x\r\n\r\n",
                    "BREW /apis HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                    "TRACE /apis HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                    "POST /apis HTTP/1.1\r\nHost: x\r\nContent-Length: nine\r\n\r\n",
                    "GET /apis HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(3 << 20) + "\r\n\r\n");
            for (String request : requests) {
                String answer = raw(edge, request);
                String start = request.substring(0, Math.min(40, request.length()));
                assertThat(answer).as(start).contains("HTTP/1.1 ").doesNotContain("text/html");
                assertThat(answer).as(start).doesNotContainIgnoringCase("<html");
                assertThat(answer).as(start).contains("\"kind\":\"Status\"");
            }
        }
    }

    @Test
    @DisplayName("280: headers of a user with hundreds of groups are accepted")
    void headersOfAUserWithHundredsOfGroupsAreAccepted() throws Exception {
        try (TestEdge edge = TestEdge.start(request -> {})) {
            List<String> headers = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                headers.add("X-Remote-Group");
                headers.add("group-" + i + "-" + "g".repeat(500));
            }
            assertThat(edge.get(TestEdge.ADMIN, "/apis", headers.toArray(String[]::new))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("46: a certificate of any authority, or none, passes the handshake")
    void aCertificateOfAnotherAuthorityPassesTheHandshakeAndIsRefusedAfterwards() throws Exception {
        var stranger = dev.breakwater.apiserver.tls.CertificateAuthority.create(
                        "strangers", java.time.Instant.now(), Duration.ofDays(1))
                .issueClient("admin", List.of("system:masters"), java.time.Instant.now(), Duration.ofHours(1));
        try (TestEdge edge = TestEdge.start(request -> {})) {
            HttpResponse<String> refused = edge.get(stranger, "/apis");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThatJson(refused.body()).isEqualTo("""
                    {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized",
                     "reason":"Unauthorized","code":401}""");
            assertThat(edge.get(null, "/readyz").body()).isEqualTo("ok");
        }
    }

    @Test
    void anExchangedCertificateIsServedToNewConnectionsWhileAWatchGoesOn() throws Exception {
        CountDownLatch reloaded = new CountDownLatch(1);
        try (TestEdge edge = TestEdge.start(request -> {
            write(request.response(), "first\n");
            await(reloaded);
            write(request.response(), "second\n");
        })) {
            try (HttpClient client = TestEdge.http(TestEdge.ADMIN, HttpClient.Version.HTTP_2)) {
                HttpResponse<InputStream> watch = client.send(
                        HttpRequest.newBuilder(edge.uri(REPORTS + "?watch=1")).build(),
                        HttpResponse.BodyHandlers.ofInputStream());
                BufferedReader lines = new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8));
                assertThat(lines.readLine()).isEqualTo("first");
                assertThat(peer(edge)).contains("CN=first");
                edge.use(TestEdge.serving("second"));
                assertThat(peer(edge)).contains("CN=second");
                reloaded.countDown();
                assertThat(lines.readLine()).isEqualTo("second");
                assertThat(lines.readLine()).isNull();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    @DisplayName("7.3: a fault after the first byte aborts the stream, it does not end it")
    void aFaultAfterTheFirstByteAbortsTheStream(HttpClient.Version version) throws Exception {
        try (TestEdge edge = TestEdge.start(request -> {
                    write(request.response(), "{\"items\":[");
                    throw new IllegalStateException("on purpose");
                });
                HttpClient client = TestEdge.http(TestEdge.ADMIN, version)) {
            HttpRequest request = HttpRequest.newBuilder(edge.uri(REPORTS)).build();
            assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFaultBeforeTheFirstByteIsA500Status() throws Exception {
        try (TestEdge edge = TestEdge.start(request -> {
            request.response().setContentType("application/x-half-done");
            throw new IllegalStateException("on purpose");
        })) {
            HttpResponse<String> response = edge.get(TestEdge.ADMIN, REPORTS, "Audit-ID", "abc");
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(response.headers().firstValue("Audit-ID")).contains("abc");
            assertThat(response.headers().firstValue("Retry-After")).isEmpty();
            assertThatJson(response.body()).node("reason").isEqualTo("InternalError");
            assertThat(response.body()).doesNotContain("on purpose");
        }
    }

    @Test
    @DisplayName("store.md 23: parked uploads do not stop a small one on the same connection")
    void parkedUploadsDoNotStopASmallOneOnTheSameConnection() throws Exception {
        CountDownLatch parked = new CountDownLatch(50);
        CountDownLatch release = new CountDownLatch(1);
        SeatPlan many = new SeatPlan(60, 60, 0, 0, Duration.ZERO);
        FairnessSettings fairness = new FairnessSettings("controller", many, many, many, many, many);
        ResourceEndpoint endpoint = request -> {
            if (request.verb() == Verb.CREATE) {
                parked.countDown();
                await(release);
            } else {
                byte[] body = request.http().getInputStream().readAllBytes();
                write(request.response(), "read " + body.length);
            }
        };
        try (TestEdge edge = TestEdge.start(endpoint, fairness, DoorwayLimits.defaults());
                HttpClient client = TestEdge.http(TestEdge.ADMIN, HttpClient.Version.HTTP_2)) {
            // One answered request first, so that the others find the connection instead of opening their own.
            client.send(HttpRequest.newBuilder(edge.uri("/apis")).build(), HttpResponse.BodyHandlers.discarding());
            for (int i = 0; i < 50; i++) {
                client.sendAsync(
                        HttpRequest.newBuilder(edge.uri(REPORTS))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1 << 20]))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
            }
            assertThat(parked.await(20, TimeUnit.SECONDS)).isTrue();
            HttpResponse<String> small = client.send(
                    HttpRequest.newBuilder(edge.uri(REPORTS + "/a"))
                            .timeout(Duration.ofSeconds(20))
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[40_000]))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(small.body()).isEqualTo("read 40000");
            release.countDown();
            client.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/apis/", "/apis/aquasecurity.github.io/v1alpha1/", REPORTS + "/", "/nonexistent", "//apis"})
    @DisplayName("16, 85: no redirect anywhere")
    void nothingIsRedirected(String path) throws Exception {
        try (TestEdge edge = TestEdge.start(request -> write(request.response(), "{}"))) {
            HttpResponse<String> response = edge.get(TestEdge.ADMIN, path);
            assertThat(response.statusCode() / 100).isNotEqualTo(3);
            assertThat(response.headers().firstValue("Location")).isEmpty();
            assertThat(response.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).doesNotContain("html"));
        }
    }

    @Test
    void afterTheShutdownDelayNewRequestsAreSentAway() throws Exception {
        try (TestEdge edge = TestEdge.start(request -> {})) {
            edge.drain();
            HttpResponse<String> response = edge.get(TestEdge.ADMIN, REPORTS);
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("Retry-After")).contains("5");
        }
    }

    @Test
    void aWebsocketWatchIsAnsweredWithAStatus() throws Exception {
        try (TestEdge edge = TestEdge.start(request -> write(request.response(), "{}"))) {
            String answer = raw(
                    edge,
                    "GET " + REPORTS + "?watch=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(answer).doesNotContain("101 ").doesNotContain("html");
        }
    }

    private static void write(jakarta.servlet.http.HttpServletResponse response, String text) throws IOException {
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        response.flushBuffer();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String peer(TestEdge edge) throws IOException {
        try (SSLSocket socket = socket(edge)) {
            socket.startHandshake();
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }

    private static String raw(TestEdge edge, String request) throws IOException {
        try (SSLSocket socket = socket(edge)) {
            socket.setSoTimeout(5_000);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // The server answers before it has read everything.
            }
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[8192];
            try {
                for (int n = socket.getInputStream().read(buffer);
                        n > 0 && answer.indexOf("}") < 0;
                        n = socket.getInputStream().read(buffer)) {
                    answer.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                // A connection that is cut behind its answer.
            }
            return answer.toString();
        }
    }

    private static SSLSocket socket(TestEdge edge) throws IOException {
        return (SSLSocket) TestEdge.tls(TestEdge.ADMIN).getSocketFactory().createSocket("127.0.0.1", edge.port());
    }
}
