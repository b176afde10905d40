package dev.breakwater.cli.installed;

import static dev.breakwater.cli.installed.InstalledReports.changed;
import static dev.breakwater.cli.installed.InstalledReports.entriesOf;
import static dev.breakwater.cli.installed.InstalledReports.failed;
import static dev.breakwater.cli.installed.InstalledReports.messages;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Audits, nodes and compliance with nothing played: good and bad objects in a real cluster, Breakwater installed from this repository's manifests, every
 * report read by kubectl through the aggregation layer. What is expected was found by reading the objects in {@code audited.yaml}.
 */
@Tag("node")
@NullUnmarked
class InstalledAuditsIT {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.withNode();

    private static final List<String> FRAMEWORKS = List.of(
            "k8s-cis-1.23",
            "k8s-nsa-1.0",
            "k8s-pss-baseline-0.1",
            "k8s-pss-restricted-0.1",
            "eks-cis-1.4",
            "rke2-cis-1.24");

    @TempDir(cleanup = CleanupMode.NEVER)
    static Path folder;

    private static Installation installation;
    private static InstalledReports reports;
    private static Kubectl kubectl;
    private static String team;

    @BeforeAll
    static void install() throws Exception {
        Cluster cluster = controlPlane.cluster();
        kubectl = cluster.kubectl();
        team = kubectl.createNamespace("team");
        kubectl.apply(
                AuditedManifests.audited(team, cluster.nodeTools().orElseThrow().shellImage()));
        installation =
                Installation.on(cluster, folder, """
                compliance:
                  frameworks: [%s]
                """.formatted(String.join(", ", FRAMEWORKS)), "kubelet-configz");
        reports = new InstalledReports(installation, team);
    }

    /** What the programs said, where it may explain a failure. */
    @RegisterExtension
    static final TestWatcher LOGS = new TestWatcher() {
        @Override
        public void testFailed(ExtensionContext test, Throwable failure) {
            System.out.println(test.getDisplayName() + " failed");
            installation.showLogs();
        }
    };

    @AfterAll
    static void remove() {
        if (installation != null) {
            installation.remove();
            kubectl.succeed("delete", "pod", "kube-apiserver-" + team, "-n", "kube-system", "--now");
            kubectl.succeed("delete", "clusterrole", team + ":secrets");
            kubectl.succeed("delete", "clusterrolebinding", team + "-anybody");
            kubectl.succeed("delete", "namespace", team, "--timeout=100s");
        }
    }

    @Test
    void workloadsAreJudgedByWhatTheirPodsMayDo() {
        JsonNode bad = reports.ofReplicaSet("bad");
        // hostPID once; privileged, root and no limits for each of two containers.
        assertThat(failed(bad))
                .contains("AVD-KSV-0010", "AVD-KSV-0017", "AVD-KSV-0012", "AVD-KSV-0011", "AVD-KSV-0030")
                .doesNotContain("AVD-KSV-0008", "AVD-KSV-0009", "AVD-KSV-0023", "AVD-KSV-0024")
                .noneMatch(id -> id.startsWith("AVD-KCV"));
        assertThat(messages(bad, "AVD-KSV-0017"))
                .hasSize(2)
                .anyMatch(text -> text.contains("one"))
                .anyMatch(text -> text.contains("two"));
        assertThat(messages(bad, "AVD-KSV-0010")).hasSize(1);
        assertThat(bad.at("/report/summary/highCount").asInt()).isEqualTo(entriesOf(bad, "HIGH"));
        assertThat(bad.at("/report/scanner/vendor").asText()).isEqualTo("Aqua Security");
        assertThat(bad.at("/report/updateTimestamp").asText()).endsWith("Z");

        // The registry of the test is none that the check knows.
        assertThat(failed(reports.ofReplicaSet("good"))).containsExactly("AVD-KSV-0125");
        kubectl.succeed("rollout", "status", "-n", team, "deployment/good", "--timeout=60s");

        assertThat(failed(reports.report("configauditreports", "statefulset-database", team)))
                .contains("AVD-KSV-0024")
                .doesNotContain("AVD-KSV-0009", "AVD-KSV-0017");
        // It spares itself KSV-0014, and says why.
        assertThat(failed(reports.report("configauditreports", "cronjob-report", team)))
                .contains("AVD-KSV-0009", "AVD-KSV-0012")
                .doesNotContain("AVD-KSV-0014", "AVD-KSV-0024");
        // A Deployment is represented by its ReplicaSet, the ReplicaSet's pods by itself.
        assertThat(installation.items("configauditreports", "-n", team).findValuesAsText("name"))
                .noneMatch(name -> name.startsWith("deployment-") || name.startsWith("pod-"));
    }

