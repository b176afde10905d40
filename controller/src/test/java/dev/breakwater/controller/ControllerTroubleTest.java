package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.kubernetes.ScanNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scans that fail, results that are bad, and controllers that end in the middle. */
@NullUnmarked
class ControllerTroubleTest extends ControllerScene {
    @Test
    void aFailedScanIsAnImageScanAndAnEventAndTouchesNoReport() {
        node.behave(job -> new ScanNode.Behaviour.Fails(
                "2026-11-21T09:00:00Z\tFATAL\tFatal error\trun error: GET https://registry.example/v2/: UNAUTHORIZED:"
                        + " authentication required",
                "Error"));
        runWorkload("team-a", "web-1");
        startController();

        await().atMost(20, SECONDS).untilAsserted(() -> {
            assertThat(cluster.find("/imagescans/")).hasSize(1);
            ObjectNode status =
                    (ObjectNode) cluster.find("/imagescans/").getFirst().path("status");
            assertThat(status.path("phase").asText()).isEqualTo("Failed");
            assertThat(status.path("reason").asText()).isEqualTo("PullDenied");
            assertThat(status.path("attempts").asInt()).isEqualTo(1);
            assertThat(status.path("nextTry").asText()).isNotEmpty();
        });
        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/events/")).hasSize(1));
        ObjectNode event = cluster.find("/events/").getFirst();
        assertThat(event.path("involvedObject").path("name").asText()).isEqualTo("web-1");
        assertThat(event.path("message").asText()).contains("authentication required");
        assertThat(cluster.find("/vulnerabilityreports/")).isEmpty();
        ObjectNode scan = cluster.find("/imagescans/").getFirst();
        assertThat(scan.toString()).doesNotContain("team-a").doesNotContain("web-1");
    }

    @Test
    void whatOfAResultCannotBeReadIsSaidAndTheRestIsReported() {
        String cut = trivy().replaceFirst("\"Results\"\\s*:\\s*\\[", "\"Results\":[null,");
        node.behave(job -> new ScanNode.Behaviour.Logs(ScanNode.log(cut, sbom())));
        runWorkload("team-a", "web-1");
        startController();

        awaitReports("vulnerabilityreports", 1);
        awaitJobsGone();
        await().atMost(20, SECONDS).untilAsserted(() -> {
            ObjectNode status =
                    (ObjectNode) cluster.find("/imagescans/").getFirst().path("status");
            assertThat(status.path("phase").asText()).isEqualTo("Succeeded");
            assertThat(status.path("message").asText()).contains("Results[0] is no object");
        });
        assertThat(cluster.find("/vulnerabilityreports/").getFirst().at("/report/vulnerabilities"))
                .hasSize(3);
    }

