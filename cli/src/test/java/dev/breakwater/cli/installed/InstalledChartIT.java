package dev.breakwater.cli.installed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Helm;
import dev.breakwater.testkit.ImageArchive;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart's life on a real cluster with a real node, by both versions of Helm: this build's image, real scans, the flags of published guides. */
@Tag("node")
class InstalledChartIT {
    @RegisterExtension
    static final ControlPlane CONTROL_PLANE = ControlPlane.withNode();

    private static final String CHART = "../manifests/chart";
    private static final String READ = "vulnerabilityreports,configauditreports,clustercompliancereports,imagescans";

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    /** Three minutes each: both by -Dbreakwater.everyHelm=true. Installing by Helm 3 without a node is part of ChartClusterTest. */
    static Stream<Helm.Version> versions() {
        return Boolean.getBoolean("breakwater.everyHelm")
                ? Stream.of(Helm.Version.values())
                : Stream.of(Helm.Version.FOUR);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void installedUpgradedRolledBackAndRemovedItServesReportsWheneverHelmSaysItIsDone(Helm.Version version)
            throws Exception {
        Kubectl kubectl = CONTROL_PLANE.cluster().kubectl();
        NodeTools tools = CONTROL_PLANE.cluster().nodeTools().orElseThrow();
        Helm helm = Helm.alone(version, folder.resolve("helm"))
                .on(CONTROL_PLANE.cluster().kubeconfig());
        Path values = Files.writeString(folder.resolve("values.yaml"), values(tools));
        kubectl.apply(volume());
        String team = kubectl.createNamespace("shop");
        boolean done = false;
        try {
            install(helm, values);
            // No waiting here and below: that is what Helm did.
            kubectl.succeed("get", READ, "-A");
            nothingOfTheHookIsLeft(kubectl);

            // A name that no other test has: the node is shared, and keeps what it pulled under it.
            tools.pushImages("[{\"name\": \"charted/web:1\", \"asOf\": \"2023-06-10\", \"sources\": [\"openssl\"]}]");
            kubectl.succeed(
                    "create", "deployment", "web", "-n", team, "--image=" + tools.registry() + "/charted/web:1");
            await("the report of " + team)
                    .atMost(180, SECONDS)
                    .until(() -> !uid(kubectl, team).isEmpty());
            String uid = uid(kubectl, team);
            String said = helm.succeed("test", "breakwater", "-n", "breakwater", "--timeout=4m");
            assertThat(said).contains("Succeeded");
            nothingOfTheHookIsLeft(kubectl);

            helm.succeed(
                    "upgrade",
                    "breakwater",
                    CHART,
                    "-n",
                    "breakwater",
                    "--reuse-values",
                    "--set",
                    "operator.scanJobTimeout=20m",
                    "--wait",
                    "--timeout=5m");
            kubectl.succeed("get", READ, "-A");
            assertThat(settings(kubectl)).contains("deadline: 20m", "ignoreUnfixed: true", "concurrent: 5");
            assertThat(uid(kubectl, team)).as("reports outlive an upgrade").isEqualTo(uid);

            helm.succeed("rollback", "breakwater", "1", "-n", "breakwater", "--wait", "--timeout=5m");
            kubectl.succeed("get", READ, "-A");
            assertThat(settings(kubectl)).doesNotContain("deadline").contains("concurrent: 5");

            helm.succeed("uninstall", "breakwater", "-n", "breakwater", "--wait", "--timeout=3m");
            assertThat(kubectl.succeed("get", "apiservices")).doesNotContain("aquasecurity", "breakwater");
            String bystander = kubectl.createNamespace("bystander");
            kubectl.succeed("delete", "namespace", bystander, "--timeout=60s");

            // The volume claim stayed; who installs again has the reports.
            install(helm, values);
            assertThat(uid(kubectl, team)).as("reports outlive an uninstall").isEqualTo(uid);
            helm.succeed("uninstall", "breakwater", "-n", "breakwater", "--wait", "--timeout=3m");
            done = true;
        } finally {
            if (!done) {
                showLogs(kubectl);
                helm.run("uninstall", "breakwater", "-n", "breakwater", "--no-hooks");
            }
            kubectl.succeed("delete", "clusterroles,clusterrolebindings", "-l", "app.kubernetes.io/part-of=breakwater");
            kubectl.succeed("delete", "namespace", "breakwater", team, "--timeout=110s", "--ignore-not-found");
            kubectl.succeed("delete", "persistentvolume", "breakwater-apiserver", "--wait=false");
            await().atMost(60, SECONDS)
                    .until(() -> kubectl.run("get", "persistentvolume", "breakwater-apiserver")
                            .stdout()
                            .isEmpty());
        }
    }

    private static void install(Helm helm, Path values) {
        helm.succeed(
                "install",
                "breakwater",
                CHART,
                "-n",
                "breakwater",
                "--create-namespace",
                "-f",
                values.toString(),
                "--set",
                "trivy.ignoreUnfixed=true",
                "--set",
                "operator.scannerReportTTL=24h",
                "--set",
                "operator.vulnerabilityScannerScanOnlyCurrentRevisions=true",
                "--set",
                "trivyOperator.scanJobsConcurrentLimit=5",
                "--wait",
                "--timeout=5m");
    }

    private static void nothingOfTheHookIsLeft(Kubectl kubectl) {
        // Deleted, and on a slow day not gone at once.
        await().atMost(30, SECONDS)
                .until(() -> kubectl.succeed(
                                "get",
                                "jobs,pods,serviceaccounts,clusterroles,clusterrolebindings",
                                "-n",
                                "breakwater",
                                "-o",
                                "name")
                        .lines()
                        .noneMatch(name -> name.contains("breakwater-ready") || name.contains("breakwater-test")));
    }

    private static String uid(Kubectl kubectl, String team) {
        return kubectl.succeed("get", "vulnerabilityreports", "-n", team, "-o", "jsonpath={.items[*].metadata.uid}");
    }

    private static String settings(Kubectl kubectl) {
        return kubectl.succeed("get", "configmap", "breakwater", "-n", "breakwater", "-o", "jsonpath={.data}");
    }

    private static void showLogs(Kubectl kubectl) {
        for (String what : List.of(
                "deployment/breakwater-apiserver", "deployment/breakwater-controller", "job/breakwater-ready")) {
            Kubectl.Result log = kubectl.run("logs", "-n", "breakwater", what, "--tail=60");
            System.out.println(what + ":\n" + log.stdout() + log.stderr());
        }
        System.out.println(kubectl.run("get", "pods,events", "-n", "breakwater").stdout());
    }

    /** The node provides no volumes, and pulls from the testbed's registry. */
    private String volume() throws Exception {
        Path volume = Files.createDirectory(folder.resolve("volume"));
        // A hostPath volume is not given to the pod's group; the program runs as nobody in particular.
        Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxrwx"));
        return """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: breakwater-apiserver}
                spec:
                  capacity: {storage: 5Gi}
                  accessModes: [ReadWriteOnce]
                  persistentVolumeReclaimPolicy: Retain
                  claimRef: {namespace: breakwater, name: breakwater-apiserver}
                  hostPath: {path: %s}
                """.formatted(volume);
    }

    private static String values(NodeTools tools) throws Exception {
        String image = new ImageArchive(Path.of("target/jib-image.tar")).push(tools.registry(), "breakwater", "built");
        String ours = image.substring(image.indexOf('/') + 1);
        String trivy = tools.trivyImage().substring(tools.trivyImage().indexOf('/') + 1);
        return """
                global: {image: {registry: "%s"}}
                image: {repository: %s, tag: %s}
                excludeNamespaces: breakwater
                trivy:
                  image: {repository: %s, tag: "%s"}
                  mode: ClientServer
                  serverURL: %s
                  nonSslRegistries: {local: "%s"}
                """.formatted(
                        tools.registry(),
                        before(ours),
                        after(ours),
                        before(trivy),
                        after(trivy),
                        tools.trivyServer(),
                        tools.registry());
    }

    private static String before(String image) {
        return image.substring(0, image.lastIndexOf(':'));
    }

    private static String after(String image) {
        return image.substring(image.lastIndexOf(':') + 1);
    }
}
