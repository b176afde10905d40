package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.lease.LeaseSettings;
import dev.breakwater.controller.scan.ScanTarget;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The controller against a real control plane without a node: Deployments, ReplicaSets, Jobs, garbage collection, Events and Leases are real; what a
 * kubelet would write into a pod's status the test writes. The report kinds are CRDs here: the controller is a client of the API and cannot tell.
 */
@Tag("cluster")
@NullUnmarked
class ControllerClusterTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.alone();

    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    Path folder;

    private final String suffix = UUID.randomUUID().toString().substring(0, 8);
    private final String own = "breakwater-" + suffix;
    private final String team = "team-" + suffix;
    private final String image = "registry.example/shop/web-" + suffix + ":1";
    private final String digest = Objects.digest(image);
    private final String imageId = "registry.example/shop/web-" + suffix + "@" + digest;
    private TestControllers controllers;
    private Kubectl kubectl;

    @BeforeEach
    void prepare() {
        Cluster cluster = controlPlane.cluster();
        kubectl = cluster.kubectl();
        controllers = new TestControllers(cluster);
        kubectl.succeed("create", "namespace", own);
        kubectl.succeed("create", "namespace", team);
        kubectl.run("create", "serviceaccount", "breakwater-scan", "-n", own);
        kubectl.succeed("create", "deployment", "web", "--image=" + image, "-n", team);
        await().atMost(30, SECONDS).until(() -> !pods(team).isEmpty());
    }

    @AfterEach
    void stop() throws InterruptedException {
        controllers.close();
        kubectl.succeed("delete", "namespace", own, team, "--wait=false");
    }

    @Test
    void aScanThatRunsOutOfMemoryIsAnImageScanAndAnEventOnTheWorkload() {
        controllers.startWithLeastPermissions(settings(), folder);
        nodeReportsDigest();
        await().atMost(30, SECONDS).until(() -> !pods(own).isEmpty());

        patchStatus(own, pods(own).getFirst(), """
                {"status":{"phase":"Failed","containerStatuses":[{"name":"trivy","image":"x","imageID":"x","ready":false,
                 "restartCount":0,"state":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}}]}}""");

        await().atMost(30, SECONDS).untilAsserted(() -> {
            JsonNode status = get("imagescan", scanName()).path("status");
            assertThat(status.path("phase").asText()).isEqualTo("Failed");
            assertThat(status.path("reason").asText()).isEqualTo("OutOfMemory");
            assertThat(status.path("attempts").asInt()).isEqualTo(1);
        });
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(kubectl.succeed("get", "events", "-n", team, "-o", "json"))
                        .contains("ScanFailedOutOfMemory")
                        .contains("spec.containers{web-" + suffix + "}"));
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(kubectl.succeed("get", "jobs", "-n", own, "-o", "name"))
                        .isBlank());
        assertThat(kubectl.succeed("get", "vulnerabilityreports", "-n", team, "-o", "name"))
                .isBlank();
    }

    @Test
    void aKnownDigestNeedsNoJobAndItsReportsGoWithTheirDeployment() {
        for (String kind : List.of("VulnerabilityReport", "ExposedSecretReport", "SbomReport")) {
            kubectl.apply(knownReport(kind));
        }
        controllers.start(settings());
        nodeReportsDigest();

        await().atMost(30, SECONDS).until(() -> reportsOfTheTeam().size() == 3);
        JsonNode report = get("vulnerabilityreports", reportsOfTheTeam().getFirst(), "-n", team);
        assertThat(report.at("/metadata/ownerReferences/0/kind").asText()).isEqualTo("ReplicaSet");
        assertThat(report.at("/report/artifact/digest").asText()).isEqualTo(digest);
        assertThat(kubectl.succeed("get", "jobs", "-n", own, "-o", "name")).isBlank();

        kubectl.succeed("delete", "deployment", "web", "-n", team);
        await().atMost(60, SECONDS).until(() -> reportsOfTheTeam().isEmpty());
    }

    @Test
    void aSecondControllerWaitsForTheLeaseAndTakesOver() throws InterruptedException {
        Controller first = controllers.start(settings());
        Controller second = controllers.launch(settings());
        await().atMost(30, SECONDS).until(first::isReady);
        nodeReportsDigest();
        await().atMost(30, SECONDS).until(() -> pods(own).size() == 1);
        assertThat(second.isReady()).isFalse();

        first.close();

        await().atMost(40, SECONDS).until(second::isReady);
        // The Job of the first goes on: the second has adopted it.
        assertThat(pods(own)).hasSize(1);
    }

    @Test
    void anImageThatNoNodeCouldPullIsSaidUntilOneDoes() {
        controllers.startWithLeastPermissions(settings(), folder);
        patchStatus(team, pods(team).getFirst(), """
                {"status":{"containerStatuses":[{"name":"web-%s","image":"%s","imageID":"","ready":false,"restartCount":0,
                 "state":{"waiting":{"reason":"ImagePullBackOff","message":"ErrImagePull: not found"}}}]}}""".formatted(suffix, image));

        await().atMost(30, SECONDS).untilAsserted(() -> {
            JsonNode scan = get("imagescan", ScanTarget.nameOfReference(image));
            assertThat(scan.at("/status/reason").asText()).isEqualTo("ImageNotPulled");
            assertThat(scan.at("/status/message").asText()).contains("not found");
        });
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(kubectl.succeed("get", "events", "-n", team, "-o", "json"))
                        .contains("ScanFailedImageNotPulled"));

        nodeReportsDigest();
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(kubectl.succeed("get", "imagescans", "-o", "name"))
                        .doesNotContain(ScanTarget.nameOfReference(image))
                        .contains(scanName()));
    }

    @Test
    void workloadsWhoseNamesJoinToOneKeepTheirReportsWhenTheOtherGoes() {
        for (String kind : List.of("VulnerabilityReport", "ExposedSecretReport", "SbomReport")) {
            kubectl.apply(knownReport(kind));
        }
        controllers.start(settings());
        statefulSet("web", "api-cache");
        statefulSet("web-api", "cache");

        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(reportsOfTheTeam())
                        .hasSize(6)
                        .filteredOn("statefulset-web-api-cache"::equals)
                        .hasSize(3));

        kubectl.succeed("delete", "statefulset", "web", "-n", team);
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(kubectl.succeed(
                                "get",
                                "vulnerabilityreports,exposedsecretreports,sbomreports",
                                "-n",
                                team,
                                "-o",
                                "jsonpath={.items[*].metadata.ownerReferences[*].name}"))
                        .isEqualTo("web-api web-api web-api"));
    }

    private void statefulSet(String name, String container) {
        kubectl.apply("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: %s, namespace: %s}
                spec:
                  serviceName: %s
                  selector: {matchLabels: {app: %s}}
                  template:
                    metadata: {labels: {app: %s}}
                    spec: {containers: [{name: %s, image: "%s"}]}
                """.formatted(name, team, name, name, name, container, image));
        await().atMost(30, SECONDS).until(() -> pods(team).contains(name + "-0"));
        patchStatus(team, name + "-0", """
                {"status":{"phase":"Running","containerStatuses":[{"name":"%s","image":"x","imageID":"%s","ready":true,
                 "restartCount":0,"state":{"running":{}}}]}}""".formatted(container, imageId));
    }

    /** As the kubelet would: only from then on is it known what runs. */
    private void nodeReportsDigest() {
        patchStatus(team, pods(team).getFirst(), """
                {"status":{"phase":"Running","containerStatuses":[{"name":"web-%s","image":"x","imageID":"%s","ready":true,
                 "restartCount":0,"state":{"running":{}}}]}}""".formatted(suffix, imageId));
    }

    private void patchStatus(String namespace, String pod, String patch) {
        kubectl.succeed("patch", "pod", pod, "-n", namespace, "--subresource=status", "--type=strategic", "-p", patch);
    }

    private List<String> pods(String namespace) {
        return names(kubectl.succeed("get", "pods", "-n", namespace, "-o", "name"));
    }

    private List<String> reportsOfTheTeam() {
        return names(kubectl.succeed(
                "get", "vulnerabilityreports,exposedsecretreports,sbomreports", "-n", team, "-o", "name"));
    }

    private static List<String> names(String lines) {
        return lines.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.substring(line.indexOf('/') + 1))
                .toList();
    }

    private JsonNode get(String kind, String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("get", kind, name, "-o", "json"));
        arguments.addAll(List.of(more));
        try {
            return MAPPER.readTree(kubectl.succeed(arguments.toArray(String[]::new)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String scanName() {
        return ScanTarget.name(
                RunningImage.of(imageId, Platform.LINUX_AMD64).orElseThrow(),
                settings().scanner().hash());
    }

    private String knownReport(String kind) {
        return """
                apiVersion: aquasecurity.github.io/v1alpha1
                kind: %s
                metadata:
                  name: known-%s
                  namespace: %s
                  labels: {breakwater.dev/image-scan: "%s"}
                report:
                  updateTimestamp: "%s"
                  scanner: {name: Trivy, vendor: Aqua Security, version: 0.72.0}
                  summary: {criticalCount: 1}
                  vulnerabilities: []
                  secrets: []
                  components: {bomFormat: CycloneDX}
                """.formatted(kind, suffix, own, scanName(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private ControllerSettings settings() {
        return ControllerSettings.defaults()
                .with(ControllerSettings.NAMESPACE, own)
                .with(ControllerSettings.TARGET_NAMESPACES, List.of(team))
                .with(ControllerSettings.WORK_FOLDER, folder)
                .with(ControllerSettings.PROBE_PORT, 0)
                .with(AuditSettings.ENABLED, false)
                .with(new LeaseSettings(
                        true, "controller", Duration.ofSeconds(6), Duration.ofSeconds(4), Duration.ofSeconds(1)));
    }
}
