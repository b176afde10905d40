package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.expiry.ExpirySettings;
import dev.breakwater.controller.kubernetes.ShiftedClock;
import dev.breakwater.controller.scan.ScannerSettings;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A new database without a Trivy server: real Jobs on a real node fetch it, and only the clock is ahead. */
@Tag("node")
@NullUnmarked
class ExpiredReportsNodeTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.withNode();

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String IMAGES = """
            [{"name": "expired/builder:1", "asOf": "2023-06-10", "sources": ["linux", "openssl", "curl"]}]
            """;

    /** Short, so that the next look is within half a minute. */
    private static final Duration TTL = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    private final ShiftedClock clock = new ShiftedClock();
    private final List<String> watched = new CopyOnWriteArrayList<>();
    private Kubectl kubectl;
    private NodeTools tools;
    private TestControllers controllers;
    private Process watch;
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
        tools.pushDatabase(1);
        tools.pushImages(IMAGES);
        kubectl.succeed(
                "create", "deployment", "web", "-n", team, "--image=" + tools.registry() + "/expired/builder:1");
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (watch != null) {
            watch.destroy();
        }
        controllers.close();
        tools.pushDatabase(1);
    }

    @Test
    void aNewDatabaseComesIntoTheReportsByAJobWhenTheyAreTooOldAndTheyAreNeverAway() throws IOException {
        controllers.start(settings(), clock);
        await().atMost(120, SECONDS).until(() -> reports().size() == 1);
        await().atMost(60, SECONDS).until(() -> jobs().isEmpty());
        Map<String, String> before = findings();
        String uid = reports().get(0).at("/metadata/uid").asText();
        watch();

        tools.pushDatabase(2);
        clock.advance(TTL.plusMinutes(1));

        await().atMost(120, SECONDS)
                .until(() -> Instant.parse(
                                reports().get(0).at("/report/updateTimestamp").asText())
                        .isAfter(Instant.now().plus(TTL)));
        await().atMost(60, SECONDS).until(() -> jobs().isEmpty());
        Map<String, String> after = findings();
        assertThat(after.keySet()).containsAll(before.keySet()).hasSizeGreaterThan(before.size());
        assertThat(before.entrySet().stream()
                        .filter(finding -> !finding.getValue().equals(after.get(finding.getKey()))))
                .as("rated again by the second version")
                .hasSizeBetween(1, before.size() / 10);
        assertThat(reports()).hasSize(1);
        await().atMost(30, SECONDS).until(() -> watched.size() >= 2);
        assertThat(watched).allMatch(line -> line.endsWith(" " + uid)).noneMatch(line -> line.startsWith("DELETED"));
        await().atMost(30, SECONDS)
                .until(() -> scan().at("/status/phase").asText().equals("Succeeded"));
        assertThat(scan().at("/status/staleSince").asText()).isEmpty();
    }

    /** Every change of a report of the team, as an API client sees it. */
    private void watch() {
        watch = kubectl.start(
                "get",
                "vulnerabilityreports",
                "-n",
                team,
                "--watch",
                "--output-watch-events",
                "-o",
                "jsonpath={.type} {.object.metadata.uid}{\"\\n\"}");
        BufferedReader lines = watch.inputReader();
        Thread.ofVirtual().start(() -> lines.lines().forEach(watched::add));
        await().atMost(30, SECONDS).until(() -> watched.size() == 1);
    }

    /** Severity by package and CVE. */
    private Map<String, String> findings() {
        Map<String, String> findings = new TreeMap<>();
        for (JsonNode finding : reports().get(0).at("/report/vulnerabilities")) {
            findings.put(
                    finding.path("resource").asText() + " "
                            + finding.path("vulnerabilityID").asText(),
                    finding.path("severity").asText());
        }
        return findings;
    }

    private JsonNode reports() {
        return items("vulnerabilityreports", "-n", team);
    }

    private JsonNode jobs() {
        return items("jobs", "-n", own);
    }

    private JsonNode scan() {
        return items("imagescans").get(0);
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
                .with(ScannerSettings.DATABASE_REPOSITORY, tools.trivyDatabase())
                .with(ExpirySettings.REPORT_TTL, TTL);
    }
}
