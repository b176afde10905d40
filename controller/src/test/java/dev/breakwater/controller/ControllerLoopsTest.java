package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.kubernetes.Disturbance;
import dev.breakwater.controller.lease.LeaseSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All loops of the controller as it is wired, against an API that answers each of them badly at first. */
@NullUnmarked
@Timeout(180)
class ControllerLoopsTest extends ControllerScene {
    private static final List<String> LOOPS = List.of(
            "audit-0",
            "audit-rounds",
            "compliance",
            "compliance-keeper",
            "image-queue",
            "informer-pods",
            "inventory",
            "nodes",
            "outdated-reports",
            "policies",
            "rights",
            "sweep");

    @ParameterizedTest
    @ValueSource(strings = {"garbage"})
    void everyLoopSurvivesBadAnswersAndDoesItsWorkAfterwards(String what) throws Exception {
        Disturbance disturbance = switch (what) {
            case "garbage" -> Disturbance.garbage();
            case "broken" -> Disturbance.broken();
            case "cut" -> Disturbance.cut();
            default -> Disturbance.forbidden();
        };
        // A request is tried five times where that can help: what the loop does is to fail as a whole.
        int badAnswers = what.equals("broken") || what.equals("cut") ? 6 : 2;
        // To a write, it would say that it is done.
        boolean saysYes = what.equals("garbage");
        Map<String, AtomicInteger> times = new ConcurrentHashMap<>();
        cluster.disturb(
                call -> !call.path().contains("/configz")
                        && (call.method().equals("GET") || !saysYes)
                        && times.computeIfAbsent(call.method() + call.path(), _ -> new AtomicInteger())
                                        .incrementAndGet()
                                <= (call.path().contains("/jobs/") ? 1 : badAnswers),
                disturbance);
        cluster.put("/api/v1/nodes", """
                {"metadata": {"name": "n1", "uid": "u1", "labels": {"kubernetes.io/os": "linux"}}}""");
        cluster.put("/api/v1/nodes/n1/proxy", """
                {"metadata": {"name": "configz"}, "kubeletconfig": {"readOnlyPort": 0}}""");
        runWorkload("team-a", "web-1");

        begin(settings(
                new RetrySettings(Duration.ofMillis(100), Duration.ofMillis(200)),
                new LeaseSettings(false, "", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)),
                AuditSettings.defaults(),
                folder));

        await().atMost(120, SECONDS).untilAsserted(() -> {
            assertThat(cluster.find("/vulnerabilityreports/")).hasSize(1);
            assertThat(cluster.find("/sbomreports/")).hasSize(1);
            assertThat(cluster.find("/configauditreports/")).isNotEmpty();
            assertThat(cluster.find("/clusterinfraassessmentreports/")).hasSize(1);
            assertThat(cluster.find("/clustercompliancereports/"))
                    .hasSize(4)
                    .allMatch(report -> report.path("status").has("updateTimestamp"));
        });
        HttpResponse<String> health = health();
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).startsWith("ok\n").contains(LOOPS);
        assertThat(end).isNotDone();
    }

    private HttpResponse<String> health() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + controller.probePort() + "/healthz?verbose"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
