package dev.breakwater.apiserver.server;

import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.apiserver.fairness.FairnessSettings;
import dev.breakwater.apiserver.fairness.SeatPlan;
import dev.breakwater.apiserver.request.InitialList;
import dev.breakwater.apiserver.request.ResourceEndpoint;
import dev.breakwater.apiserver.request.Verb;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who goes on while somebody else has everything in use. What is in use is held by latches, not by load. */
class TurnsTest {
    private static final String REPORTS = "/apis/aquasecurity.github.io/v1alpha1/namespaces/t/vulnerabilityreports";
    private static final TlsIdentity GREEDY = TestEdge.client("greedy");
    private static final TlsIdentity MODEST = TestEdge.client("modest");

    private final CountDownLatch release = new CountDownLatch(1);
    private final List<HttpClient> clients = new ArrayList<>();

    @AfterEach
    void letGo() {
        release.countDown();
        clients.forEach(HttpClient::shutdownNow);
    }

    @Test
    void anotherUsersRequestsGoOnWhileOneUserHasTwoHundredInFlight() throws Exception {
        AtomicInteger held = new AtomicInteger();
        try (TestEdge edge = edge(holding("greedy", held))) {
            List<CompletableFuture<HttpResponse<String>>> flood = flood(edge, GREEDY, "GET", REPORTS + "/a", 200);
            Awaitility.await().until(() -> held.get() == 2);
            for (String method : List.of("GET", "DELETE")) {
                assertThat(edge.send(MODEST, method, REPORTS + "/a").statusCode())
                        .isEqualTo(200);
            }
            assertThat(edge.get(MODEST, REPORTS).statusCode()).isEqualTo(200);
            release.countDown();
            for (CompletableFuture<HttpResponse<String>> one : flood) {
                assertThat(one.get(20, TimeUnit.SECONDS).statusCode()).isIn(200, 429);
            }
        }
    }

