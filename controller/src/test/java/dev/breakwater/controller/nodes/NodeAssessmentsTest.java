package dev.breakwater.controller.nodes;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Pauses;
import dev.breakwater.controller.naming.ReportNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The node collection against an API in memory; the kubelet is played, the checks are the real ones. */
@NullUnmarked
class NodeAssessmentsTest {
    private static final String REPORTS = "/apis/aquasecurity.github.io/v1alpha1/clusterinfraassessmentreports";
    private static final String FACTS = """
            {"apiVersion":"v1","kind":"NodeInfo","type":"master","info":{\
            "kubeAPIServerSpecFilePermission":{"values":[644]},"adminConfFileOwnership":{"values":["root:root"]},\
            "kubeletAnonymousAuthArgumentSet":{"values":["false"]}}}
            """;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T05:00:00Z"));
    private final AtomicReference<String> hash = new AtomicReference<>("7d");
    private final List<ObjectNode> jobs = new CopyOnWriteArrayList<>();
    private volatile String printed = "NOTE: Picked up JDK_JAVA_OPTIONS\n" + FACTS;
    private volatile String waiting = "";
    private InMemoryKubernetes cluster;
    private NodeAssessments assessments;

    @BeforeEach
    void startCluster() throws IOException {
        cluster = new InMemoryKubernetes();
        cluster.onCreate(object -> {
            if (object.path("kind").asText().equals("Job")) {
                jobs.add(object);
                play(object);
            }
        });
        node("n1", "u1");
    }

    @AfterEach
    void stop() {
        if (assessments != null) {
            assessments.close();
        }
        cluster.close();
    }

    @Test
    void aNodeGetsAReportThatItOwnsAndTheJobIsGone() {
        start("breakwater:1");

        JsonNode report = awaitReport("node-n1");
        assertThat(failed(report)).contains("AVD-KCV-0048").doesNotContain("AVD-KCV-0061", "AVD-KCV-0079");
        assertThat(failed(report)).allMatch(id -> id.startsWith("AVD-KCV-"));
        assertThat(report.at("/report/summary/highCount").asInt()).isPositive();
        assertThat(report.at("/metadata/ownerReferences/0/kind").asText()).isEqualTo("Node");
        assertThat(report.at("/metadata/ownerReferences/0/uid").asText()).isEqualTo("u1");
        assertThat(report.at("/metadata/labels/trivy-operator.resource.kind").asText())
                .isEqualTo("Node");
        assertThat(report.at("/metadata/labels/trivy-operator.resource.name").asText())
                .isEqualTo("n1");
        assertThat(report.at("/metadata/labels/plugin-config-hash").asText()).isEqualTo("7d");
        await().atMost(10, SECONDS).until(() -> cluster.find("/jobs/").isEmpty());
    }

