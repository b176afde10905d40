package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.Gson;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kubernetes.Pauses;
import dev.breakwater.controller.nodes.CollectorSettings;
import dev.breakwater.controller.nodes.NodeAssessments;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The collector's Job on a real node: scheduled there, with the node's files in view. A shell stands in for our own image. */
@Tag("node")
@NullUnmarked
class NodeAssessmentNodeTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.withNode();

    /** {@code /etc/passwd} is on every node, for all to read, and root's. */
    private static final String SCRIPT = """
            m=$(stat -c %a /etc/passwd); o=$(stat -c %u:%g /etc/passwd)
            [ "$o" = 0:0 ] && o=root:root
            [ -e /var/run/secrets/kubernetes.io ] && o=token:mounted
            touch /etc/passwd 2>/dev/null && o=can:write
            echo '{"kind":"NodeInfo","type":"master","info":{"kubeAPIServerSpecFilePermission":{"values":['$m']},'\
            '"kubeAPIServerSpecFileOwnership":{"values":["'$o'"]}}}'
            """;

    private Kubectl kubectl;
    private NodeTools tools;
    private NodeAssessments assessments;

    @BeforeEach
    void start() throws Exception {
        Cluster cluster = controlPlane.cluster();
        kubectl = cluster.kubectl();
        tools = cluster.nodeTools().orElseThrow();
        new TestControllers(cluster).close();
        CheckSet checks = CheckSet.builtIn(CheckSet.Options.defaults());
        try (Reader kubeconfig = Files.newBufferedReader(cluster.kubeconfig())) {
            KubeConfig config = KubeConfig.loadKubeConfig(kubeconfig);
            config.setFile(cluster.kubeconfig().toFile());
            assessments = new NodeAssessments(
                    new KubeApi(ClientBuilder.kubeconfig(config).build(), Pause.sleeping()),
                    new Gson(),
                    kubectl.createNamespace("breakwater"),
                    CollectorSettings.defaults()
                            .withProgram(tools.shellImage(), List.of("/bin/sh", "-c", SCRIPT), List.of()),
                    () -> checks,
                    () -> "7d",
                    AuditSettings.defaults(),
                    Pauses.loops(),
                    Clock.systemUTC(),
                    Pause.sleeping());
        }
        assessments.start();
    }

    @AfterEach
    void stop() {
        assessments.close();
    }

    @Test
    void theJobSeesTheNodesFilesAndTheReportIsTheNodes() throws IOException {
        String name = "node-" + tools.node();
        await().atMost(180, SECONDS)
                .until(() ->
                        kubectl.run("get", "clusterinfraassessmentreport", name).exitCode() == 0);

        JsonNode report =
                new JsonMapper().readTree(kubectl.succeed("get", "clusterinfraassessmentreport", name, "-o", "json"));
        List<String> failed = report.at("/report/checks").findValuesAsText("checkID");
        assertThat(failed).contains("AVD-KCV-0048").doesNotContain("AVD-KCV-0049");
        assertThat(report.at("/metadata/ownerReferences/0/name").asText()).isEqualTo(tools.node());
        await().atMost(60, SECONDS)
                .until(() -> kubectl.succeed("get", "jobs", "-A", "-l", "node-info.collector", "-o", "name")
                        .isBlank());
    }
}
