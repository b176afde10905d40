package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.reports.OptionalField;
import dev.breakwater.controller.scan.ScannerSettings;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is played: pods run on a real node, and real Trivy Jobs scan them. */
@Tag("node")
@NullUnmarked
class ControllerNodeTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.withNode();

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String IMAGES = """
            [{"name": "controller/old:1", "asOf": "2023-06-10", "sources": ["openssl"],
              "files": {"srv/settings.env": "KEY={{aws-access-key}}"}}]
            """;

    @TempDir
    Path folder;

    private Kubectl kubectl;
    private NodeTools tools;
    private TestControllers controllers;
    private String own;
    private String digest;

    @BeforeEach
    void prepare() {
        Cluster cluster = controlPlane.cluster();
        kubectl = cluster.kubectl();
        tools = cluster.nodeTools().orElseThrow();
        controllers = new TestControllers(cluster);
        own = kubectl.createNamespace("breakwater");
        kubectl.succeed("create", "serviceaccount", "breakwater-scan", "-n", own);
        // The cluster is the same for all tests of the class.
        kubectl.run("delete", "imagescans", "--all");
        digest = tools.pushImages(IMAGES).get("controller/old:1");
    }

    @AfterEach
    void stop() throws InterruptedException {
        controllers.close();
    }

    @Test
    void threeWorkloadsOfOneDigestNeedOneTrivyJobAndGetTheirReports() {
        String teamA = kubectl.createNamespace("team-a");
        String teamB = kubectl.createNamespace("team-b");
        run(teamA, "web");
        run(teamA, "worker");
        run(teamB, "web");

        controllers.start(settings(List.of(teamA, teamB), tools.trivyServer()));

        for (String kind : List.of("vulnerabilityreports", "exposedsecretreports", "sbomreports")) {
            await().atMost(120, SECONDS)
                    .until(() ->
                            items(kind, teamA).size() == 2 && items(kind, teamB).size() == 1);
        }
        JsonNode report = items("vulnerabilityreports", teamB).get(0).path("report");
        assertThat(report.findValuesAsText("vulnerabilityID")).contains("CVE-2023-3817"); // fixed in OpenSSL 3.0.10
        assertThat(report.at("/os/family").asText()).isEqualTo("debian");
        assertThat(report.at("/artifact/digest").asText()).isEqualTo(digest);
        assertThat(report.at("/artifact/repository").asText()).isEqualTo("controller/old");
        assertThat(items("exposedsecretreports", teamB).get(0).findValuesAsText("ruleID"))
                .containsExactly("aws-access-key-id");
        JsonNode sbom = items("sbomreports", teamB).get(0).path("report");
        assertThat(sbom.at("/summary/componentsCount").asInt()).isGreaterThan(1);
        assertThat(sbom.at("/components/bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(scan().at("/status/attempts").asInt()).isEqualTo(1);
        assertThat(scan().at("/status/counts/secrets").asInt()).isEqualTo(1);
        await().atMost(30, SECONDS).until(() -> items("jobs", own).isEmpty());
    }

    @Test
    void withoutAServerTheJobFetchesItsDatabase() {
        String team = kubectl.createNamespace("team");
        run(team, "web");

        controllers.start(settings(List.of(team), ""));

        await().atMost(120, SECONDS)
                .until(() -> items("vulnerabilityreports", team).size() == 1);
        assertThat(items("vulnerabilityreports", team).get(0).findValuesAsText("vulnerabilityID"))
                .contains("CVE-2023-3817");
    }

    /** containerd shows with a digest the first repository that it knows of, in the order of their names. */
    @Test
    void aDigestThatTheNodeKnowsFromTwoRepositoriesIsScannedFromThePodsOwn() {
        Map<String, String> digests = tools.pushImages("""
                [{"name": "aaa/fresh:1", "asOf": "2023-08-12", "sources": ["expat"]},
                 {"name": "team/fresh:1", "asOf": "2023-08-12", "sources": ["expat"]}]""");
        assertThat(digests.values()).hasSize(2);
        assertThat(Set.copyOf(digests.values())).hasSize(1);
        String others = kubectl.createNamespace("others");
        String team = kubectl.createNamespace("team");
        create(others, "first", "aaa/fresh:1");
        awaitImageId(others, "aaa/fresh@");
        create(team, "fresh", "team/fresh:1");
        // What makes the case: the node names the other one.
        awaitImageId(team, "aaa/fresh@");

        controllers.start(settings(List.of(team), tools.trivyServer()));

        await().atMost(120, SECONDS)
                .until(() -> items("vulnerabilityreports", team).size() == 1);
        assertThat(scan().at("/spec/repository").asText()).isEqualTo(tools.registry() + "/team/fresh");
        assertThat(scan().at("/status/phase").asText()).isEqualTo("Succeeded");
        JsonNode report = items("vulnerabilityreports", team).get(0);
        assertThat(report.at("/report/artifact/repository").asText()).isEqualTo("team/fresh");
        assertThat(report.at("/report/artifact/digest").asText()).isEqualTo(digests.get("team/fresh:1"));
        assertThat(kubectl.succeed("get", "vulnerabilityreports", "-n", team, "-l", "breakwater.dev/owner-name=fresh"))
                .contains("replicaset-fresh-");
    }

    @Test
    void anImageWhoseTagIsMissingIsAnImageScanWithTheReasonAndAnEvent() {
        String team = kubectl.createNamespace("team");
        create(team, "typo", "controller/old:no-such-tag");

        controllers.start(settings(List.of(team), tools.trivyServer()));

        await().atMost(120, SECONDS).until(() -> items("imagescans", "").size() == 1);
        assertThat(scan().at("/spec/repository").asText()).isEqualTo(tools.registry() + "/controller/old");
        assertThat(scan().at("/status/phase").asText()).isEqualTo("Failed");
        assertThat(scan().at("/status/reason").asText()).isEqualTo("ImageNotPulled");
        assertThat(scan().at("/status/message").asText()).startsWith("no node could pull it");
        await().atMost(30, SECONDS).until(() -> !events(team).isEmpty());
        JsonNode event = events(team).getFirst();
        assertThat(event.at("/involvedObject/kind").asText()).isEqualTo("ReplicaSet");
        assertThat(event.at("/involvedObject/name").asText()).startsWith("typo-");
        assertThat(items("jobs", own)).isEmpty();
    }

    private List<JsonNode> events(String namespace) {
        List<JsonNode> events = new ArrayList<>();
        for (JsonNode event : items("events", namespace)) {
            if (event.path("reason").asText().equals("ScanFailedImageNotPulled")) {
                events.add(event);
            }
        }
        return events;
    }

    private void awaitImageId(String namespace, String part) {
        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(items("pods", namespace)
                                .at("/0/status/containerStatuses/0/imageID")
                                .asText())
                        .contains(part));
    }

    private void run(String namespace, String name) {
        create(namespace, name, "controller/old:1");
    }

    private void create(String namespace, String name, String image) {
        kubectl.succeed("create", "deployment", name, "-n", namespace, "--image=" + tools.registry() + "/" + image);
    }

    private JsonNode scan() {
        return items("imagescans", "").get(0);
    }

    private JsonNode items(String kind, String namespace) {
        try {
            return MAPPER.readTree(
                            namespace.isEmpty()
                                    ? kubectl.succeed("get", kind, "-o", "json")
                                    : kubectl.succeed("get", kind, "-n", namespace, "-o", "json"))
                    .path("items");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ControllerSettings settings(List<String> namespaces, String server) {
        return ControllerSettings.defaults()
                .with(ControllerSettings.NAMESPACE, own)
                .with(ControllerSettings.TARGET_NAMESPACES, namespaces)
                .with(ControllerSettings.WORK_FOLDER, folder)
                .with(ControllerSettings.PROBE_PORT, 0)
                .with(ScannerSettings.IMAGE, tools.trivyImage())
                .with(ScannerSettings.SERVER_URL, server)
                .with(ScannerSettings.DATABASE_REPOSITORY, tools.trivyDatabase())
                .with(ScannerSettings.PLAIN_REGISTRIES, List.of(tools.registry()))
                .with(ScannerSettings.OPTIONAL_FIELDS, EnumSet.allOf(OptionalField.class))
                .with(AuditSettings.ENABLED, false);
    }
}