    @Test
    void theJobSeesTheNodeButCannotChangeItAndHasNoToken() {
        start("breakwater:1");
        awaitReport("node-n1");

        JsonNode pod = jobs.getFirst().at("/spec/template/spec");
        assertThat(jobs.getFirst().at("/metadata/name").asText()).startsWith("node-collector-");
        assertThat(pod.path("hostPID").asBoolean()).isTrue();
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.path("tolerations")).hasSize(1);
        assertThat(pod.at(
                                "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchFields/0/values/0")
                        .asText())
                .isEqualTo("n1");
        JsonNode container = pod.at("/containers/0");
        assertThat(container.path("args"))
                .hasSize(1)
                .allMatch(arg -> arg.asText().equals("collect-node"));
        assertThat(container.at("/securityContext/capabilities/drop/0").asText())
                .isEqualTo("ALL");
        assertThat(container.path("volumeMounts"))
                .hasSize(11)
                .allSatisfy(mount -> assertThat(mount.path("readOnly").asBoolean()
                                || mount.path("mountPath").asText().equals("/tmp"))
                        .isTrue());
    }

    @Test
    void whatTheKubeletSaysGoesBeforeWhatTheCollectorSaw() {
        cluster.put("/api/v1/nodes/n1/proxy", """
                {"metadata": {"name": "configz"},
                 "kubeletconfig": {"authentication": {"anonymous": {"enabled": true}}, "readOnlyPort": 10255}}""");
        start("breakwater:1");

        assertThat(failed(awaitReport("node-n1"))).contains("AVD-KCV-0048", "AVD-KCV-0079", "AVD-KCV-0082");
    }

    @Test
    void withoutAnImageTheKubeletAloneIsAsked() {
        cluster.put("/api/v1/nodes/n1/proxy", """
                {"metadata": {"name": "configz"}, "kubeletconfig": {"authentication": {"anonymous": {"enabled": true}}}}""");
        start("");

        assertThat(failed(awaitReport("node-n1"))).contains("AVD-KCV-0079").doesNotContain("AVD-KCV-0048");
        assertThat(jobs).isEmpty();
    }

    @Test
    void aNodeThatCannotBeReadGetsAReasonAndIsTriedAgain() {
        waiting = "ImagePullBackOff";
        start("breakwater:missing");

        await().atMost(20, SECONDS).until(() -> !events().isEmpty());
        ObjectNode event = events().getFirst();
        assertThat(event.at("/involvedObject/kind").asText()).isEqualTo("Node");
        assertThat(event.path("reason").asText()).isEqualTo("NodeNotAssessedCollectorNotStarted");
        assertThat(event.path("message").asText())
                .isEqualTo("node n1 is not assessed: ImagePullBackOff: back-off pulling image");
        assertThat(cluster.find(REPORTS)).isEmpty();

        waiting = "";
        now.set(now.get().plus(Duration.ofMinutes(2)));

        awaitReport("node-n1");
    }

    @Test
    void aCollectorThatPrintsNoFactsIsAReason() {
        printed = "exec /opt/java/bin/java: no such file or directory";
        start("breakwater:wrong");

        await().atMost(20, SECONDS).until(() -> !events().isEmpty());
        assertThat(events().getFirst().path("reason").asText()).isEqualTo("NodeNotAssessedNoFacts");
    }

    @Test
    void aNodeIsReadAgainWhenTheChecksChangeOrItsFactsAreOld() {
        start("breakwater:1");
        awaitReport("node-n1");
        assertThat(jobs).hasSize(1);

        hash.set("8f");
        await().atMost(20, SECONDS)
                .until(() -> cluster.get(REPORTS + "/node-n1")
                        .at("/metadata/labels/plugin-config-hash")
                        .asText()
                        .equals("8f"));
        assertThat(jobs).hasSize(2);

        now.set(now.get().plus(Duration.ofHours(25)));
        await().atMost(20, SECONDS).until(() -> jobs.size() == 3);
    }

    @Test
    void aNodeOfTheSameNameIsAnotherNode() {
        start("breakwater:1");
        awaitReport("node-n1");

        cluster.remove("/api/v1/nodes/n1");
        node("n1", "u2");

        await().atMost(20, SECONDS)
                .until(() -> cluster.get(REPORTS + "/node-n1")
                        .at("/metadata/ownerReferences/0/uid")
                        .asText()
                        .equals("u2"));
    }

    /** Names that are too long are hashed to 32 bits, and a node may be called like a hash. */
    @Test
    void twoNodesWhoseReportsWantOneNameHaveOneEachAndAJobEach() {
        String longName = "n".repeat(70);
        String usual = ReportNames.ofInfrastructure("Node", longName);
        String sameHash = usual.substring("node-".length());
        cluster.remove("/api/v1/nodes/n1");
        node(longName, "u1");
        node(sameHash, "u2");
        start("breakwater:1");

        await().atMost(20, SECONDS).until(() -> reportOwners().size() == 2);
        assertThat(reportOwners()).containsExactlyInAnyOrder("u1", "u2");
        assertThat(cluster.get(REPORTS + "/" + usual)).isNotNull();
        await().atMost(20, SECONDS).until(assessments::isSettled);
        assertThat(jobs.stream().map(job -> job.at("/metadata/name").asText()))
                .hasSize(2)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.length() <= 63);

        // Who has a name of its own keeps it, and the facts are found old or new by it.
        hash.set("8f");
        await().atMost(20, SECONDS).until(() -> jobs.size() == 4);
        await().atMost(20, SECONDS).until(assessments::isSettled);
        assertThat(reportOwners()).containsExactlyInAnyOrder("u1", "u2");
    }

    private List<String> reportOwners() {
        return cluster.find("/clusterinfraassessmentreports/").stream()
                .map(report -> report.at("/metadata/ownerReferences/0/uid").asText())
                .toList();
    }

    @Test
    void aReportNamesTheChecksThatDidNotSeeWhatTheyLookAt() {
        start("breakwater:1");

        assertThat(awaitReport("node-n1")
                        .at("/metadata/annotations/breakwater.dev~1not-assessed")
                        .asText()
                        .split(" "))
                .contains("KCV-0001", "KCV-0050")
                .doesNotContain("KCV-0048", "KCV-0061", "KCV-0079");
    }

    private void start(String image) {
        try {
            CheckSet checks = CheckSet.builtIn(CheckSet.Options.defaults());
            assessments = new NodeAssessments(
                    new KubeApi(cluster.client(), Pause.sleeping()),
                    new Gson(),
                    "breakwater",
                    CollectorSettings.defaults().withImage(image, List.of()),
                    () -> checks,
                    hash::get,
                    AuditSettings.defaults(),
                    Pauses.loops(),
                    now::get,
                    Pauses.shortened());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        assessments.start();
    }

    private void node(String name, String uid) {
        cluster.put("/api/v1/nodes", """
                {"metadata": {"name": "%s", "uid": "%s", "labels": {"kubernetes.io/os": "linux"}}}""".formatted(name, uid));
    }

    /** The Job controller and the kubelet. */
    private void play(ObjectNode job) {
        String name = job.at("/metadata/name").asText();
        ObjectNode pod = new JsonMapper().createObjectNode();
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("name", name + "-x").put("namespace", "breakwater");
        metadata.set("labels", job.at("/metadata/labels"));
        metadata.putArray("ownerReferences")
                .addObject()
                .put("uid", job.at("/metadata/uid").asText());
        ObjectNode container =
                pod.putObject("status").putArray("containerStatuses").addObject();
        container.put("name", "node-collector");
        boolean starts = waiting.isEmpty();
        if (starts) {
            container.withObject("/state/terminated").put("exitCode", 0);
            cluster.log("breakwater", name + "-x", printed.getBytes(StandardCharsets.UTF_8));
        } else {
            container.withObject("/state/waiting").put("reason", waiting).put("message", "back-off pulling image");
        }
        cluster.put("/api/v1/namespaces/breakwater/pods", pod);
        if (starts) {
            ObjectNode ended = job.deepCopy();
            ended.putObject("status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", "Complete")
                    .put("status", "True");
            cluster.put("/apis/batch/v1/namespaces/breakwater/jobs", ended);
        }
    }

    private List<ObjectNode> events() {
        return cluster.find("/events/");
    }

    private JsonNode awaitReport(String name) {
        await().atMost(20, SECONDS).until(() -> cluster.get(REPORTS + "/" + name) != null);
        return cluster.get(REPORTS + "/" + name);
    }

    private static List<String> failed(JsonNode report) {
        List<String> ids = new ArrayList<>();
        report.at("/report/checks")
                .forEach(check -> ids.add(check.path("checkID").asText()));
        return ids;
    }
}
