package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.compliance.ComplianceSettings;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.ScanNode;
import dev.breakwater.controller.lease.LeaseSettings;
import dev.breakwater.controller.nodes.CollectorSettings;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole controller against an API in memory; nodes and Trivy are played, everything between is real. */
@NullUnmarked
class ControllerTest {
    private static final String REPORTS = "/apis/aquasecurity.github.io/v1alpha1/namespaces/";
    private static final String IMAGE = "registry.example/shop/web:1";
    private static final String DIGEST = Objects.digest(IMAGE);
    private static final String IMAGE_ID = "registry.example/shop/web@" + DIGEST;

    @TempDir
    Path folder;

    private InMemoryKubernetes cluster;
    private ScanNode node;
    private Controller controller;
    private Thread runner;

    @BeforeEach
    void start() throws IOException {
        cluster = new InMemoryKubernetes();
        node = new ScanNode(cluster, job -> new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (controller != null) {
            stopController();
        }
        cluster.close();
    }

    @Test
    void threeWorkloadsOfOneDigestNeedOneJobAndGetThreeReportsOfEachKind() {
        for (String namespace : List.of("team-a", "team-b", "team-c")) {
            runWorkload(namespace, "web-1");
        }
        startController();

        awaitReports("vulnerabilityreports", 3);
        awaitReports("exposedsecretreports", 3);
        awaitReports("sbomreports", 3);
        assertThat(node.jobs()).hasSize(1);
    }

    @Test
    void aReportIsNamedLabelledAndOwnedLikeTheOriginals() {
        ObjectNode replicaSet = runWorkload("team-a", "web-1");
        startController();
        awaitReports("vulnerabilityreports", 1);

        ObjectNode report = cluster.get(REPORTS + "team-a/vulnerabilityreports/replicaset-web-1-app");
        assertThat(report).isNotNull();
        ObjectNode labels = (ObjectNode) report.path("metadata").path("labels");
        assertThat(labels.path("trivy-operator.resource.kind").asText()).isEqualTo("ReplicaSet");
        assertThat(labels.path("trivy-operator.resource.name").asText()).isEqualTo("web-1");
        assertThat(labels.path("trivy-operator.resource.namespace").asText()).isEqualTo("team-a");
        assertThat(labels.path("trivy-operator.container.name").asText()).isEqualTo("app");
        assertThat(labels.path("app.kubernetes.io/managed-by").asText()).isEqualTo("trivy-operator");
        assertThat(labels.path("resource-spec-hash").asText()).matches("[456789bcdf]{1,10}");
        assertThat(labels.path("breakwater.dev/image-digest").asText()).isEqualTo("sha256-" + DIGEST.substring(7, 47));
        ObjectNode owner =
                (ObjectNode) report.path("metadata").path("ownerReferences").path(0);
        assertThat(owner.path("uid")).isEqualTo(replicaSet.path("metadata").path("uid"));
        assertThat(owner.path("controller").asBoolean()).isTrue();
        assertThat(owner.path("blockOwnerDeletion").asBoolean(true)).isFalse();
        assertThat(report.path("report").path("artifact").path("repository").asText())
                .isEqualTo("shop/web");
        assertThat(report.path("report").path("artifact").path("tag").asText()).isEqualTo("1");
        assertThat(report.path("report").path("artifact").path("digest").asText())
                .isEqualTo(DIGEST);
        assertThat(report.path("report").path("registry").path("server").asText())
                .isEqualTo("registry.example");
    }

    @Test
    void aNewWorkloadOfAKnownDigestGetsItsReportsWithoutAJob() {
        runWorkload("team-a", "web-1");
        startController();
        awaitReports("sbomreports", 1);
        awaitJobsGone();

        runWorkload("team-b", "shop-7");

        awaitReports("vulnerabilityreports", 2);
        awaitReports("exposedsecretreports", 2);
        awaitReports("sbomreports", 2);
        assertThat(node.jobs()).hasSize(1);
        ObjectNode first = cluster.get(REPORTS + "team-a/vulnerabilityreports/replicaset-web-1-app");
        ObjectNode second = cluster.get(REPORTS + "team-b/vulnerabilityreports/replicaset-shop-7-app");
        assertThat(second.path("report")).isEqualTo(first.path("report"));
    }

    @Test
    void aDeletedReportComesBackFromItsTwinAndALastOneFromANewScan() {
        runWorkload("team-a", "web-1");
        runWorkload("team-b", "web-1");
        startController();
        awaitReports("sbomreports", 2);
        awaitJobsGone();

        cluster.remove(REPORTS + "team-a/vulnerabilityreports/replicaset-web-1-app");
        awaitReports("vulnerabilityreports", 2);
        assertThat(node.jobs()).hasSize(1);

        node.behave(job -> new ScanNode.Behaviour.Hangs());
        cluster.refuse(call -> call.method().equals("POST") && call.path().endsWith("/vulnerabilityreports"), 503);
        cluster.remove(REPORTS + "team-a/vulnerabilityreports/replicaset-web-1-app");
        cluster.remove(REPORTS + "team-b/vulnerabilityreports/replicaset-web-1-app");
        cluster.refuseNothing();
        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(node.jobs()).hasSize(2));
        node.behave(job -> new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));
        node.run(node.jobs().getLast());
        awaitReports("vulnerabilityreports", 2);
    }

    @Test
    void aPodWithoutADigestWaits() {
        ObjectNode replicaSet = cluster.put(
                "/apis/apps/v1/namespaces/team-a/replicasets", Objects.replicaSet("team-a", "web-1", "", IMAGE, 1));
        cluster.put("/api/v1/namespaces/team-a/pods", Objects.pod("team-a", "web-1-a", replicaSet, IMAGE, ""));
        startController();
        assertThat(node.jobs()).isEmpty();

        cluster.put("/api/v1/namespaces/team-a/pods", Objects.pod("team-a", "web-1-a", replicaSet, IMAGE, IMAGE_ID));
        awaitReports("vulnerabilityreports", 1);
    }

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

    @Test
    void neverMoreJobsThanAllowedAndTheOthersWaitTheirTurn() {
        node.behave(job -> new ScanNode.Behaviour.Hangs());
        int limit = JobSettings.defaults().concurrent();
        for (int i = 0; i < limit + 3; i++) {
            runWorkload("team-a", "web-" + i, "registry.example/app" + i + ":1");
        }
        startController();
        await().atMost(30, SECONDS).untilAsserted(() -> {
            assertThat(node.jobs()).hasSize(limit);
            // Those without a Job say so; only then is it known that they were asked for and wait.
            assertThat(cluster.find("/imagescans/").stream()
                            .filter(scan ->
                                    scan.path("status").path("phase").asText().equals("Pending")))
                    .hasSize(3);
        });

        node.behave(job -> new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));
        node.run(node.jobs().getFirst());
        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(node.jobs()).hasSize(limit + 3));
        assertThat(cluster.find("/jobs/")).hasSizeLessThanOrEqualTo(limit);
    }

    @Test
    void anImageScanOfAnImageThatRunsNoMoreGoesAfterADay() {
        cluster.put("/apis/breakwater.dev/v1alpha1/imagescans", """
                {"metadata":{"name":"old"},"status":{"phase":"Failed","lastAttempt":"2020-01-01T00:00:00Z"}}""");
        cluster.put("/apis/breakwater.dev/v1alpha1/imagescans", """
                {"metadata":{"name":"recent"},"status":{"phase":"Failed","lastAttempt":"%s"}}""".formatted(Instant.now()));
        startController();

        await().atMost(20, SECONDS).until(() -> cluster.get("/apis/breakwater.dev/v1alpha1/imagescans/old") == null);
        assertThat(cluster.get("/apis/breakwater.dev/v1alpha1/imagescans/recent"))
                .isNotNull();
    }

    @Test
    void noReportIsWrittenForAWorkloadThatIsBeingDeleted() {
        ObjectNode replicaSet = Objects.replicaSet("team-a", "web-1", "", IMAGE, 1);
        ((ObjectNode) replicaSet.path("metadata"))
                .put("deletionTimestamp", Instant.now().toString());
        cluster.put("/apis/apps/v1/namespaces/team-a/replicasets", replicaSet);
        cluster.put("/api/v1/namespaces/team-a/pods", Objects.pod("team-a", "web-1-a", replicaSet, IMAGE, IMAGE_ID));
        runWorkload("team-b", "web-1");
        startController();

        awaitReports("sbomreports", 1);
        assertThat(cluster.find("namespaces/team-a/vulnerabilityreports")).isEmpty();
    }

    @Test
    void reportsOfAnOldRevisionGoWhenTheNewOneRuns() {
        cluster.put(
                "/apis/apps/v1/namespaces/team-a/replicasets",
                Objects.replicaSet("team-a", "web-1", "deployment-uid", IMAGE, 1));
        ObjectNode old = cluster.get("/apis/apps/v1/namespaces/team-a/replicasets/web-1");
        cluster.put("/api/v1/namespaces/team-a/pods", Objects.pod("team-a", "web-1-a", old, IMAGE, IMAGE_ID));
        startController();
        awaitReports("vulnerabilityreports", 1);

        ObjectNode next = cluster.put(
                "/apis/apps/v1/namespaces/team-a/replicasets",
                Objects.replicaSet("team-a", "web-2", "deployment-uid", IMAGE, 1));
        cluster.put("/api/v1/namespaces/team-a/pods", Objects.pod("team-a", "web-2-a", next, IMAGE, IMAGE_ID));
        awaitReports("vulnerabilityreports", 2);
        cluster.remove("/api/v1/namespaces/team-a/pods/web-1-a");
        ((ObjectNode) old.path("spec")).put("replicas", 0);
        cluster.put("/apis/apps/v1/namespaces/team-a/replicasets", old);

        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/vulnerabilityreports/").stream()
                                .map(report ->
                                        report.path("metadata").path("name").asText()))
                        .containsExactly("replicaset-web-2-app"));
        assertThat(node.jobs()).hasSize(1);
    }

    private ObjectNode runWorkload(String namespace, String name) {
        return runWorkload(namespace, name, IMAGE);
    }

    private ObjectNode runWorkload(String namespace, String name, String image) {
        ObjectNode replicaSet = cluster.put(
                "/apis/apps/v1/namespaces/" + namespace + "/replicasets",
                Objects.replicaSet(namespace, name, "", image, 1));
        String imageId = image.substring(0, image.lastIndexOf(':')) + "@" + Objects.digest(image);
        cluster.put(
                "/api/v1/namespaces/" + namespace + "/pods",
                Objects.pod(namespace, name + "-a", replicaSet, image, imageId));
        return replicaSet;
    }

    private void awaitReports(String plural, int count) {
        await().atMost(30, SECONDS)
                .untilAsserted(
                        () -> assertThat(cluster.find("/" + plural + "/")).hasSize(count));
    }

    private void awaitJobsGone() {
        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/jobs/")).isEmpty());
    }

    private void startController() {
        startController(new RetrySettings(Duration.ofMinutes(1), Duration.ofMinutes(1)));
    }

    private void startController(RetrySettings retry) {
        ControllerSettings settings = new ControllerSettings(
                "breakwater",
                List.of(),
                List.of(),
                Platform.LINUX_AMD64,
                folder,
                0,
                ScannerSettings.defaults(),
                JobSettings.defaults(),
                retry,
                new LeaseSettings(false, "", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)),
                AuditSettings.defaults().disabled(),
                ComplianceSettings.defaults(),
                CollectorSettings.defaults());
        Pause quick = duration -> Pause.sleeping().of(Duration.ofMillis(10));
        Controller started = new Controller(settings, cluster.client(), Clock.systemUTC(), quick);
        controller = started;
        runner = Thread.ofVirtual().start(() -> {
            try {
                started.run();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().atMost(30, SECONDS).until(started::isReady);
    }

    private void stopController() throws InterruptedException {
        controller.close();
        runner.join();
        controller = null;
    }

    private static String trivy() {
        return resource("trivy-debian.json");
    }

    private static String sbom() {
        return resource("cyclonedx-debian.json");
    }

    private static String resource(String name) {
        try (InputStream in = ControllerTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
