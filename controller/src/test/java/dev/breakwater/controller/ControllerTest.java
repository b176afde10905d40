package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.ScanNode;
import dev.breakwater.controller.scan.JobSettings;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Running workloads become reports. */
@NullUnmarked
class ControllerTest extends ControllerScene {
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
}
