package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.expiry.ExpirySettings;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.ScanNode;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What runs for longer than its reports are good for. */
@NullUnmarked
class ExpiredReportsTest extends ControllerScene {
    private static final String OTHER = "registry.example/shop/api:1";
    private static final String REPORT = REPORTS + "team-a/vulnerabilityreports/replicaset-web-1-app";
    private static final String TTL = "trivy-operator.aquasecurity.github.io/report-ttl";

    @Test
    void anImageIsScannedAnewWhenItsReportsAreADayOldAndTheyAreNeverAway() {
        runWorkload("team-a", "web-1");
        runWorkload("team-b", "web-1");
        startController();
        awaitReports("sbomreports", 2);
        awaitJobsGone();
        JsonNode before = cluster.get(REPORT);

        clock.advance(Duration.ofHours(23));
        scanAnother("api-1", OTHER);
        assertThat(node.jobs()).hasSize(2);
        clock.advance(Duration.ofHours(2));

        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(node.jobs()).hasSize(3));
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/vulnerabilityreports/replicaset-web-1-app"))
                        .hasSize(2)
                        .allSatisfy(report -> assertThat(scannedAt(report)).isAfter(scannedAt(before))));
        awaitJobsGone();
        JsonNode after = cluster.get(REPORT);
        assertThat(after.at("/metadata/uid")).isEqualTo(before.at("/metadata/uid"));
        assertThat(Instant.parse(after.at("/report/updateTimestamp").asText())).isEqualTo(scannedAt(after));
        assertThat(cluster.calls())
                .filteredOn(call -> call.path().contains("/vulnerabilityreports"))
                .extracting(InMemoryKubernetes.Call::method)
                .doesNotContain("DELETE");
        assertThat(scan().at("/status/phase").asText()).isEqualTo("Succeeded");
        assertThat(scan().at("/status/staleSince").asText()).isEmpty();
        // The other image's are two hours old.
        assertThat(node.jobs()).hasSize(3);
    }

    @Test
    void aScanThatFailsLeavesTheReportsAndSaysSinceWhenTheyAreStale() {
        runWorkload("team-a", "web-1");
        startController();
        awaitReports("sbomreports", 1);
        awaitJobsGone();
        JsonNode before = cluster.get(REPORT);
        node.behave(job -> new ScanNode.Behaviour.Fails(
                "2026-11-21T10:00:00Z\tFATAL\tFatal error\trun error: GET https://registry.example/v2/shop/web/manifests/1: "
                        + "MANIFEST_UNKNOWN: manifest unknown",
                "Error"));
        clock.advance(Duration.ofHours(25));

        await().atMost(30, SECONDS)
                .until(() -> scan().at("/status/phase").asText().equals("Failed"));
        assertThat(scan().at("/status/reason").asText()).isEqualTo("ManifestUnknown");
        assertThat(Instant.parse(scan().at("/status/staleSince").asText()))
                .isEqualTo(scannedAt(before).plus(Duration.ofHours(24)));
        assertThat(scan().at("/status/counts/components").asInt()).isPositive();
        assertThat(cluster.get(REPORT)).isEqualTo(before);

        node.behave(job -> new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));
        clock.advance(Duration.ofMinutes(2));
        await().atMost(30, SECONDS)
                .until(() -> scan().at("/status/phase").asText().equals("Succeeded"));
        assertThat(scan().path("status").has("staleSince")).isFalse();
        assertThat(scannedAt(cluster.get(REPORT))).isAfter(scannedAt(before));
    }

    @ParameterizedTest
    @CsvSource({"1h0m0s, 3", "90m, 3", "120h0m0s, 2", "0s, 2", "1 day, 2"})
    void theShorterOfAnnotationAndSettingCounts(String annotation, int jobs) {
        runWorkload("team-a", "web-1");
        startController();
        awaitReports("sbomreports", 1);
        awaitJobsGone();
        ObjectNode report = cluster.get(REPORT);
        report.withObject("/metadata/annotations").put(TTL, annotation);
        cluster.put(REPORTS + "team-a/vulnerabilityreports", report);

        clock.advance(Duration.ofHours(2));
        scanAnother("api-1", OTHER);

        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(node.jobs()).hasSize(jobs));
        awaitJobsGone();
        assertThat(cluster.get(REPORT).at("/metadata/annotations").path(TTL).asText())
                .isEqualTo(annotation);
    }

    @Test
    void zeroIsForNever() {
        runWorkload("team-a", "web-1");
        startController(
                new RetrySettings(Duration.ofMinutes(1), Duration.ofMinutes(1)),
                ScannerSettings.defaults(),
                new ExpirySettings(Duration.ZERO));
        awaitReports("sbomreports", 1);
        clock.advance(Duration.ofDays(400));
        // A change of the workload is when its image is looked at anew.
        runWorkload("team-b", "web-1");
        awaitReports("sbomreports", 2);
        assertThat(node.jobs()).hasSize(1);
    }

    @Test
    void aReportThatMissedTheNewContentGetsItFromItsTwinWithoutAJob() {
        runWorkload("team-a", "web-1");
        runWorkload("team-b", "web-1");
        startController();
        awaitReports("sbomreports", 2);
        awaitJobsGone();
        Instant first = scannedAt(cluster.get(REPORT));
        cluster.refuse(call -> call.method().equals("PUT") && call.path().contains("team-b/vulnerabilityreports"), 500);
        clock.advance(Duration.ofHours(25));
        await().atMost(30, SECONDS).until(() -> scannedAt(cluster.get(REPORT)).isAfter(first));
        ObjectNode behind = cluster.get(REPORTS + "team-b/vulnerabilityreports/replicaset-web-1-app");
        assertThat(scannedAt(behind)).isEqualTo(first);

        cluster.refuseNothing();

        await().atMost(30, SECONDS)
                .untilAsserted(
                        () -> assertThat(cluster.get(REPORTS + "team-b/vulnerabilityreports/replicaset-web-1-app")
                                        .path("report"))
                                .isEqualTo(cluster.get(REPORT).path("report")));
        assertThat(node.jobs()).hasSize(2);
    }

    @Test
    void anImageWithoutReportsDoesNotWaitBehindThoseThatHaveOldOnes() {
        int limit = JobSettings.defaults().concurrent();
        for (int i = 0; i < 2 * limit; i++) {
            runWorkload("team-a", "web-" + i, "registry.example/app" + i + ":1");
        }
        startController();
        awaitReports("sbomreports", 2 * limit);
        awaitJobsGone();
        node.behave(job -> new ScanNode.Behaviour.Hangs());
        clock.advance(Duration.ofHours(25));
        await().atMost(30, SECONDS)
                .until(() -> cluster.find("/imagescans/").stream()
                                .filter(scan ->
                                        !scan.at("/status/staleSince").asText().isEmpty())
                                .count()
                        == 2L * limit);
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/jobs/")).hasSize(limit / 2));

        node.behave(job -> new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));
        runWorkload("team-b", "api-1", OTHER);
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("namespaces/team-b/sbomreports"))
                        .hasSize(1));
        assertThat(cluster.find("/jobs/")).hasSizeLessThanOrEqualTo(limit / 2 + 1);
    }

    @Test
    void theResultOfAJobThatWasLeftBehindIsNotTakenForANewOne() throws InterruptedException {
        runWorkload("team-a", "web-1");
        startController();
        awaitReports("sbomreports", 1);
        awaitJobsGone();
        stopController();
        // As if that controller had ended between the reports and the end of its Job.
        cluster.put("/apis/batch/v1/namespaces/breakwater/jobs", node.jobs().getFirst());
        node.run(node.jobs().getFirst());
        clock.advance(Duration.ofHours(25));
        startController();

        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(node.jobs()).hasSize(2));
        awaitJobsGone();
        assertThat(scannedAt(cluster.get(REPORT))).isAfter(Instant.now().plus(Duration.ofHours(24)));
    }

    /** By the end of it, whatever was due of the others has been found. */
    private void scanAnother(String name, String image) {
        int reports = cluster.find("/sbomreports/").size();
        runWorkload("team-c", name, image);
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/sbomreports/")).hasSize(reports + 1));
    }

    private static Instant scannedAt(JsonNode report) {
        return Instant.ofEpochSecond(
                report.at("/metadata/labels").path("breakwater.dev/scanned-at").asLong());
    }

    private JsonNode scan() {
        List<ObjectNode> scans = cluster.find("/imagescans/").stream()
                .filter(scan -> scan.at("/spec/digest").asText().equals(Objects.digest(IMAGE)))
                .toList();
        return scans.isEmpty() ? MissingNode.getInstance() : scans.getFirst();
    }
}
