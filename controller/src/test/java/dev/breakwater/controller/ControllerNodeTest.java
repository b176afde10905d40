package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.compliance.ComplianceSettings;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.lease.LeaseSettings;
import dev.breakwater.controller.nodes.CollectorSettings;
import dev.breakwater.controller.registry.RegistrySettings;
import dev.breakwater.controller.reports.OptionalField;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
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
        kubectl.run("delete", "imagescans", "--all");

        controllers.start(settings(List.of(team), ""));

        await().atMost(120, SECONDS)
                .until(() -> items("vulnerabilityreports", team).size() == 1);
        assertThat(items("vulnerabilityreports", team).get(0).findValuesAsText("vulnerabilityID"))
                .contains("CVE-2023-3817");
    }

    private void run(String namespace, String name) {
        kubectl.succeed(
                "create", "deployment", name, "-n", namespace, "--image=" + tools.registry() + "/controller/old:1");
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
        ScannerSettings defaults = ScannerSettings.defaults();
        return new ControllerSettings(
                own,
                namespaces,
                List.of(),
                Platform.LINUX_AMD64,
                folder,
                0,
                new ScannerSettings(
                        tools.trivyImage(),
                        "IfNotPresent",
                        server,
                        "",
                        tools.trivyDatabase(),
                        "",
                        false,
                        defaults.cacheFolder(),
                        List.of(),
                        false,
                        List.of(),
                        true,
                        List.of(),
                        List.of(tools.registry()),
                        EnumSet.allOf(OptionalField.class),
                        defaults.timeout(),
                        List.of()),
                JobSettings.defaults(),
                RegistrySettings.defaults(),
                RetrySettings.defaults(),
                LeaseSettings.defaults(),
                AuditSettings.defaults().disabled(),
                ComplianceSettings.defaults(),
                CollectorSettings.defaults());
    }
}
