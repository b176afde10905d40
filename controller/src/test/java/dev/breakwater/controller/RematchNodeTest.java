package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.rematch.RematchSettings;
import dev.breakwater.controller.reports.OptionalField;
import dev.breakwater.controller.scan.ScannerSettings;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.FreePort;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A new database behind a real Trivy server: what real Jobs left behind is matched again, and says what new Jobs would say. */
@Tag("node")
@NullUnmarked
class RematchNodeTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.withNode();

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String IMAGES = """
            [{"name": "rematch/builder:1", "asOf": "2023-06-10", "sources": ["python3.11", "openssl", "curl", "vim"],
              "node": {"builder": "1.0.0", "chart-axes": "3.0.1"}, "files": {"srv/settings.env": "KEY={{aws-access-key}}"}},
             {"name": "rematch/quiet:1", "asOf": "2026-04-20", "sources": ["expat"]}]
            """;

    @TempDir
    Path folder;

    @TempDir
    Path cache;

    private final int port = FreePort.next();
    private Kubectl kubectl;
    private NodeTools tools;
    private TestControllers controllers;
    private Process server;
    private String own;
    private String team;

    @BeforeEach
    void prepare() {
        Cluster cluster = controlPlane.cluster();
        kubectl = cluster.kubectl();
        tools = cluster.nodeTools().orElseThrow();
        controllers = new TestControllers(cluster);
        own = kubectl.createNamespace("breakwater");
        team = kubectl.createNamespace("team");
        kubectl.succeed("create", "serviceaccount", "breakwater-scan", "-n", own);
        // The cluster is the same for all tests.
        kubectl.run("delete", "imagescans", "--all");
        tools.pushImages(IMAGES);
        for (String name : List.of("builder", "quiet")) {
            kubectl.succeed(
                    "create",
                    "deployment",
                    name,
                    "-n",
                    team,
                    "--image=" + tools.registry() + "/rematch/" + name + ":1");
        }
        tools.writeDatabase(cache, 1);
        server = tools.startTrivyServer(port, cache);
    }

    @AfterEach
    void stop() throws InterruptedException {
        controllers.close();
        server.destroy();
        server.waitFor();
    }

    @Test
    void aNewDatabaseComesIntoTheReportsThatDifferWithoutAJobAndAsAJobWouldWriteThem() throws InterruptedException {
        controllers.start(settings());
        await().atMost(120, SECONDS).until(() -> reports().size() == 2);
        await().atMost(60, SECONDS).until(() -> items("jobs", "-n", own).isEmpty());
        for (JsonNode sbom : items("sbomreports", "-n", team)) {
            assertThat(sbom.at("/report/components/properties/0/name").asText()).isEqualTo("breakwater:trivy:packages");
        }
        Map<String, JsonNode> before = reports();
        Map<String, JsonNode> attempts = attempts();

        server.destroy();
        server.waitFor();
        tools.writeDatabase(cache, 2);
        server = tools.startTrivyServer(port, cache);

        await().atMost(120, SECONDS)
                .until(() -> !findings(reports().get("builder")).equals(findings(before.get("builder"))));
        Map<String, JsonNode> after = reports();
        assertThat(findings(after.get("builder")).size())
                .isGreaterThan(findings(before.get("builder")).size());
        assertThat(after.get("builder").at("/metadata/uid"))
                .isEqualTo(before.get("builder").at("/metadata/uid"));
        // Nothing new is known of the other: not even its time is written.
        assertThat(after.get("quiet")).isEqualTo(before.get("quiet"));
        assertThat(attempts()).isEqualTo(attempts);
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(items("imagescans").findValuesAsText("phase"))
                        .containsOnly("Succeeded"));

        // What new Jobs make of it.
        kubectl.succeed("delete", "vulnerabilityreports", "--all", "-n", team);
        await().atMost(120, SECONDS)
                .until(() -> reports().size() == 2 && !attempts().equals(attempts));
        await().atMost(60, SECONDS).until(() -> items("jobs", "-n", own).isEmpty());
        for (String name : List.of("builder", "quiet")) {
            JsonNode fresh = reports().get(name);
            assertThat(fresh.at("/metadata/uid")).isNotEqualTo(after.get(name).at("/metadata/uid"));
            assertThat(findings(fresh)).isEqualTo(findings(after.get(name)));
            assertThat(fresh.at("/report/summary")).isEqualTo(after.get(name).at("/report/summary"));
            assertThat(fresh.at("/report/os")).isEqualTo(after.get(name).at("/report/os"));
        }
    }

    private static JsonNode findings(JsonNode report) {
        return report.at("/report/vulnerabilities");
    }

    /** By the name of the container. */
    private Map<String, JsonNode> reports() {
        Map<String, JsonNode> reports = new TreeMap<>();
        for (JsonNode report : items("vulnerabilityreports", "-n", team)) {
            reports.put(
                    report.at("/metadata/labels")
                            .path("trivy-operator.container.name")
                            .asText(),
                    report);
        }
        return reports;
    }

    /** When each image was last tried. */
    private Map<String, JsonNode> attempts() {
        Map<String, JsonNode> attempts = new TreeMap<>();
        for (JsonNode scan : items("imagescans")) {
            attempts.put(scan.at("/metadata/name").asText(), scan.at("/status/lastAttempt"));
        }
        return attempts;
    }

    private JsonNode items(String kind, String... more) {
        String[] arguments = new String[more.length + 4];
        System.arraycopy(more, 0, arguments, 4, more.length);
        System.arraycopy(new String[] {"get", kind, "-o", "json"}, 0, arguments, 0, 4);
        try {
            return MAPPER.readTree(kubectl.succeed(arguments)).path("items");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ControllerSettings settings() {
        return ControllerSettings.defaults()
                .with(ControllerSettings.NAMESPACE, own)
                .with(ControllerSettings.TARGET_NAMESPACES, List.of(team))
                .with(ControllerSettings.WORK_FOLDER, folder)
                .with(ControllerSettings.PROBE_PORT, 0)
                .with(ScannerSettings.IMAGE, tools.trivyImage())
                .with(ScannerSettings.PLAIN_REGISTRIES, List.of(tools.registry()))
                .with(AuditSettings.ENABLED, false)
                .with(
                        ScannerSettings.SERVER_URL,
                        "http://" + URI.create(tools.trivyServer()).getHost() + ":" + port)
                .with(ScannerSettings.OPTIONAL_FIELDS, EnumSet.allOf(OptionalField.class))
                .with(RematchSettings.DATABASE_POLL, Duration.ofSeconds(1));
    }
}
