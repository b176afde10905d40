package dev.breakwater.cli.installed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole thread, nothing played: the manifests of this repository and the image that the build made, installed on a real
 * cluster with a real node, scan running workloads with real Trivy Jobs; kubectl reads the reports through the aggregation layer.
 */
@Tag("node")
class InstalledBreakwaterIT {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.withNode();

    private static final List<String> REPORTS = List.of("vulnerabilityreports", "exposedsecretreports", "sbomreports");
    private static final String IMAGES = """
            [{"name": "shop/web:1", "asOf": "2023-06-10", "sources": ["openssl"],
              "files": {"srv/settings.env": "KEY={{aws-access-key}}"}}]
            """;

    @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
    Path folder;

    @Test
    void aRunningWorkloadIsScannedOnceAndItsTeamReadsTheReports() throws Exception {
        try (Installation installation = Installation.on(controlPlane.cluster(), folder, "")) {
            aRunningWorkloadIsScannedOnceAndItsTeamReadsTheReports(installation);
        }
    }

    private static void aRunningWorkloadIsScannedOnceAndItsTeamReadsTheReports(Installation installation)
            throws Exception {
        Kubectl kubectl = installation.kubectl();
        NodeTools tools = installation.tools();
        String teamA = kubectl.createNamespace("team-a");
        String teamB = kubectl.createNamespace("team-b");
        String digest = tools.pushImages(IMAGES).get("shop/web:1");
        deploy(kubectl, tools, teamA, "web");
        deploy(kubectl, tools, teamA, "worker");
        deploy(kubectl, tools, teamB, "web");

        // Three workloads of one digest: one Job, three reports of each kind.
        for (String kind : REPORTS) {
            await().atMost(150, SECONDS)
                    .until(() -> installation.items(kind, "-n", teamA).size() == 2
                            && installation.items(kind, "-n", teamB).size() == 1);
        }
        assertThat(jobsCreated(installation)).hasSize(1);
        JsonNode scan = installation.items("imagescans");
        assertThat(scan).hasSize(1);
        assertThat(scan.get(0).at("/status/phase").asText()).isEqualTo("Succeeded");
        assertThat(scan.get(0).at("/status/attempts").asInt()).isEqualTo(1);

        JsonNode report =
                installation.items("vulnerabilityreports", "-n", teamB).get(0);
        assertThat(report.findValuesAsText("vulnerabilityID")).contains("CVE-2023-3817"); // fixed in OpenSSL 3.0.10
        assertThat(report.at("/metadata/labels")
                        .path("breakwater.dev/image-digest")
                        .asText())
                .isEqualTo(digest.replace(":", "-").substring(0, "sha256-".length() + 40));
        String everywhere = kubectl.succeed("get", String.join(",", REPORTS), "-A", "-o", "wide");
        assertThat(everywhere).contains("NAMESPACE", "REPOSITORY", "CRITICAL", "shop/web", teamA, teamB);

        // A team sees its own reports and nobody else's.
        kubectl.succeed("create", "rolebinding", "reader", "-n", teamA, "--clusterrole=view", "--user=alice");
        Kubectl alice = kubectl.as("alice");
        await().atMost(30, SECONDS)
                .until(() ->
                        alice.run("get", "vulnerabilityreports", "-n", teamA).exitCode() == 0);
        assertThat(alice.succeed("get", "vulnerabilityreports", "-n", teamA)).contains("shop/web");
        Kubectl.Result refused = alice.run("get", "vulnerabilityreports", "-n", teamB);
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.stderr())
                .contains("User \"alice\" cannot list resource \"vulnerabilityreports\" in API group"
                        + " \"aquasecurity.github.io\" in the namespace \"" + teamB + "\"");
        assertThat(alice.run("get", "vulnerabilityreports", "-A").exitCode()).isNotZero();

        // Deleting the workload collects its reports, and only those.
        kubectl.succeed("delete", "deployment", "web", "-n", teamA);
        for (String kind : REPORTS) {
            await().atMost(90, SECONDS)
                    .until(() -> installation.items(kind, "-n", teamA).size() == 1);
            assertThat(installation.items(kind, "-n", teamB)).hasSize(1);
        }

        assertThat(installation.etcdKeys("/registry/aquasecurity.github.io/")).isZero();
        assertThat(installation.etcdKeys("/registry/breakwater.dev/")).isZero();
        assertThat(installation.etcdKeys("/registry/namespaces/")).isPositive();

        // Leaving: the cluster does not hang on us.
        installation.remove();
        kubectl.succeed("delete", "namespace", teamA, teamB, "--timeout=100s");
        assertThat(kubectl.run("get", "namespace", "breakwater").stderr()).contains("not found");
        assertThat(kubectl.succeed("get", "apiservices")).doesNotContain("aquasecurity", "breakwater");
    }

    private static void deploy(Kubectl kubectl, NodeTools tools, String namespace, String name) {
        kubectl.succeed("create", "deployment", name, "-n", namespace, "--image=" + tools.registry() + "/shop/web:1");
    }

    /** Names of all scan Jobs that were ever made: the Job controller tells of each, and the Jobs themselves are gone by now. */
    private static List<String> jobsCreated(Installation installation) {
        return installation
                .items(
                        "events",
                        "-n",
                        Installation.NAMESPACE,
                        "--field-selector=involvedObject.kind=Job,reason=SuccessfulCreate")
                .findValues("involvedObject")
                .stream()
                .map(job -> job.path("name").asText())
                .filter(name -> name.startsWith("breakwater-scan-"))
                .distinct()
                .toList();
    }
}