    @Test
    void aResultWithoutResultsIsAFailureAndNoCleanReport() {
        node.behave(
                job -> new ScanNode.Behaviour.Logs(ScanNode.log("{\"SchemaVersion\":2,\"Metadata\":null}", sbom())));
        runWorkload("team-a", "web-1");
        startController();

        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/imagescans/").stream()
                                .map(scan -> scan.path("status").path("reason").asText()))
                        .containsExactly("OutputEmpty"));
        assertThat(cluster.find("/vulnerabilityreports/")).isEmpty();
    }

    @Test
    void aFailedScanIsTriedAgainAndThenSucceeds() {
        node.behave(job -> new ScanNode.Behaviour.Fails("killed", "OOMKilled"));
        runWorkload("team-a", "web-1");
        startController(new RetrySettings(Duration.ofMillis(300), Duration.ofSeconds(1)));
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/imagescans/").stream()
                                .map(scan -> scan.path("status").path("reason").asText()))
                        .containsExactly("OutOfMemory"));

        node.behave(job -> new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));

        awaitReports("vulnerabilityreports", 1);
        await().atMost(10, SECONDS).untilAsserted(() -> {
            ObjectNode status =
                    (ObjectNode) cluster.find("/imagescans/").getFirst().path("status");
            assertThat(status.path("phase").asText()).isEqualTo("Succeeded");
            assertThat(status.has("reason")).isFalse();
            assertThat(status.path("counts").path("components").asLong()).isEqualTo(3);
        });
    }

    /** What a log can be instead of a result; the reports of an earlier scan stay as they are. */
    @ParameterizedTest
    @CsvSource({
        "cut, OutputCut",
        "rotated, OutputCut",
        "empty, OutputEmpty",
        "not json, OutputNotJSON",
        "another json, OutputNotJSON",
        "no sbom, OutputNotJSON",
        "wrong checksum, OutputDamaged",
        "too large, OutputTooLarge"
    })
    void aBadResultIsAReasonAndTouchesNoReport(String what, String reason) {
        runWorkload("team-a", "web-1");
        startController();
        awaitReports("sbomreports", 1);
        awaitJobsGone();
        ObjectNode before = cluster.get(REPORTS + "team-a/sbomreports/replicaset-web-1-app");

        String good = new String(ScanNode.log(trivy(), sbom()), StandardCharsets.UTF_8);
        String log = switch (what) {
            case "cut" -> good.substring(0, good.length() / 2);
            case "rotated" -> good.substring(good.length() / 2);
            case "empty" -> "";
            case "not json" -> new String(ScanNode.log("nothing", sbom()), StandardCharsets.UTF_8);
            case "another json" -> new String(ScanNode.log("{\"a\":1}", sbom()), StandardCharsets.UTF_8);
            case "no sbom" -> new String(ScanNode.log(trivy(), "{}"), StandardCharsets.UTF_8);
            case "wrong checksum" -> good.replaceAll("(#end report [0-9]+ )[0-9a-f]{4}", "$1zzzz");
            default -> "#large report 99999999999\n";
        };
        node.behave(job -> new ScanNode.Behaviour.Logs(log.getBytes(StandardCharsets.UTF_8)));
        cluster.remove(REPORTS + "team-a/vulnerabilityreports/replicaset-web-1-app");

        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/imagescans/")
                                .getFirst()
                                .path("status")
                                .path("reason")
                                .asText())
                        .isEqualTo(reason));
        assertThat(cluster.find("/vulnerabilityreports/")).isEmpty();
        assertThat(cluster.get(REPORTS + "team-a/sbomreports/replicaset-web-1-app"))
                .isEqualTo(before);
        awaitJobsGone();
    }

    @Test
    void oneBadImageBlocksNothing() {
        node.behave(job -> job.toString().contains("broken")
                ? new ScanNode.Behaviour.Waits("ImagePullBackOff", "Back-off pulling image")
                : new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));
        runWorkload("team-a", "web-1", "registry.example/broken:1");
        runWorkload("team-a", "web-2");
        startController();

        awaitReports("vulnerabilityreports", 1);
        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/imagescans/").stream()
                                .map(scan -> scan.path("status").path("reason").asText()))
                        .contains("ScannerImageUnavailable"));
    }

    @Test
    void aRestartedControllerAdoptsTheJobThatRuns() throws InterruptedException {
        node.behave(job -> new ScanNode.Behaviour.Hangs());
        runWorkload("team-a", "web-1");
        startController();
        await().atMost(20, SECONDS).untilAsserted(() -> assertThat(node.jobs()).hasSize(1));
        stopController();

        startController();
        node.behave(job -> new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));
        node.run(node.jobs().getFirst());

        awaitReports("vulnerabilityreports", 1);
        awaitJobsGone();
        assertThat(node.jobs()).hasSize(1);
        assertThat(cluster.find("/imagescans/")
                        .getFirst()
                        .path("status")
                        .path("attempts")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void aJobWhoseImageRunsNoMoreIsDeletedAtTheStart() throws InterruptedException {
        node.behave(job -> new ScanNode.Behaviour.Hangs());
        runWorkload("team-a", "web-1");
        startController();
        await().atMost(20, SECONDS).untilAsserted(() -> assertThat(node.jobs()).hasSize(1));
        stopController();
        cluster.remove("/api/v1/namespaces/team-a/pods/web-1-a");
        cluster.remove("/apis/apps/v1/namespaces/team-a/replicasets/web-1");

        startController();

        awaitJobsGone();
    }

    @Test
    void aResultThatCouldNotBeWrittenIsReadAgainWithoutASecondJob() {
        cluster.refuse(call -> call.method().equals("POST") && call.path().contains("aquasecurity"), 503);
        runWorkload("team-a", "web-1");
        startController();
        await().atMost(20, SECONDS)
                .until(() -> cluster.calls().stream()
                        .anyMatch(call ->
                                call.method().equals("POST") && call.path().contains("aquasecurity")));

        cluster.refuseNothing();

        awaitReports("vulnerabilityreports", 1);
        assertThat(node.jobs()).hasSize(1);
    }
}
