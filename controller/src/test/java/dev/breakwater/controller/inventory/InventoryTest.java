package dev.breakwater.controller.inventory;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.Pauses;
import dev.breakwater.controller.scan.ScanJobs;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which workload a pod counts for, and what it is said to run (trivy-operator 2.2). */
@NullUnmarked
class InventoryTest {
    private static final String IMAGE = "registry.example/web:1";
    private static final String IMAGE_ID = "registry.example/web@" + Objects.digest(IMAGE);

    private InMemoryKubernetes cluster;
    private Inventory inventory;

    @BeforeEach
    void start() throws IOException {
        cluster = new InMemoryKubernetes();
        inventory = new Inventory(
                new KubeApi(cluster.client(), Pause.sleeping()),
                Pauses.loops(),
                new Gson(),
                new NamespaceScope(List.of(), List.of("kube-*")),
                Platform.LINUX_AMD64,
                ScanJobs::isOwn);
    }

    @AfterEach
    void stop() {
        inventory.close();
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({
        "apps/v1, ReplicaSet, replicasets",
        "apps/v1, StatefulSet, statefulsets",
        "apps/v1, DaemonSet, daemonsets",
        "v1, ReplicationController, replicationcontrollers",
        "batch/v1, Job, jobs"
    })
    void aPodCountsForItsController(String apiVersion, String kind, String plural) {
        ObjectNode owner = put(workload(apiVersion, kind, "web"), plural);
        put(Objects.pod("shop", "web-a", owner, IMAGE, IMAGE_ID), "pods");

        assertThat(onlyOwner()).isEqualTo(kind + " shop/web");
    }

    @Test
    void aJobsPodCountsForTheCronJobThatMadeTheJob() {
        ObjectNode cronJob = Objects.object("batch/v1", "CronJob", "shop", "nightly");
        cronJob.withObject("/spec/jobTemplate/spec/template").set("spec", Objects.podSpec(IMAGE));
        put(cronJob, "cronjobs");
        ObjectNode job = workload("batch/v1", "Job", "nightly-1");
        Objects.own(job, "batch/v1", "CronJob", "nightly", uid(cronJob));
        put(job, "jobs");
        put(Objects.pod("shop", "nightly-1-a", job, IMAGE, IMAGE_ID), "pods");

        assertThat(onlyOwner()).isEqualTo("CronJob shop/nightly");
    }

    @Test
    void aPodWithoutAControllerOrWithAForeignOneStandsForItself() {
        put(Objects.pod("shop", "bare", null, IMAGE, IMAGE_ID), "pods");
        assertThat(onlyOwner()).isEqualTo("Pod shop/bare");
    }

    @Test
    void aMirrorPodOfANodeStandsForItself() {
        ObjectNode mirror = Objects.pod("shop", "static", null, IMAGE, IMAGE_ID);
        Objects.own(mirror, "v1", "Node", "node-1", "node-uid");
        put(mirror, "pods");
        assertThat(onlyOwner()).isEqualTo("Pod shop/static");
    }

    @Test
    void initContainersRunImagesToo() {
        ObjectNode pod = Objects.pod("shop", "bare", null, IMAGE, IMAGE_ID);
        ((ObjectNode) pod.path("spec"))
                .putArray("initContainers")
                .addObject()
                .put("name", "migrate")
                .put("image", IMAGE);
        ((ObjectNode) pod.path("status"))
                .putArray("initContainerStatuses")
                .addObject()
                .put("name", "migrate")
                .put("imageID", IMAGE_ID);
        put(pod, "pods");
        begin();

        assertThat(inventory.running(image(Platform.LINUX_AMD64)))
                .extracting(RunningContainer::container)
                .containsExactlyInAnyOrder("app", "migrate");
    }

    @Test
    void thePlatformIsTheNodes() {
        ObjectNode node = Objects.object("v1", "Node", "", "arm");
        ((ObjectNode) node.path("metadata"))
                .putObject("labels")
                .put("kubernetes.io/os", "linux")
                .put("kubernetes.io/arch", "arm64");
        cluster.put("/api/v1/nodes", node);
        ObjectNode pod = Objects.pod("shop", "bare", null, IMAGE, IMAGE_ID);
        ((ObjectNode) pod.path("spec")).put("nodeName", "arm");
        put(pod, "pods");
        begin();

        assertThat(inventory.running(image(Platform.LINUX_AMD64))).isEmpty();
        assertThat(inventory.running(image(Platform.parse("linux/arm64")))).hasSize(1);
    }

    /** A rolling update, or a tag that has moved: the youngest pod is what the workload is becoming. */
    @Test
    void theYoungestPodSpeaksForAContainer() {
        ObjectNode owner = put(workload("apps/v1", "StatefulSet", "web"), "statefulsets");
        String other = "registry.example/web@" + Objects.digest("another");
        put(Objects.pod("shop", "web-0", owner, IMAGE, IMAGE_ID), "pods");
        ObjectNode younger = put(Objects.pod("shop", "web-1", owner, IMAGE, other), "pods");
        ((ObjectNode) younger.path("metadata")).put("creationTimestamp", "2999-01-01T00:00:00Z");
        begin();

        assertThat(inventory.images()).extracting(RunningImage::digest).containsExactly(Objects.digest("another"));
    }

    /** The old pods go on with the old image; of the new one there is nothing to scan yet, and that is to be said. */
    @Test
    void theImageOfARollingUpdateThatNoNodePullsIsKnownToBeUnknown() {
        ObjectNode owner = put(workload("apps/v1", "StatefulSet", "web"), "statefulsets");
        put(Objects.pod("shop", "web-0", owner, IMAGE, IMAGE_ID), "pods");
        put(Objects.pod("shop", "web-1", owner, "registry.example/web:2", ""), "pods");
        put(Objects.pod("shop", "web-2", owner, IMAGE, ""), "pods");
        begin();

        assertThat(inventory.running(image(Platform.LINUX_AMD64))).hasSize(1);
        assertThat(inventory.workload(uid(owner)).orElseThrow().unidentified())
                .singleElement()
                .satisfies(found -> assertThat(found.image()).isEqualTo("registry.example/web:2"));
    }

    @Test
    void aPodThatHasEndedOrIsGoingWaitsForNoImage() {
        ObjectNode ended = Objects.pod("shop", "ended", null, IMAGE, "");
        ((ObjectNode) ended.path("status")).put("phase", "Failed");
        put(ended, "pods");
        begin();

        assertThat(inventory.workload(uid(ended)).orElseThrow().unidentified()).isEmpty();
    }

    @Test
    void excludedNamespacesAndOurOwnJobsAreNotLookedAt() {
        cluster.put("/api/v1/namespaces/kube-system/pods", Objects.pod("kube-system", "dns", null, IMAGE, IMAGE_ID));
        ObjectNode scan = Objects.pod("breakwater", "scan", null, IMAGE, IMAGE_ID);
        ((ObjectNode) scan.path("metadata")).putObject("labels").put("app.kubernetes.io/managed-by", "breakwater");
        cluster.put("/api/v1/namespaces/breakwater/pods", scan);
        begin();

        assertThat(inventory.images()).isEmpty();
    }

    @Test
    void aWorkloadThatIsGoneRunsNothing() {
        put(Objects.pod("shop", "bare", null, IMAGE, IMAGE_ID), "pods");
        begin();
        assertThat(inventory.images()).hasSize(1);

        cluster.remove("/api/v1/namespaces/shop/pods/bare");

        await().atMost(20, SECONDS).until(() -> inventory.images().isEmpty());
    }

    private String onlyOwner() {
        begin();
        List<RunningContainer> running = inventory.running(image(Platform.LINUX_AMD64));
        assertThat(running).hasSize(1);
        return running.getFirst().workload().toString();
    }

    private void begin() {
        inventory.start();
        await().atMost(30, SECONDS).until(inventory::isReady);
    }

    private static RunningImage image(Platform platform) {
        return RunningImage.of(IMAGE_ID, platform).orElseThrow();
    }

    private static ObjectNode workload(String apiVersion, String kind, String name) {
        ObjectNode object = Objects.object(apiVersion, kind, "shop", name);
        object.withObject("/spec/template").set("spec", Objects.podSpec(IMAGE));
        return object;
    }

    private static String uid(ObjectNode object) {
        return object.path("metadata").path("uid").asText();
    }

    private ObjectNode put(ObjectNode object, String plural) {
        String version = object.path("apiVersion").asText();
        String root = version.equals("v1") ? "/api/v1" : "/apis/" + version;
        return cluster.put(root + "/namespaces/shop/" + plural, object);
    }
}
