package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.registry.OciRegistry;
import dev.breakwater.controller.scan.ScannerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that no node has pulled, that a node names in words of its own. */
@NullUnmarked
class UnidentifiedImagesTest extends ControllerScene {
    private static final String CONFIGURATION = "c".repeat(64);
    private static final RetrySettings RETRY = new RetrySettings(Duration.ofMillis(300), Duration.ofSeconds(1));

    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private HttpServer registry;

    @AfterEach
    void stopRegistry() {
        if (registry != null) {
            registry.stop(0);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ErrImagePull | registry.example/shop/web:1: not found | ImageNotPulled",
                "ImagePullBackOff | Back-off pulling image \"registry.example/shop/web:1\" | ImageNotPulled",
                "ErrImageNeverPull | Container image is not present with pull policy of Never | ImageNotPulled",
                "InvalidImageName | couldn't parse image name | InvalidImageName"
            })
    void anImageThatNoNodeCouldPullIsAnImageScanAndAnEventUntilOneDoes(String waiting, String words, String reason) {
        ObjectNode replicaSet = waitingPod("app", "containerStatuses", waiting, words);
        startController();

        JsonNode scan = awaitOnlyScan(reason);
        assertThat(scan.at("/status/phase").asText()).isEqualTo("Failed");
        assertThat(scan.at("/status/message").asText()).contains(words);
        assertThat(scan.at("/metadata/name").asText()).matches("reference-[0-9a-f]{40}");
        assertThat(scan.at("/spec/repository").asText()).isEqualTo("registry.example/shop/web");
        assertThat(scan.at("/spec").has("digest")).isFalse();
        assertThat(scan.toString()).doesNotContain("team-a").doesNotContain("web-1");
        JsonNode event = awaitEvent("ScanFailed" + reason);
        assertThat(event.at("/involvedObject/name").asText()).isEqualTo("web-1");
        assertThat(event.at("/involvedObject/fieldPath").asText()).isEqualTo("spec.containers{app}");
        assertThat(event.path("message").asText()).contains(words);
        assertThat(node.jobs()).isEmpty();

        cluster.put("/api/v1/namespaces/team-a/pods", Objects.pod("team-a", "web-1-a", replicaSet, IMAGE, IMAGE_ID));
        awaitReports("vulnerabilityreports", 1);
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/imagescans/"))
                        .hasSize(1)
                        .allSatisfy(left ->
                                assertThat(left.at("/spec/digest").asText()).isEqualTo(DIGEST)));
    }

    @Test
    void whatTheKubeletSaidFirstStaysWhenItOnlySaysThatItWaits() {
        ObjectNode replicaSet = waitingPod("app", "containerStatuses", "ErrImagePull", "not found");
        startController();
        awaitOnlyScan("ImageNotPulled");
        ObjectNode pod = Objects.pod("team-a", "web-1-a", replicaSet, IMAGE, "");
        waits(pod, "containerStatuses", 0, "ImagePullBackOff", "Back-off pulling image \"x\"");
        cluster.put("/api/v1/namespaces/team-a/pods", pod);
        ObjectNode other = Objects.pod("team-b", "same", null, IMAGE, "");
        waits(other, "containerStatuses", 0, "ImagePullBackOff", "Back-off pulling image \"x\"");
        cluster.put("/api/v1/namespaces/team-b/pods", other);
        await().atMost(30, SECONDS).until(() -> cluster.find("/events/").size() == 2);

        assertThat(awaitOnlyScan("ImageNotPulled").at("/status/message").asText())
                .contains("not found");
    }

    @ParameterizedTest
    @CsvSource({
        "initContainers, initContainerStatuses",
        "ephemeralContainers, ephemeralContainerStatuses",
    })
    void itIsSaidOfContainersOfEveryKind(String field, String statuses) {
        ObjectNode replicaSet = cluster.put(
                "/apis/apps/v1/namespaces/team-a/replicasets", Objects.replicaSet("team-a", "web-1", "", IMAGE, 1));
        ObjectNode pod = Objects.pod("team-a", "web-1-a", replicaSet, IMAGE, IMAGE_ID);
        ((ObjectNode) pod.path("spec"))
                .putArray(field)
                .addObject()
                .put("name", "extra")
                .put("image", "registry.example/shop/extra:2");
        ((ObjectNode) pod.path("status"))
                .putArray(statuses)
                .addObject()
                .put("name", "extra")
                .put("imageID", "")
                .withObject("/state/waiting")
                .put("reason", "ErrImagePull")
                .put("message", "no such host");
        cluster.put("/api/v1/namespaces/team-a/pods", pod);
        startController();

        JsonNode event = awaitEvent("ScanFailedImageNotPulled");
        assertThat(event.at("/involvedObject/fieldPath").asText()).isEqualTo("spec." + field + "{extra}");
        awaitReports("vulnerabilityreports", 1);
        assertThat(cluster.find("/imagescans/reference-")).hasSize(1);
    }

    @Test
    void aPodThatIsPendingForMinutesIsSaidToBeAndOneThatHasJustComeIsNot() {
        waitingPod("app", "containerStatuses", "ContainerCreating", "");
        ObjectNode unscheduled = Objects.pod("team-b", "lonely", null, "registry.example/shop/late:1", "");
        ((ObjectNode) unscheduled.path("metadata"))
                .put("creationTimestamp", Instant.now().minusSeconds(600).toString());
        ((ObjectNode) unscheduled.path("status")).remove("containerStatuses");
        ((ObjectNode) unscheduled.path("status"))
                .putArray("conditions")
                .addObject()
                .put("type", "PodScheduled")
                .put("status", "False")
                .put("message", "0/3 nodes are available");
        putAsIs("/api/v1/namespaces/team-b/pods", unscheduled);
        startController();

        JsonNode scan = awaitOnlyScan("NotStarted");
        assertThat(scan.at("/status/phase").asText()).isEqualTo("Pending");
        assertThat(scan.at("/spec/repository").asText()).isEqualTo("registry.example/shop/late");
        assertThat(awaitEvent("ScanFailedNotStarted").path("message").asText()).contains("0/3 nodes are available");
    }

    @Test
    void whatWasSaidOfAnImageGoesWithTheLastWorkloadThatWantsIt() {
        waitingPod("app", "containerStatuses", "ErrImagePull", "not found");
        ObjectNode other = Objects.pod("team-b", "same", null, IMAGE, "");
        waits(other, "containerStatuses", 0, "ErrImagePull", "not found");
        cluster.put("/api/v1/namespaces/team-b/pods", other);
        startController();
        awaitOnlyScan("ImageNotPulled");
        await().atMost(30, SECONDS).until(() -> cluster.find("/events/").size() == 2);

        cluster.remove("/api/v1/namespaces/team-b/pods/same");
        runWorkload("team-c", "probe", "registry.example/other:1");
        awaitReports("vulnerabilityreports", 1);
        assertThat(cluster.find("/imagescans/reference-")).hasSize(1);

        cluster.remove("/api/v1/namespaces/team-a/pods/web-1-a");
        cluster.remove("/apis/apps/v1/namespaces/team-a/replicasets/web-1");
        await().atMost(30, SECONDS)
                .until(() -> cluster.find("/imagescans/reference-").isEmpty());
    }

    /** As it stands in the store after a restart: said by a controller before this one, of an image that is known now. */
    @Test
    void whatAControllerBeforeSaidOfAnImageThatIsKnownNowIsTakenBack() {
        cluster.put("/apis/breakwater.dev/v1alpha1/imagescans", """
                {"metadata":{"name":"reference-0000"},"spec":{},"status":{"phase":"Failed","reason":"ImageNotPulled"}}""");
        runWorkload("team-a", "web-1");
        startController();
        await().atMost(30, SECONDS)
                .until(() -> cluster.find("/imagescans/reference-").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "docker://sha256:"})
    void anIdOfAConfigurationIsNoDigestAndTheSpecsIsTaken(String prefix) {
        String image = "registry.example/shop/web:1@" + DIGEST;
        pod("team-a", "by-digest", image, prefix + CONFIGURATION);
        runWorkload("team-b", "web-1");
        startController();

        awaitReports("vulnerabilityreports", 2);
        assertThat(node.jobs()).hasSize(1);
        assertThat(cluster.find("/vulnerabilityreports/")).allSatisfy(report -> {
            assertThat(report.at("/report/artifact/digest").asText()).isEqualTo(DIGEST);
            assertThat(report.toString()).doesNotContain(CONFIGURATION.substring(0, 40));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "docker://sha256:"})
    void withoutADigestInTheSpecTheRegistryIsAskedForTheTags(String prefix) throws IOException {
        String digest = serve("shop/web", "1", """
                {"schemaVersion":2,"config":{"digest":"sha256:%s"},"layers":[]}""".formatted(CONFIGURATION));
        pod("team-a", "by-tag", host() + "/shop/web:1", prefix + CONFIGURATION);
        startController(RETRY, withPlainRegistry());

        awaitReports("vulnerabilityreports", 1);
        JsonNode report = cluster.find("/vulnerabilityreports/").getFirst();
        assertThat(report.at("/report/artifact/digest").asText()).isEqualTo(digest);
        assertThat(report.at("/report/artifact/tag").asText()).isEqualTo("1");
        assertThat(lastArgument(node.jobs().getFirst())).isEqualTo(host() + "/shop/web@" + digest);
        assertThat(cluster.find("/events/")).isEmpty();
    }

    @Test
    void inAnIndexTheNodesPlatformIsLookedAt() throws IOException {
        String child = serve("shop/web", "child", """
                {"schemaVersion":2,"config":{"digest":"sha256:%s"},"layers":[]}""".formatted(CONFIGURATION));
        manifests.put("/v2/shop/web/manifests/" + child, manifests.get("/v2/shop/web/manifests/child"));
        String index = serve("shop/web", "1", """
                {"schemaVersion":2,"manifests":[{"digest":"sha256:00","platform":{"os":"linux","architecture":"arm64"}},
                 {"digest":"%s","platform":{"os":"linux","architecture":"amd64"}}]}""".formatted(child));
        pod("team-a", "by-tag", host() + "/shop/web:1", CONFIGURATION);
        startController(RETRY, withPlainRegistry());

        awaitReports("vulnerabilityreports", 1);
        assertThat(cluster.find("/vulnerabilityreports/")
                        .getFirst()
                        .at("/report/artifact/digest")
                        .asText())
                .isEqualTo(index);
        assertThat(cluster.find("/events/")).isEmpty();
    }

    @Test
    void aTagThatNamesOtherContentThanRunsIsScannedAndSaidToBe() throws IOException {
        serve("shop/web", "1", "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:00\"},\"layers\":[]}");
        pod("team-a", "by-tag", host() + "/shop/web:1", CONFIGURATION);
        startController(RETRY, withPlainRegistry());

        awaitReports("vulnerabilityreports", 1);
        assertThat(awaitEvent("ScannedByTag").path("message").asText()).contains(CONFIGURATION);
    }

    @Test
    void whereTheRegistryDoesNotHelpItIsSaidAndAskedAgain() throws IOException {
        registry();
        pod("team-a", "by-tag", host() + "/shop/web:1", CONFIGURATION);
        startController(RETRY, withPlainRegistry());

        JsonNode scan = awaitOnlyScan("DigestUnknown");
        assertThat(scan.at("/status/message").asText()).contains(CONFIGURATION).contains("404");
        assertThat(awaitEvent("ScanFailedDigestUnknown").path("message").asText())
                .contains(host() + "/shop/web:1");

        serve("shop/web", "1", """
                {"schemaVersion":2,"config":{"digest":"sha256:%s"},"layers":[]}""".formatted(CONFIGURATION));
        awaitReports("vulnerabilityreports", 1);
        await().atMost(30, SECONDS)
                .until(() -> cluster.find("/imagescans/reference-").isEmpty());
    }

    private ObjectNode waitingPod(String container, String statuses, String reason, String words) {
        ObjectNode replicaSet = cluster.put(
                "/apis/apps/v1/namespaces/team-a/replicasets", Objects.replicaSet("team-a", "web-1", "", IMAGE, 1));
        ObjectNode pod = Objects.pod("team-a", "web-1-a", replicaSet, IMAGE, "");
        waits(pod, statuses, 0, reason, words);
        cluster.put("/api/v1/namespaces/team-a/pods", pod);
        return replicaSet;
    }

    private static void waits(ObjectNode pod, String statuses, int index, String reason, String words) {
        ((ObjectNode) ((ArrayNode) pod.path("status").path(statuses)).get(index))
                .withObject("/state/waiting")
                .put("reason", reason)
                .put("message", words);
    }

    private void pod(String namespace, String name, String image, String imageId) {
        cluster.put("/api/v1/namespaces/" + namespace + "/pods", Objects.pod(namespace, name, null, image, imageId));
    }

    /** The API in memory gives a new object a time of its own. */
    private void putAsIs(String collection, ObjectNode object) {
        cluster.put(collection, object.deepCopy());
        object.withObject("/metadata")
                .put(
                        "uid",
                        cluster.find(collection).getFirst().at("/metadata/uid").asText());
        cluster.put(collection, object);
    }

    private JsonNode awaitOnlyScan(String reason) {
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/imagescans/"))
                        .hasSize(1)
                        .allSatisfy(scan ->
                                assertThat(scan.at("/status/reason").asText()).isEqualTo(reason)));
        return cluster.find("/imagescans/").getFirst();
    }

    private JsonNode awaitEvent(String reason) {
        await().atMost(30, SECONDS)
                .until(() -> cluster.find("/events/").stream()
                        .anyMatch(event -> event.path("reason").asText().equals(reason)));
        return cluster.find("/events/").stream()
                .filter(event -> event.path("reason").asText().equals(reason))
                .findFirst()
                .orElseThrow();
    }

    private static String lastArgument(ObjectNode job) {
        JsonNode arguments = job.at("/spec/template/spec/containers/0/args");
        return arguments.get(arguments.size() - 1).asText();
    }

    private void registry() throws IOException {
        if (registry == null) {
            registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            registry.createContext("/", exchange -> {
                byte[] manifest = manifests.get(exchange.getRequestURI().getPath());
                exchange.sendResponseHeaders(manifest == null ? 404 : 200, manifest == null ? -1 : manifest.length);
                if (manifest != null) {
                    exchange.getResponseBody().write(manifest);
                }
                exchange.close();
            });
            registry.start();
        }
    }

    private String serve(String repository, String tag, String manifest) throws IOException {
        registry();
        byte[] body = manifest.getBytes(StandardCharsets.UTF_8);
        manifests.put("/v2/" + repository + "/manifests/" + tag, body);
        return OciRegistry.digest(body);
    }

    private String host() {
        return "127.0.0.1:" + registry.getAddress().getPort();
    }

    private ScannerSettings withPlainRegistry() {
        return ScannerSettings.defaults().with(ScannerSettings.PLAIN_REGISTRIES, List.of(host()));
    }
}
