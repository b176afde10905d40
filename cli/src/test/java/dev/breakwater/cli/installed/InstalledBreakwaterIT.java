package dev.breakwater.cli.installed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.ImageArchive;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
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

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> REPORTS = List.of("vulnerabilityreports", "exposedsecretreports", "sbomreports");
    private static final String IMAGES = """
            [{"name": "shop/web:1", "asOf": "2023-06-10", "sources": ["openssl"],
              "files": {"srv/settings.env": "KEY={{aws-access-key}}"}}]
            """;

    @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
    Path folder;

    @Test
    void aRunningWorkloadIsScannedOnceAndItsTeamReadsTheReports() throws Exception {
        Cluster cluster = controlPlane.cluster();
        Kubectl kubectl = cluster.kubectl();
        NodeTools tools = cluster.nodeTools().orElseThrow();
        String image = new ImageArchive(Path.of("target/jib-image.tar")).push(tools.registry(), "breakwater", "built");
        Path overlay = overlay(tools, image);

        kubectl.succeed("apply", "-k", overlay.toString());
        for (String program : List.of("breakwater-apiserver", "breakwater-controller")) {
            kubectl.succeed("rollout", "status", "-n", "breakwater", "deployment/" + program, "--timeout=110s");
        }
        for (String service : List.of("v1alpha1.aquasecurity.github.io", "v1alpha1.breakwater.dev")) {
            kubectl.succeed("wait", "--for=condition=Available", "--timeout=60s", "apiservice/" + service);
        }

        String teamA = kubectl.createNamespace("team-a");
        String teamB = kubectl.createNamespace("team-b");
        String digest = tools.pushImages(IMAGES).get("shop/web:1");
        deploy(kubectl, tools, teamA, "web");
        deploy(kubectl, tools, teamA, "worker");
        deploy(kubectl, tools, teamB, "web");

        // Three workloads of one digest: one Job, three reports of each kind.
        for (String kind : REPORTS) {
            await().atMost(150, SECONDS)
                    .until(() -> items(kubectl, kind, teamA).size() == 2
                            && items(kubectl, kind, teamB).size() == 1);
        }
        assertThat(jobsCreated(kubectl)).hasSize(1);
        JsonNode scan = MAPPER.readTree(kubectl.succeed("get", "imagescans", "-o", "json"))
                .path("items");
        assertThat(scan).hasSize(1);
        assertThat(scan.get(0).at("/status/phase").asText()).isEqualTo("Succeeded");
        assertThat(scan.get(0).at("/status/attempts").asInt()).isEqualTo(1);

        JsonNode report = items(kubectl, "vulnerabilityreports", teamB).get(0);
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
            await().atMost(90, SECONDS).until(() -> items(kubectl, kind, teamA).size() == 1);
            assertThat(items(kubectl, kind, teamB)).hasSize(1);
        }

        assertThat(etcdKeys(cluster, "/registry/aquasecurity.github.io/")).isZero();
        assertThat(etcdKeys(cluster, "/registry/breakwater.dev/")).isZero();
        assertThat(etcdKeys(cluster, "/registry/namespaces/")).isPositive();

        // Leaving: the cluster does not hang on us.
        kubectl.succeed("delete", "-k", overlay.toString(), "--timeout=100s");
        kubectl.succeed("delete", "namespace", teamA, teamB, "--timeout=100s");
        assertThat(kubectl.run("get", "namespace", "breakwater").stderr()).contains("not found");
        assertThat(kubectl.succeed("get", "apiservices")).doesNotContain("aquasecurity", "breakwater");
    }

    private static void deploy(Kubectl kubectl, NodeTools tools, String namespace, String name) {
        kubectl.succeed("create", "deployment", name, "-n", namespace, "--image=" + tools.registry() + "/shop/web:1");
    }

    private static JsonNode items(Kubectl kubectl, String kind, String namespace) {
        try {
            return MAPPER.readTree(kubectl.succeed("get", kind, "-n", namespace, "-o", "json"))
                    .path("items");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of all scan Jobs that were ever made: the Job controller tells of each, and the Jobs themselves are gone by now. */
    private static List<String> jobsCreated(Kubectl kubectl) throws IOException {
        JsonNode events = MAPPER.readTree(kubectl.succeed(
                        "get",
                        "events",
                        "-n",
                        "breakwater",
                        "--field-selector=involvedObject.kind=Job,reason=SuccessfulCreate",
                        "-o",
                        "json"))
                .path("items");
        return events.findValues("involvedObject").stream()
                .map(job -> job.path("name").asText())
                .filter(name -> name.startsWith("breakwater-scan-"))
                .distinct()
                .toList();
    }

    /** The base of this repository with this build's image, the testbed's scanner, and a volume, for the node provides none. */
    private Path overlay(NodeTools tools, String image) throws IOException {
        Path volume = folder.resolve("volume");
        Files.createDirectory(volume);
        // A hostPath volume is not given to the pod's group; the program runs as nobody in particular.
        Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path overlay = Files.createDirectories(Path.of("target/installed-overlay"));
        int tag = image.lastIndexOf(':');
        Files.writeString(overlay.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources:
                  - ../../../manifests/base
                  - volume.yaml
                images:
                  - {name: breakwater, newName: %s, newTag: %s}
                patches:
                  - path: config.yaml
                """.formatted(
                        image.substring(0, tag), image.substring(tag + 1)));
        Files.writeString(overlay.resolve("volume.yaml"), """
                apiVersion: v1
                kind: PersistentVolume
                metadata:
                  name: breakwater-apiserver
                spec:
                  capacity: {storage: 5Gi}
                  accessModes: [ReadWriteOnce]
                  persistentVolumeReclaimPolicy: Retain
                  claimRef: {namespace: breakwater, name: breakwater-apiserver}
                  hostPath: {path: %s}
                """.formatted(volume));
        Files.writeString(overlay.resolve("config.yaml"), """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: breakwater
                  namespace: breakwater
                data:
                  breakwater.yaml: |
                    logFormat: json
                    serve:
                      data: /var/lib/breakwater
                    control:
                      # The programs' own image would be scanned like any other; here the Jobs are counted.
                      excludeNamespaces: [breakwater]
                      scanner:
                        image: %s
                        serverUrl: %s
                        plainRegistries: [%s]
                """.formatted(
                        tools.trivyImage(), tools.trivyServer(), tools.registry()));
        return overlay;
    }

    private static long etcdKeys(Cluster cluster, String prefix) throws IOException, InterruptedException {
        URI etcd = cluster.internals().orElseThrow().etcd();
        byte[] from = prefix.getBytes(StandardCharsets.UTF_8);
        byte[] to = from.clone();
        to[to.length - 1]++;
        String range = "{\"key\":\"%s\",\"range_end\":\"%s\",\"count_only\":true}"
                .formatted(
                        Base64.getEncoder().encodeToString(from),
                        Base64.getEncoder().encodeToString(to));
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest ask = HttpRequest.newBuilder(etcd.resolve("/v3/kv/range"))
                    .POST(HttpRequest.BodyPublishers.ofString(range))
                    .build();
            HttpResponse<String> answer = http.send(ask, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return MAPPER.readTree(answer.body()).path("count").asLong();
        }
    }
}
