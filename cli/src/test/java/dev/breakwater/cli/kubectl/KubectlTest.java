package dev.breakwater.cli.kubectl;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.apiserver.ApiServer;
import dev.breakwater.apiserver.ApiServerSettings;
import dev.breakwater.cli.demo.SampleFill;
import dev.breakwater.cli.serve.Endpoints;
import dev.breakwater.controller.WrittenKinds;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.Requirement;
import dev.breakwater.testkit.Unavailable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl against a standalone server with the sample cluster (k8s-wire 8; checklist 285 and 286). */
class KubectlTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String CART = "trivy-operator.container.name=cart";

    @TempDir
    static Path folder;

    private static ReportStore store;
    private static ApiServer server;
    private static Kubectl kubectl;

    @BeforeAll
    static void serve() throws IOException {
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
        SampleFill.fill(folder.resolve("kubeconfig"), folder);
        try {
            kubectl = Kubectl.forKubeconfig(folder.resolve("kubeconfig"));
        } catch (Unavailable e) {
            throw Requirement.CLUSTER.missing(String.valueOf(e.getMessage()));
        }
    }

    @AfterAll
    static void stop() {
        server.close();
        store.close();
    }

    @Test
    void getShowsTheColumnsThatTheCustomResourceHad() {
        assertThat(header("get", "vulnerabilityreports", "-n", "shop"))
                .containsExactly("NAME", "REPOSITORY", "TAG", "SCANNER", "AGE");
        assertThat(header("get", "vulns", "-n", "shop", "-o", "wide"))
                .containsExactly(
                        "NAME", "REPOSITORY", "TAG", "SCANNER", "AGE", "CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN");
        assertThat(header("get", "sbom", "-A", "-o", "wide"))
                .containsExactly(
                        "NAMESPACE", "NAME", "REPOSITORY", "TAG", "SCANNER", "AGE", "COMPONENTS", "DEPENDENCIES");
    }

    @Test
    void getByLabelAndFieldNarrows() throws IOException {
        JsonNode carts = json("get", "vulnerabilityreports", "-A", "-l", CART, "-o", "json");
        assertThat(carts.path("items")).hasSize(1);
        String name = carts.at("/items/0/metadata/name").asText();
        assertThat(json("get", "vulnerabilityreports", "-A", "--field-selector=metadata.name=" + name, "-o", "json")
                        .path("items"))
                .hasSize(1);
        assertThat(kubectl.run("get", "vulnerabilityreports", "-A", "--field-selector=report.summary=1")
                        .stderr())
                .contains("field label not supported");
    }

    @Test
    void pagesOfOneHoldWhatOnePageHolds() {
        String whole = kubectl.succeed("get", "vulnerabilityreports", "-A", "-o", "name", "--chunk-size=0");
        assertThat(whole.lines()).hasSizeGreaterThan(20);
        assertThat(kubectl.succeed("get", "vulnerabilityreports", "-A", "-o", "name", "--chunk-size=1"))
                .isEqualTo(whole);
    }

    @Test
    void aSecondCommandWithTheSameDiscoveryCacheStillKnowsTheKinds() {
        kubectl.succeed("api-resources");
        assertThat(kubectl.succeed("api-resources")).contains("vulnerabilityreports", "imagescans", "namespaces");
    }

    @Test
    void describeAndExplainSpeakOfTheReport() {
        String name = kubectl.succeed("get", "vulnerabilityreports", "-n", "shop", "-o", "name", "-l", CART)
                .strip();
        assertThat(kubectl.succeed("describe", "-n", "shop", name))
                .contains("Kind:         VulnerabilityReport", "Critical Count:", "Vulnerability ID:");
        assertThat(kubectl.succeed("explain", "vulnerabilityreport.report.summary"))
                .contains("criticalCount", "<integer>", "-required-");
        assertThat(kubectl.succeed("explain", "clustercompliancereport.spec.cron"))
                .contains("FIELD: cron <string>");
    }

    @Test
    void labelAnnotatePatchAndDeleteChangeWhatIsThere() throws IOException {
        kubectl.apply("""
                apiVersion: aquasecurity.github.io/v1alpha1
                kind: ConfigAuditReport
                metadata: {name: mine, namespace: scratch}
                report:
                  scanner: {name: Trivy, vendor: Aqua Security, version: dev}
                  summary: {criticalCount: 0, highCount: 1, mediumCount: 0, lowCount: 0}
                  checks: [{checkID: KSV-0017, severity: HIGH, success: false}]
                """);
        kubectl.succeed("label", "configauditreport", "mine", "-n", "scratch", "team=a");
        kubectl.succeed("annotate", "configauditreport", "mine", "-n", "scratch", "why=because");
        kubectl.succeed(
                "patch",
                "configauditreport",
                "mine",
                "-n",
                "scratch",
                "--type=merge",
                "-p",
                "{\"report\":{\"summary\":{\"highCount\":2}}}");
        JsonNode changed = json("get", "configauditreport", "mine", "-n", "scratch", "-o", "json");
        assertThat(changed.at("/metadata/labels/team").asText()).isEqualTo("a");
        assertThat(changed.at("/metadata/annotations/why").asText()).isEqualTo("because");
        assertThat(changed.at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(changed.at("/report/summary/highCount").asInt()).isEqualTo(2);
        assertThat(changed.at("/report/checks/0/checkID").asText()).isEqualTo("KSV-0017");

        assertThat(kubectl.run("patch", "configauditreport", "mine", "-n", "scratch", "-p", "{}")
                        .stderr())
                .contains("application/strategic-merge-patch+json is not supported");
        kubectl.succeed("delete", "configauditreport", "mine", "-n", "scratch");
        assertThat(kubectl.run("get", "configauditreport", "mine", "-n", "scratch")
                        .stderr())
                .contains("configauditreports.aquasecurity.github.io \"mine\" not found");
    }

    @Test
    void anUnknownFieldIsRefusedByStrictValidation() {
        Kubectl.Result refused = kubectl.runWithInput("""
                apiVersion: aquasecurity.github.io/v1alpha1
                kind: ConfigAuditReport
                metadata: {name: odd, namespace: scratch}
                report: {checks: [], surprise: 1}
                """, "create", "-f", "-");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.stderr()).contains("strict decoding error", "report.surprise");
    }

    /** What is in a List kubectl validates by itself, by OpenAPI version 2, which it takes in protobuf alone. */
    @Test
    void aListIsAppliedAndWhatIsWrongInItIsNamed() {
        String list = """
                apiVersion: v1
                kind: List
                items:
                - apiVersion: aquasecurity.github.io/v1alpha1
                  kind: ConfigAuditReport
                  metadata: {name: first, namespace: listed}
                  report:
                    scanner: {name: Trivy, vendor: Aqua Security, version: dev}
                    summary: {criticalCount: 0, highCount: 0, mediumCount: 0, lowCount: 0}
                    checks: []
                - apiVersion: aquasecurity.github.io/v1alpha1
                  kind: ExposedSecretReport
                  metadata: {name: second, namespace: listed}
                  report:
                    artifact: {repository: shop/cart, tag: 1.4.2}
                    registry: {server: registry.example}
                    scanner: {name: Trivy, vendor: Aqua Security, version: dev}
                    summary: {criticalCount: 0, highCount: 0, mediumCount: 0, lowCount: 0}
                    updateTimestamp: "2026-11-21T00:00:00Z"
                    secrets: []
                """;
        kubectl.apply(list);
        assertThat(kubectl.succeed("get", "configauditreports", "-n", "listed", "-o", "name"))
                .contains("/first");
        assertThat(kubectl.runWithInput(list, "delete", "-f", "-").stdout()).contains("\"first\"", "\"second\"");
        assertThat(kubectl.runWithInput(list.replace("scanner:", "scaner:"), "create", "-f", "-")
                        .stderr())
                .contains("unknown field \"scaner\"");
    }

    @Test
    void watchPrintsTheHeaderOnceAndThenEachChange() throws IOException {
        Process watch = kubectl.start("get", "configauditreports", "-n", "watched", "-w");
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader out = watch.inputReader(StandardCharsets.UTF_8)) {
                out.lines().forEach(lines::add);
            } catch (IOException e) {
                lines.add(e.toString());
            }
        });
        try {
            String report = """
                    apiVersion: aquasecurity.github.io/v1alpha1
                    kind: ConfigAuditReport
                    metadata: {name: %s, namespace: watched}
                    report: {checks: []}
                    """;
            kubectl.apply(report.formatted("one"));
            await().atMost(20, SECONDS).until(() -> lines.stream().anyMatch(line -> line.startsWith("one")));
            kubectl.apply(report.formatted("two"));
            kubectl.succeed("label", "configauditreport", "one", "-n", "watched", "seen=yes");
            await().atMost(20, SECONDS).until(() -> lines.size() >= 4);
            assertThat(lines.stream().map(line -> line.split(" +")[0])).containsExactly("NAME", "one", "two", "one");
        } finally {
            watch.destroy();
        }
    }

    @Test
    void everyKindThatTheControllerWritesIsServedAsItBelieves() throws IOException {
        for (Resource written : WrittenKinds.all()) {
            JsonNode discovery = json("get", "--raw", "/apis/" + written.apiVersion());
            assertThat(discovery.path("resources")).as(written.toString()).anySatisfy(served -> {
                assertThat(served.path("name").asText()).isEqualTo(written.plural());
                assertThat(served.path("kind").asText()).isEqualTo(written.kind());
                assertThat(served.path("namespaced").asBoolean()).isEqualTo(written.namespaced());
            });
        }
    }

    @Test
    void authAnswersWhoOneIsAndWhatOneMay() {
        assertThat(kubectl.succeed("auth", "whoami")).contains("Username", "system:masters");
        assertThat(kubectl.succeed("auth", "can-i", "list", "vulnerabilityreports", "-A"))
                .startsWith("yes");
        assertThat(kubectl.succeed("auth", "can-i", "--list")).contains("*.*");
    }

    @Test
    void serverSideApplyTellsOfConflictsAndIsForcedWhenAsked() throws IOException {
        String wanted = """
                apiVersion: aquasecurity.github.io/v1alpha1
                kind: ConfigAuditReport
                metadata: {name: applied, namespace: scratch, labels: {team: %s}}
                report:
                  updateTimestamp: "2026-01-01T00:00:00Z"
                  scanner: {name: Trivy, vendor: Aqua Security, version: "0.72.0"}
                  summary: {criticalCount: 0, highCount: 0, mediumCount: 0, lowCount: 0}
                  checks: []
                """;
        Kubectl.Result created = apply(wanted.formatted("a"), "one");
        assertThat(created.exitCode()).as(created.stderr()).isZero();
        Kubectl.Result conflict = apply(wanted.formatted("b"), "two");
        assertThat(conflict.exitCode()).isNotZero();
        assertThat(conflict.stderr())
                .contains("conflict with \"one\": .metadata.labels.team")
                .contains("--force-conflicts");
        Kubectl.Result forced = apply(wanted.formatted("b"), "two", "--force-conflicts");
        assertThat(forced.exitCode()).as(forced.stderr()).isZero();
        JsonNode object =
                json("get", "configauditreport", "applied", "-n", "scratch", "-o", "json", "--show-managed-fields");
        assertThat(object.path("metadata").path("labels").path("team").asText()).isEqualTo("b");
        assertThat(object.path("metadata").path("managedFields").findValuesAsText("manager"))
                .containsExactlyInAnyOrder("one", "two");
    }

    private static Kubectl.Result apply(String wanted, String manager, String... more) {
        return kubectl.runWithInput(
                wanted,
                Stream.concat(
                                Stream.of("apply", "--server-side", "--field-manager", manager, "-f", "-"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private static String[] header(String... arguments) {
        return kubectl.succeed(arguments).lines().findFirst().orElseThrow().split(" +");
    }

    private static JsonNode json(String... arguments) throws IOException {
        return MAPPER.readTree(kubectl.succeed(arguments));
    }
}
