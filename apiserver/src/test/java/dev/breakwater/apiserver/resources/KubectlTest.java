package dev.breakwater.apiserver.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.ApiServer;
import dev.breakwater.apiserver.ApiServerSettings;
import dev.breakwater.apiserver.ApiServerSettings.Standalone;
import dev.breakwater.apiserver.intake.SampleReports;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import dev.breakwater.testkit.Kubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** k8s-wire 163, 285 to 288: the real kubectl against the standalone server. Each test works in a namespace of its own. */
@NullUnmarked
class KubectlTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static ReportStore store;
    private static Resources resources;
    private static ApiServer server;
    private static Kubectl kubectl;

    @BeforeAll
    static void start() throws Exception {
        store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(directory.resolve("store"))));
        server = ApiServer.start(
                new ApiServerSettings(
                        "127.0.0.1",
                        0,
                        "0.0.0",
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        new Standalone(directory.resolve("server"))),
                store,
                (kinds, reports, room, shutdown) -> resources = new Resources(
                        kinds, reports, ResourceSettings.defaults(), room, Clock.systemUTC(), new Random(1), shutdown));
        kubectl = Kubectl.forKubeconfig(directory.resolve("server/kubeconfig"));
    }

    @AfterAll
    static void stop() {
        server.close();
        resources.close();
        store.close();
    }

    private static ObjectNode report(String namespace, String name) {
        return SampleReports.vulnerabilityReport(namespace, name, 3, new Random(name.hashCode()));
    }

    private static Kubectl with(String namespace, String... names) {
        StringBuilder manifests = new StringBuilder();
        for (String name : names) {
            manifests.append("---\n").append(report(namespace, name)).append('\n');
        }
        Kubectl.Result created = kubectl.runWithInput(manifests.toString(), "create", "-f", "-");
        assertThat(created.exitCode()).as(created.stderr()).isZero();
        return kubectl.in(namespace);
    }

    @Test
    void getPrintsTheColumnsOfTheOriginal() {
        Kubectl team = with("columns", "web-1", "web-2");
        List<String> table = team.succeed("get", "vulns").lines().toList();
        assertThat(table.getFirst().split("\\s+")).containsExactly("NAME", "REPOSITORY", "TAG", "SCANNER", "AGE");
        assertThat(table.get(1)).matches("web-1 +shop/web +1\\.\\d+ +Trivy +\\d+s");
        assertThat(team.succeed("get", "vulnerabilityreports", "-o", "wide")
                        .lines()
                        .toList()
                        .getFirst())
                .containsPattern("AGE +CRITICAL +HIGH +MEDIUM +LOW +UNKNOWN");
        assertThat(kubectl.succeed("get", "vuln", "-A", "--no-headers")).containsPattern("columns +web-1 ");
        assertThat(team.succeed("get", "vuln", "web-2", "-o", "name").strip())
                .isEqualTo("vulnerabilityreport.aquasecurity.github.io/web-2");
        assertThat(team.succeed("get", "vuln", "web-2", "-o", "jsonpath={.report.scanner.vendor}"))
                .isEqualTo("Aqua Security");
        assertThat(team.succeed("get", "vuln", "-o", "custom-columns=N:.metadata.name,T:.report.artifact.tag"))
                .contains("web-1");
        assertThat(team.succeed("get", "vuln", "--sort-by=.metadata.name", "--no-headers"))
                .startsWith("web-1");
        assertThat(team.succeed("get", "vuln", "--show-labels")).contains("trivy-operator.container.name=main");
    }

    @Test
    void getGivesTheWholeObject() {
        Kubectl team = with("whole", "web");
        JsonNode read = Api.read(team.succeed("get", "vuln", "web", "-o", "json"));
        assertThat(read.get("report"))
                .isEqualTo(Api.read(report("whole", "web").toString()).get("report"));
        assertThat(team.succeed("get", "vuln", "web", "-o", "yaml")).contains("kind: VulnerabilityReport");
        assertThat(team.run("get", "vuln", "none").stderr())
                .contains("vulnerabilityreports.aquasecurity.github.io \"none\" not found");
    }

    @Test
    void selectorsAndChunksReachTheServer() {
        Kubectl team = with("chunks", "a", "b", "c", "d", "e");
        team.succeed("label", "vuln", "b", "d", "tier=web");
        assertThat(team.succeed("get", "vuln", "-l", "tier=web", "-o", "name").lines())
                .hasSize(2);
        assertThat(team.succeed("get", "vuln", "-l", "tier!=web", "-o", "name").lines())
                .hasSize(3);
        assertThat(team.succeed("get", "vuln", "--field-selector", "metadata.name=c", "-o", "name")
                        .lines())
                .hasSize(1);
        assertThat(team.succeed("get", "vuln", "--chunk-size=2", "--no-headers").lines())
                .hasSize(5);
        assertThat(team.succeed("get", "vuln", "--chunk-size=1", "-o", "name").lines())
                .hasSize(5);
        assertThat(team.succeed("get", "vuln", "--chunk-size=0", "--no-headers").lines())
                .hasSize(5);
    }

    @Test
    void describeExplainAndLabelWork() {
        Kubectl team = with("words", "web");
        assertThat(team.succeed("describe", "vuln", "web")).contains("Name:", "web", "Vulnerability ID:");
        assertThat(kubectl.succeed("explain", "vulnerabilityreports.report.summary"))
                .contains("criticalCount");
        team.succeed("label", "vuln", "web", "team=shop");
        team.succeed("annotate", "vuln", "web", "note=seen");
        assertThat(team.succeed(
                        "get", "vuln", "web", "-o", "jsonpath={.metadata.labels.team} {.metadata.annotations.note}"))
                .isEqualTo("shop seen");
        team.succeed("label", "vuln", "web", "team-");
        assertThat(team.succeed("get", "vuln", "web", "-o", "jsonpath={.metadata.labels.team}"))
                .isEmpty();
    }

    @Test
    void applyReplacePatchAndDiffWork() {
        ObjectNode report = report("changes", "web");
        Kubectl team = kubectl.in("changes");
        assertThat(kubectl.apply(report.toString())).contains("created");
        ((ObjectNode) report.at("/report/scanner")).put("version", "9.9.9");
        ((ObjectNode) report.get("report")).remove("registry");
        assertThat(team.runWithInput(report.toString(), "diff", "-f", "-").exitCode())
                .isEqualTo(1);
        String version = "jsonpath={.metadata.resourceVersion}";
        String before = team.succeed("get", "vuln", "web", "-o", version);
        assertThat(team.runWithInput(report.toString(), "apply", "--dry-run=server", "-f", "-")
                        .exitCode())
                .isZero();
        assertThat(team.succeed("get", "vuln", "web", "-o", version)).isEqualTo(before);
        assertThat(kubectl.apply(report.toString())).contains("configured");
        assertThat(kubectl.apply(report.toString())).contains("unchanged");
        JsonNode applied = Api.read(team.succeed("get", "vuln", "web", "-o", "json"));
        assertThat(applied.at("/report/scanner/version").asText()).isEqualTo("9.9.9");
        assertThat(applied.get("report").has("registry")).isFalse();
        team.succeed("patch", "vuln", "web", "--type=merge", "-p", "{\"report\":{\"artifact\":{\"tag\":\"2.0\"}}}");
        team.succeed("patch", "vuln", "web", "--type=json", "-p", "[{\"op\":\"remove\",\"path\":\"/report/os/name\"}]");
        assertThat(team.succeed("get", "vuln", "web", "-o", "jsonpath={.report.artifact.tag}{.report.os.name}"))
                .isEqualTo("2.0");
        assertThat(team.runWithInput(report.toString(), "replace", "-f", "-").exitCode())
                .isZero();
        Kubectl.Result serverSide = team.runWithInput(report.toString(), "apply", "--server-side", "-f", "-");
        assertThat(serverSide.exitCode()).as(serverSide.stderr()).isZero();
        assertThat(serverSide.stdout()).contains("serverside-applied");
        ObjectNode odd = report("changes", "odd");
        ((ObjectNode) odd.get("report")).put("novel", 1);
        Kubectl.Result strict = team.runWithInput(odd.toString(), "create", "--validate=strict", "-f", "-");
        assertThat(strict.exitCode()).isNotZero();
        assertThat(strict.stderr()).contains("unknown field \"report.novel\"");
    }

    @Test
    void deleteWaitsForTheEnd() {
        Kubectl team = with("ends", "a", "b", "c", "d");
        assertThat(team.succeed("delete", "vuln", "a")).contains("deleted");
        team.succeed("label", "vuln", "b", "old=yes");
        assertThat(team.succeed("delete", "vuln", "-l", "old=yes")).contains("\"b\" deleted");
        assertThat(team.succeed("delete", "vuln", "c", "--dry-run=server")).contains("server dry run");
        assertThat(team.succeed("get", "vuln", "-o", "name").lines()).hasSize(2);
        assertThat(team.succeed("delete", "vuln", "--all")).contains("\"c\" deleted", "\"d\" deleted");
        assertThat(team.run("get", "vuln").stderr()).contains("No resources found");
    }

    @Test
    void watchPrintsTheHeadingOnceAndEveryChange() throws Exception {
        Kubectl team = with("watched", "first");
        Process watch = team.start("get", "vuln", "-w");
        try {
            List<String> lines = linesOf(watch);
            await().atMost(PATIENCE).until(() -> lines.size() >= 2);
            with("watched", "second");
            await().atMost(PATIENCE).until(() -> lines.stream().anyMatch(line -> line.startsWith("second")));
            team.succeed("label", "vuln", "second", "x=y");
            await().atMost(PATIENCE)
                    .until(() -> lines.stream()
                                    .filter(line -> line.startsWith("second"))
                                    .count()
                            == 2);
            assertThat(lines.stream().filter(line -> line.startsWith("NAME"))).hasSize(1);
        } finally {
            watch.destroy();
        }
        Process single = team.start("get", "vuln", "first", "-w", "--output-watch-events");
        try {
            List<String> lines = linesOf(single);
            await().atMost(PATIENCE).until(() -> lines.stream().anyMatch(line -> line.startsWith("ADDED")));
            team.succeed("delete", "vuln", "first");
            await().atMost(PATIENCE).until(() -> lines.stream().anyMatch(line -> line.startsWith("DELETED")));
        } finally {
            single.destroy();
        }
    }

    private static List<String> linesOf(Process process) {
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
                reader.lines().forEach(lines::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return lines;
    }
}