    @Test
    void otherObjectsGetTheirReportsInTheirScopes() {
        assertThat(failed(reports.report("configauditreports", "service-open", team)))
                .containsExactly("AVD-KSV-0108");
        assertThat(failed(reports.report("configauditreports", "service-closed", team)))
                .isEmpty();
        assertThat(failed(reports.report("configauditreports", "networkpolicy-nothing-in", team)))
                .isEmpty();
        assertThat(failed(reports.report("configauditreports", "ingress-crafted", team)))
                .containsExactly("AVD-KCV-0093");
        assertThat(failed(reports.report("configauditreports", "resourcequota-half", team)))
                .containsExactly("AVD-KSV-0040");
        assertThat(failed(reports.report("configauditreports", "rolebinding-administrators", team)))
                .containsExactly("AVD-KSV-0111");
        assertThat(failed(reports.report("clusterconfigauditreports", "clusterrolebinding-" + team + "-anybody", "")))
                .containsExactly("AVD-KSV-0122");
        assertThat(failed(reports.report("clusterconfigauditreports", "persistentvolume-breakwater-apiserver", "")))
                .isEmpty();

        assertThat(failed(reports.report("rbacassessmentreports", "role-anything", team)))
                .contains("AVD-KSV-0044", "AVD-KSV-0045", "AVD-KSV-0112")
                // A Role is no ClusterRole.
                .doesNotContain("AVD-KSV-0041", "AVD-KSV-0046");
        assertThat(failed(reports.report("rbacassessmentreports", "role-reader", team)))
                .isEmpty();
        JsonNode secrets = reports.clusterRole(team + ":secrets");
        assertThat(failed(secrets)).containsExactlyInAnyOrder("AVD-KSV-0041", "AVD-KSV-0045");
        // A colon is no part of a label or of a DNS label: a hash stands for the name.
        assertThat(secrets.at("/metadata/name").asText()).matches("clusterrole-[456789bcdf]+");
        assertThat(secrets.at("/metadata/labels").has("trivy-operator.resource.name"))
                .isFalse();
        assertThat(secrets.at("/metadata/labels").has("trivy-operator.resource.name-hash"))
                .isTrue();

        JsonNode infra = reports.report("infraassessmentreports", "pod-kube-apiserver-" + team, "kube-system");
        assertThat(failed(infra))
                .allMatch(id -> id.startsWith("AVD-KCV-"))
                .contains("AVD-KCV-0001", "AVD-KCV-0019") // --anonymous-auth=true, no audit log
                .doesNotContain("AVD-KCV-0007", "AVD-KCV-0008", "AVD-KCV-0018"); // Node, RBAC; profiling is off
        assertThat(failed(reports.report("configauditreports", "pod-kube-apiserver-" + team, "kube-system")))
                .contains("AVD-KSV-0012")
                .noneMatch(id -> id.startsWith("AVD-KCV-"));
    }

    @Test
    void reportsSayWhoseTheyAre() {
        JsonNode bad = reports.ofReplicaSet("bad");
        JsonNode owner =
                installation.items("replicasets", "-n", team, "-l", "app=bad").get(0);
        String name = owner.at("/metadata/name").asText();
        assertThat(bad.at("/metadata/name").asText()).isEqualTo("replicaset-" + name);
        JsonNode labels = bad.at("/metadata/labels");
        assertThat(labels.path("app.kubernetes.io/managed-by").asText()).isEqualTo("trivy-operator");
        assertThat(labels.path("trivy-operator.resource.kind").asText()).isEqualTo("ReplicaSet");
        assertThat(labels.path("trivy-operator.resource.name").asText()).isEqualTo(name);
        assertThat(labels.path("trivy-operator.resource.namespace").asText()).isEqualTo(team);
        assertThat(labels.path("resource-spec-hash").asText()).matches("[456789bcdf]+");
        assertThat(labels.path("plugin-config-hash").asText()).matches("[456789bcdf]+");
        JsonNode reference = bad.at("/metadata/ownerReferences/0");
        assertThat(reference.path("apiVersion").asText()).isEqualTo("apps/v1");
        assertThat(reference.path("kind").asText()).isEqualTo("ReplicaSet");
        assertThat(reference.path("uid").asText())
                .isEqualTo(owner.at("/metadata/uid").asText());
        assertThat(reference.path("controller").asBoolean()).isTrue();
        assertThat(reference.path("blockOwnerDeletion").asBoolean(true)).isFalse();

        String table = kubectl.succeed("get", InstalledReports.ALL_KINDS, "-A", "-o", "wide");
        assertThat(table).contains("SCANNER", "CRITICAL", "service-open", "role-anything", "node-");
    }

