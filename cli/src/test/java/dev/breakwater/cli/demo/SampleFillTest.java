package dev.breakwater.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.apiserver.ApiServer;
import dev.breakwater.apiserver.ApiServerSettings;
import dev.breakwater.cli.Breakwater;
import dev.breakwater.cli.control.KubeconfigClient;
import dev.breakwater.cli.serve.Endpoints;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo fills a server with, and that it can do it again. */
class SampleFillTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    static Path folder;

    private static ReportStore store;
    private static ApiServer server;
    private static KubeApi api;
    private static SampleFill filled;

    @BeforeAll
    static void fill() throws IOException {
        store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(folder)));
        server = ApiServer.start(
                new ApiServerSettings(
                        "127.0.0.1",
                        0,
                        "test",
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        new ApiServerSettings.Standalone(folder)),
                store,
                Endpoints::create);
        filled = SampleFill.fill(folder.resolve("kubeconfig"), folder);
        api = new KubeApi(KubeconfigClient.of(folder.resolve("kubeconfig")), Pause.sleeping());
    }

    @AfterAll
    static void stop() {
        server.close();
        store.close();
    }

    private static List<JsonNode> all(String group, String plural) throws IOException {
        JsonNode list = api.get("/apis/" + group + "/" + plural, Map.of(), KubeApi.JSON, MAPPER::readTree)
                .orElseThrow();
        return StreamSupport.stream(list.path("items").spliterator(), false).toList();
    }

    private static List<JsonNode> reports(String plural) throws IOException {
        return all("aquasecurity.github.io/v1alpha1", plural);
    }

    private static List<JsonNode> where(List<JsonNode> objects, Predicate<JsonNode> condition) {
        return objects.stream().filter(condition).toList();
    }

    @Test
    void complianceIsCompiledFromTheReportsThatAreThere() throws IOException {
        List<JsonNode> reports = reports("clustercompliancereports");
        assertThat(reports).hasSize(4).hasSize(filled.frameworks());
        assertThat(reports).allSatisfy(report -> {
            assertThat(report.at("/status/summary/failCount").asInt()).isPositive();
            assertThat(report.at("/status/summary/passCount").asInt()).isPositive();
            assertThat(report.at("/status/updateTimestamp").asText()).isNotEmpty();
        });
        // The scheduler of the sample listens on the network, and the baseline finds the privileged builder.
        JsonNode cis = where(
                        reports, report -> report.at("/metadata/name").asText().startsWith("k8s-cis"))
                .getFirst();
        List<String> failed = new ArrayList<>();
        cis.at("/status/summaryReport/controlCheck").forEach(control -> {
            if (control.path("totalFail").asInt() > 0) {
                failed.add(control.path("id").asText());
            }
        });
        assertThat(failed).contains("1.4.2");
    }

    @Test
    void theControlPlaneAndTheNodeHaveInfrastructureReports() throws IOException {
        List<JsonNode> parts = reports("infraassessmentreports");
        assertThat(parts)
                .extracting(report -> report.at("/metadata/labels/trivy-operator.resource.name")
                        .asText())
                .containsExactlyInAnyOrder(
                        "kube-apiserver-node-1",
                        "kube-controller-manager-node-1",
                        "kube-scheduler-node-1",
                        "etcd-node-1");
        assertThat(parts)
                .anySatisfy(report -> assertThat(report.at("/report/checks").findValuesAsText("checkID"))
                        .contains("AVD-KCV-0041"));
        List<JsonNode> nodes = reports("clusterinfraassessmentreports");
        assertThat(nodes).hasSize(1);
        assertThat(nodes.getFirst().at("/report/checks").findValuesAsText("checkID"))
                .contains("AVD-KCV-0052", "AVD-KCV-0083");
    }

    @Test
    void everyImageHasAnImageScanAndSomeFailed() throws IOException {
        List<JsonNode> scans = all("breakwater.dev/v1alpha1", "imagescans");
        List<JsonNode> succeeded =
                where(scans, scan -> scan.at("/status/phase").asText().equals("Succeeded"));
        assertThat(succeeded).hasSize((int) filled.digests());
        assertThat(where(scans, scan -> !scan.at("/status/reason").asText().isEmpty()))
                .hasSize(filled.unscanned())
                .extracting(scan -> scan.at("/status/phase").asText() + " "
                        + scan.at("/status/reason").asText())
                .containsExactlyInAnyOrder("Failed ManifestUnknown", "Unsupported WindowsImage");
        // Reports name their scan as in a cluster.
        List<String> names =
                scans.stream().map(scan -> scan.at("/metadata/name").asText()).toList();
        assertThat(reports("vulnerabilityreports").stream()
                        .map(report -> report.at("/metadata/labels/breakwater.dev~1image-scan")
                                .asText())
                        .toList())
                .isNotEmpty()
                .isSubsetOf(names);
        assertThat(succeeded.getFirst().at("/status/counts/components").asInt()).isPositive();
    }

    @Test
    void aSecondFillReplacesWhatTheFirstWrote() throws IOException {
        int before = reports("configauditreports").size();
        SampleFill again = SampleFill.fill(folder.resolve("kubeconfig"), folder);
        assertThat(again).isEqualTo(filled);
        assertThat(reports("configauditreports")).hasSize(before);
    }

    @Test
    void aDemoWhoseFolderHasABlankStartsTwiceAndPrintsWhatAShellReads(@TempDir Path other) {
        Path data = other.resolve("a demo's folder");
        for (int start = 0; start < 2; start++) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int code = Breakwater.run(
                    new String[] {"demo", "--once", "--data", data.toString()},
                    Map.of(),
                    new PrintWriter(out, true),
                    new PrintWriter(err, true));
            assertThat(err.toString()).isEmpty();
            assertThat(code).isZero();
            assertThat(out.toString()).contains("export KUBECONFIG='" + other + "/a demo'\\''s folder/kubeconfig'");
        }
    }
}