    @Test
    void whoeverWaitsInVainIsToldWhenToComeBack() throws Exception {
        AtomicInteger held = new AtomicInteger();
        try (TestEdge edge = edge(holding("greedy", held))) {
            flood(edge, GREEDY, "GET", REPORTS, 2);
            Awaitility.await().until(() -> held.get() == 1);
            HttpResponse<String> refused = edge.get(GREEDY, REPORTS);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).contains("3");
            assertThatJson(refused.body()).node("reason").isEqualTo("TooManyRequests");
            assertThatJson(refused.body()).node("details.retryAfterSeconds").isEqualTo(3);
        }
    }

    @Test
    @DisplayName("k8s-wire 7.3: overload must not flip Available")
    void healthAndDiscoveryAnswerOnNewConnectionsWhileEverythingBurnsCpu() throws Exception {
        AtomicInteger burning = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        ResourceEndpoint burner = request -> {
            burning.incrementAndGet();
            while (!enough.get()) {
                Thread.onSpinWait();
            }
        };
        try (TestEdge edge = edge(burner)) {
            // Every carrier by watches, and every seat for lists and reads.
            int watches = 2 * Runtime.getRuntime().availableProcessors();
            flood(edge, GREEDY, "GET", REPORTS + "?watch=1&resourceVersion=1", watches);
            flood(edge, GREEDY, "GET", REPORTS, 1);
            flood(edge, GREEDY, "GET", REPORTS + "/a", 20);
            Awaitility.await().until(() -> burning.get() >= Runtime.getRuntime().availableProcessors() + 1);
            for (String path : List.of("/livez", "/readyz", "/apis/aquasecurity.github.io/v1alpha1")) {
                try (HttpClient fresh = TestEdge.http(TestEdge.ADMIN, HttpClient.Version.HTTP_2)) {
                    HttpRequest request = HttpRequest.newBuilder(edge.uri(path))
                            .timeout(Duration.ofSeconds(30))
                            .build();
                    assertThat(fresh.send(request, BodyHandlers.discarding()).statusCode())
                            .as(path)
                            .isEqualTo(200);
                    fresh.shutdownNow();
                }
            }
            // A read of somebody else, too.
            enough.set(true);
            assertThat(edge.get(MODEST, REPORTS + "/a").statusCode()).isEqualTo(200);
        } finally {
            enough.set(true);
        }
    }

    @Test
    void theControllerAndTheClustersOwnControllersHaveSharesOfTheirOwn() throws Exception {
        AtomicInteger held = new AtomicInteger();
        TlsIdentity controller = TestEdge.client(FairnessSettings.CONTROLLER);
        TlsIdentity namespaces = TestEdge.client(
                "system:serviceaccount:kube-system:namespace-controller", "system:serviceaccounts:kube-system");
        ResourceEndpoint endpoint = request -> {
            if (request.user().name().startsWith("user-")) {
                held.incrementAndGet();
                await(release);
            }
        };
        try (TestEdge edge = edge(endpoint)) {
            for (int i = 0; i < 4; i++) {
                flood(edge, TestEdge.client("user-" + i), "DELETE", REPORTS + "/a", 3);
                flood(edge, TestEdge.client("user-" + i), "DELETE", REPORTS, 3);
            }
            Awaitility.await().until(() -> held.get() == 4 + 2);
            for (TlsIdentity one : List.of(controller, namespaces, TestEdge.ADMIN)) {
                assertThat(edge.send(one, "DELETE", REPORTS + "/a").statusCode())
                        .isEqualTo(200);
                assertThat(edge.send(one, "DELETE", REPORTS).statusCode()).isEqualTo(200);
            }
            assertThat(edge.send(MODEST, "DELETE", REPORTS).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void serviceAccountsOfOneNamespaceShareTheirTurns() throws Exception {
        AtomicInteger held = new AtomicInteger();
        ResourceEndpoint endpoint = request -> {
            if (request.user().name().startsWith("system:serviceaccount:team:")) {
                held.incrementAndGet();
                await(release);
            }
        };
        try (TestEdge edge = edge(endpoint)) {
            flood(edge, TestEdge.client("system:serviceaccount:team:one"), "GET", REPORTS, 1);
            Awaitility.await().until(() -> held.get() == 1);
            assertThat(edge.get(TestEdge.client("system:serviceaccount:team:two"), REPORTS)
                            .statusCode())
                    .isEqualTo(429);
            assertThat(edge.get(MODEST, REPORTS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void watchesHoldNoTurnOnceTheirFirstListIsSent() throws Exception {
        AtomicInteger watching = new AtomicInteger();
        ResourceEndpoint endpoint = request -> {
            if (request.verb() == Verb.WATCH) {
                InitialList.sent(request.http());
                watching.incrementAndGet();
                await(release);
            }
        };
        try (TestEdge edge = edge(endpoint)) {
            flood(edge, GREEDY, "GET", REPORTS + "?watch=1", 60);
            Awaitility.await().until(() -> watching.get() == 60);
            assertThat(edge.get(GREEDY, REPORTS + "/a").statusCode()).isEqualTo(200);
            HttpResponse<String> tooMany = edge.get(GREEDY, REPORTS + "?watch=1");
            assertThat(tooMany.statusCode()).isEqualTo(429);
            assertThat(tooMany.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void metricsTellWhoWaits() throws Exception {
        AtomicInteger held = new AtomicInteger();
        try (TestEdge edge = edge(holding("greedy", held))) {
            flood(edge, GREEDY, "GET", REPORTS + "/a", 2);
            Awaitility.await().until(() -> held.get() == 2);
            String text = edge.get(TestEdge.ADMIN, "/metrics").body();
            assertThat(text)
                    .contains("breakwater_apiserver_turns_running{level=\"users\",work=\"read\"} 2")
                    .contains("breakwater_apiserver_turns_waiting{level=\"users\",work=\"read\"} 0")
                    .contains("breakwater_apiserver_turns_refused_total{level=\"system\",work=\"list\"} 0");
        }
    }

    private static TestEdge edge(ResourceEndpoint endpoint) {
        Duration patience = Duration.ofMillis(300);
        FairnessSettings fairness = new FairnessSettings(
                FairnessSettings.CONTROLLER,
                new SeatPlan(4, 2, 300, 300, patience),
                new SeatPlan(2, 1, 10, 10, patience),
                new SeatPlan(4, 1, 10, 10, patience),
                new SeatPlan(70, 60, 0, 0, Duration.ZERO),
                new SeatPlan(2, 1, 100, 100, Duration.ofSeconds(20)));
        return TestEdge.start(endpoint, fairness, DoorwayLimits.defaults());
    }

    private ResourceEndpoint holding(String user, AtomicInteger held) {
        return request -> {
            if (request.user().name().equals(user)) {
                held.incrementAndGet();
                await(release);
            }
        };
    }

    private List<CompletableFuture<HttpResponse<String>>> flood(
            TestEdge edge, TlsIdentity who, String method, String path, int count)
            throws IOException, InterruptedException {
        HttpClient client = TestEdge.http(who, HttpClient.Version.HTTP_2);
        clients.add(client);
        client.send(HttpRequest.newBuilder(edge.uri("/apis")).build(), BodyHandlers.discarding());
        List<CompletableFuture<HttpResponse<String>>> flood = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            HttpRequest request = HttpRequest.newBuilder(edge.uri(path))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build();
            flood.add(client.sendAsync(request, BodyHandlers.ofString()));
        }
        return flood;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