    @Test
    void theCollectorLooksAtTheNode() {
        String node = installation.tools().node();
        JsonNode report = reports.report("clusterinfraassessmentreports", "node-" + node, "");
        // The kubelet of the testbed refuses anonymous users and asks the API server who may. It does not guard kernel
        // settings, as it says itself; and a flag gives it its name, as the Job sees among the node's processes.
        assertThat(failed(report))
                .allMatch(id -> id.startsWith("AVD-KCV-"))
                .contains("AVD-KCV-0083", "AVD-KCV-0086")
                .doesNotContain("AVD-KCV-0079", "AVD-KCV-0080", "AVD-KCV-0081");
        assertThat(report.at("/metadata/ownerReferences/0/kind").asText()).isEqualTo("Node");
        assertThat(report.at("/metadata/ownerReferences/0/name").asText()).isEqualTo(node);
        JsonNode events = installation.items(
                "events",
                "-n",
                Installation.NAMESPACE,
                "--field-selector=involvedObject.kind=Job,reason=SuccessfulCreate");
        assertThat(events.findValuesAsText("message")).anyMatch(text -> text.contains("node-collector-"));
        await().atMost(120, SECONDS)
                .until(() -> installation
                        .items("jobs", "-n", Installation.NAMESPACE, "-l", "node-info.collector")
                        .isEmpty());
    }

    @Test
    void everyBuiltInFrameworkIsCompiled() {
        reports.report(
                "clusterinfraassessmentreports", "node-" + installation.tools().node(), "");
        for (String framework : FRAMEWORKS) {
            await(framework)
                    .atMost(180, SECONDS)
                    .until(() -> !reports.status(framework).isMissingNode());
        }
        // The node's report came last.
        await().atMost(180, SECONDS)
                .until(() -> reports.standing("k8s-cis-1.23", "4.2.6").equals("FAIL"));
        assertThat(reports.standing("k8s-cis-1.23", "4.2.1")).isEqualTo("PASS");

        JsonNode privileged = reports.control("k8s-cis-1.23", "5.2.2");
        assertThat(privileged.path("status").asText()).isEqualTo("FAIL");
        assertThat(privileged.path("totalFail").asInt()).isEqualTo(2).isEqualTo(reports.entries("AVD-KSV-0017"));
        assertThat(reports.control("k8s-pss-baseline-0.1", "3")
                        .path("totalFail")
                        .asInt())
                .isEqualTo(2);
        assertThat(reports.control("k8s-cis-1.23", "5.2.3").path("totalFail").asInt())
                .isEqualTo(reports.entries("AVD-KSV-0010"));
        assertThat(reports.standing("k8s-cis-1.23", "5.1.1")).isEqualTo("FAIL"); // bob is an administrator
        assertThat(reports.standing("k8s-cis-1.23", "5.2.4")).isEqualTo("PASS"); // nobody shares the host's IPC
        assertThat(reports.standing("k8s-cis-1.23", "1.2.1")).isEqualTo("FAIL"); // anonymous users
        assertThat(reports.standing("k8s-cis-1.23", "1.2.18")).isEqualTo("PASS"); // profiling is off
        assertThat(reports.standing("k8s-cis-1.23", "3.1.1")).isEqualTo("MANUAL");
        assertThat(reports.control("k8s-cis-1.23", "3.1.1").has("totalFail")).isFalse();
        // There is no LimitRange in the cluster: what the framework says then.
        assertThat(reports.standing("k8s-nsa-1.0", "4.1")).isEqualTo("FAIL");
        assertThat(reports.control("k8s-nsa-1.0", "4.1").path("totalFail").asInt())
                .isZero();
        for (String framework : FRAMEWORKS) {
            JsonNode summary = reports.status(framework).path("summary");
            assertThat(summary.path("failCount").asInt())
                    .as(framework)
                    .isEqualTo(reports.withStatus(framework, "FAIL"));
            assertThat(summary.path("passCount").asInt())
                    .as(framework)
                    .isEqualTo(reports.withStatus(framework, "PASS"));
        }
        assertThat(kubectl.succeed("get", "compliance", "-o", "wide")).contains("k8s-cis-1.23", "FAIL", "PASS");
    }

