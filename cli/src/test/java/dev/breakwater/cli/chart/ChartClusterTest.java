package dev.breakwater.cli.chart;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Helm;
import dev.breakwater.testkit.Kubectl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The chart on a real control plane without a node: what kube-apiserver takes, and whose the API group is. */
@Tag("cluster")
class ChartClusterTest {
    @RegisterExtension
    static final ControlPlane CONTROL_PLANE = ControlPlane.alone();

    private static final String SERVICE = "v1alpha1.aquasecurity.github.io";
    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: vulnerabilityreports.aquasecurity.github.io}
            spec:
              group: aquasecurity.github.io
              scope: Namespaced
              names: {kind: VulnerabilityReport, plural: vulnerabilityreports, singular: vulnerabilityreport}
              versions:
                - name: v1alpha1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    @TempDir
    Path folder;

    private Kubectl kubectl;

    @BeforeEach
    void namespace() {
        kubectl = CONTROL_PLANE.cluster().kubectl();
        kubectl.succeed("create", "namespace", "breakwater");
    }

    @AfterEach
    void leaveNothing() {
        kubectl.succeed("delete", "apiservices", "-l", "app.kubernetes.io/part-of=breakwater");
        kubectl.succeed("delete", "crd", "vulnerabilityreports.aquasecurity.github.io", "--ignore-not-found");
        kubectl.succeed("delete", "clusterroles,clusterrolebindings", "-l", "app.kubernetes.io/part-of=breakwater");
        kubectl.succeed("delete", "namespace", "breakwater");
    }

    @Test
    void everyObjectIsWhatKubeApiserverKnowsFieldByField() throws Exception {
        Chart chart = new Chart(Helm.Version.FOUR, folder);
        // Of the pods that are no Deployment's; a dry run makes none.
        kubectl.succeed("create", "serviceaccount", "breakwater-ready", "-n", "breakwater");
        for (String values : List.of(
                "breakwater.retention=",
                "breakwater.database.secret=db,breakwater.kubeletConfigz=true,operator.accessGlobalSecretsAndServiceAccount=true,"
                        + "breakwater.registryCa.secret=ca,breakwater.networkPolicy.controlPlane={192.0.2.0/24}",
                "image.pullPolicy=Always,image.pullSecrets[0].name=hub,operator.revisionHistoryLimit=3,nodeSelector.pool=infra,"
                        + "tolerations[0].key=infra,tolerations[0].operator=Exists,breakwater.storage.className=fast,"
                        + "hostAliases[0].ip=192.0.2.7,hostAliases[0].hostnames[0]=a.example,extraEnv[0].name=TZ,extraEnv[0].value=UTC")) {
            Path file = Files.writeString(folder.resolve("rendered.yaml"), chart.text("--set", values));
            Kubectl.Result asked = kubectl.run("apply", "--dry-run=server", "--validate=strict", "-f", file.toString());
            assertThat(asked.exitCode()).as(asked.stderr()).isZero();
            assertThat(asked.stdout().lines()).hasSizeGreaterThan(20);
        }
    }

    @ParameterizedTest
    @EnumSource(Helm.Version.class)
    void overTheOperatorsDefinitionsTheGroupBecomesOursAndGoesBack(Helm.Version version) throws Exception {
        Helm helm = new Chart(version, folder).helm().on(CONTROL_PLANE.cluster().kubeconfig());
        kubectl.apply(DEFINITION);
        await().atMost(60, SECONDS).until(() -> service().startsWith("Local"));

        // No node runs the Job that waits for reports here.
        String[] install = {"install", "breakwater", Chart.FOLDER.toString(), "-n", "breakwater", "--no-hooks"};
        Helm.Result refused = helm.run(install);
        assertThat(refused.exitCode()).as(refused.all()).isNotZero();
        assertThat(refused.all()).contains(SERVICE);
        helm.run("uninstall", "breakwater", "-n", "breakwater", "--no-hooks");

        String said = helm.succeed(Stream.concat(
                        Stream.concat(Stream.of(install), Stream.of("--set", "trivy.slow=true")),
                        version == Helm.Version.THREE
                                ? Stream.of("--take-ownership")
                                : Stream.of("--take-ownership", "--force-conflicts"))
                .toArray(String[]::new));
        assertThat(said).contains("WARNING", "- trivy.slow: ");
        // kube-apiserver undoes within a second or two what it takes for a change of its own entry.
        await().during(6, SECONDS)
                .atMost(20, SECONDS)
                .until(() -> service().startsWith("breakwater/breakwater-apiserver"));

        helm.succeed("uninstall", "breakwater", "-n", "breakwater", "--no-hooks");
        await().atMost(60, SECONDS).until(() -> service().equals("Local True"));
        assertThat(kubectl.succeed("get", "vulnerabilityreports", "-A", "-o", "name"))
                .isEmpty();
    }

    /** Who answers for the group, and whether it is available. */
    private String service() {
        Kubectl.Result got = kubectl.run(
                "get",
                "apiservice",
                SERVICE,
                "-o",
                "jsonpath={.spec.service.namespace}/{.spec.service.name} {.status.conditions[?(@.type==\"Available\")].status}");
        return got.stdout().replaceFirst("^/ ", "Local ");
    }
}