    @Test
    void aChangedSpecIsCompiledAtOnce() {
        try {
            kubectl.apply(AuditedManifests.houseRules("KSV-0108"));
            await().atMost(120, SECONDS)
                    .until(() -> reports.standing("house-rules", "1").equals("FAIL"));
            assertThat(reports.control("house-rules", "1").path("totalFail").asInt())
                    .isEqualTo(1);
            // Config maps exist and are not audited by default: nobody looked.
            kubectl.apply(AuditedManifests.houseRules("KSV-0109"));
            await().atMost(120, SECONDS)
                    .until(() -> reports.standing("house-rules", "1").equals("NOT_ASSESSED"));
            assertThat(reports.status("house-rules").at("/summary/passCount").asInt())
                    .isZero();

            kubectl.apply(AuditedManifests.houseRules("KSV-0108")
                    .replace("0 0 1 1 *", "*/0 * * * *")); // every zero minutes: the schema lets it through
            await().atMost(120, SECONDS)
                    .until(() -> reports.status("house-rules")
                            .at("/conditions/0/message")
                            .asText()
                            .contains("*/0"));
            assertThat(installation
                            .items("events", "-n", "default", "--field-selector=involvedObject.name=house-rules")
                            .findValuesAsText("reason"))
                    .contains("InvalidSpec");
            kubectl.apply(AuditedManifests.houseRules("KSV-0108"));
            await().atMost(120, SECONDS)
                    .until(() -> reports.standing("house-rules", "1").equals("FAIL")
                            && !reports.status("house-rules").has("conditions"));
        } finally {
            kubectl.run("delete", "clustercompliancereport", "house-rules");
        }
    }

    @Test
    void aChangedCheckOfAUserReauditsExactlyWhatItTargets() {
        reports.report(
                "clusterinfraassessmentreports", "node-" + installation.tools().node(), "");
        try {
            Map<String, String> before = reports.settledVersions();
            kubectl.apply(AuditedManifests.ownCheck("!object.metadata.?labels.?owner.hasValue()"));
            await().atMost(120, SECONDS)
                    .until(() -> failed(reports.report("configauditreports", "service-open", team))
                            .contains("TEAM-1"));
            Map<String, String> after = reports.settledVersions();
            assertThat(changed(before, after))
                    .isEqualTo(reports.ofKind("Service"))
                    .hasSizeGreaterThanOrEqualTo(3);
            assertThat(failed(reports.report("configauditreports", "service-open", team)))
                    .containsExactlyInAnyOrder("AVD-KSV-0108", "TEAM-1");
            assertThat(failed(reports.report("configauditreports", "service-closed", team)))
                    .isEmpty();
            String source = "checksource/trivy-operator-policies-config";
            kubectl.succeed("wait", "--for=condition=Ready", "--timeout=60s", source);
            assertThat(kubectl.succeed("get", source)).contains("READY", "InForce", "ConfigMap breakwater/");

            kubectl.apply(AuditedManifests.ownCheck("object.metadata.?labels.?owner.hasValue()"));
            await().atMost(120, SECONDS)
                    .until(() -> failed(reports.report("configauditreports", "service-closed", team))
                            .contains("TEAM-1"));
            Map<String, String> last = reports.settledVersions();
            assertThat(changed(after, last)).isEqualTo(reports.ofKind("Service"));
            assertThat(failed(reports.report("configauditreports", "service-open", team)))
                    .containsExactly("AVD-KSV-0108");
        } finally {
            kubectl.run("delete", "configmap", "trivy-operator-policies-config", "-n", Installation.NAMESPACE);
        }
        await().atMost(120, SECONDS)
                .until(() -> failed(reports.report("configauditreports", "service-closed", team))
                        .isEmpty());
    }

    @Test
    void reportsGoWithTheirObjects() {
        kubectl.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: short, namespace: "%1$s"}
                spec: {nodeSelector: {nowhere: "true"}, containers: [{name: main, image: nothing}]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: short, namespace: "%1$s"}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: "short-%1$s"}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: "short-%1$s"}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "short-%1$s"}
                """.formatted(team));
        String[] owned = {
            "configauditreports/pod-short",
            "rbacassessmentreports/role-short",
            "clusterrbacassessmentreports/clusterrole-short-" + team,
            "clusterconfigauditreports/clusterrolebinding-short-" + team
        };
        for (String report : owned) {
            await(report).atMost(120, SECONDS).until(() -> reports.exists(report));
        }
        kubectl.succeed("delete", "pod/short", "role/short", "-n", team, "--now");
        kubectl.succeed("delete", "clusterrole/short-" + team, "clusterrolebinding/short-" + team);
        for (String report : owned) {
            await(report).atMost(180, SECONDS).until(() -> !reports.exists(report));
        }
    }

    @Test
    void etcdHoldsNoneOfIt() throws Exception {
        reports.ofReplicaSet("bad");
        assertThat(installation.etcdKeys("/registry/aquasecurity.github.io/")).isZero();
        assertThat(installation.etcdKeys("/registry/breakwater.dev/")).isZero();
        assertThat(installation.etcdKeys("/registry/replicasets/")).isPositive();
    }
}
