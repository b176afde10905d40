package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.compliance.ComplianceSettings;
import dev.breakwater.controller.compliance.Frameworks;
import dev.breakwater.controller.lease.LeaseSettings;
import dev.breakwater.controller.nodes.CollectorSettings;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Objects audited and compliance compiled in a real control plane; what comes out is counted again by hand, through kubectl. */
@Tag("cluster")
@NullUnmarked
class ComplianceClusterTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.alone();

    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    Path folder;

    private TestControllers controllers;
    private Kubectl kubectl;
    private String own;
    private String team;

    @BeforeEach
    void prepare() {
        kubectl = controlPlane.cluster().kubectl();
        controllers = new TestControllers(controlPlane.cluster());
        own = kubectl.createNamespace("breakwater");
        team = kubectl.createNamespace("team");
        kubectl.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: bad, namespace: %1$s}
                spec:
                  selector: {matchLabels: {app: bad}}
                  template:
                    metadata: {labels: {app: bad}}
                    spec:
                      hostPID: true
                      containers:
                        - {name: one, image: "registry.example/bad:1", securityContext: {privileged: true}}
                        - {name: two, image: "registry.example/bad:1", securityContext: {privileged: true}}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: anything, namespace: %1$s}
                rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
                """.formatted(team));
    }

    @AfterEach
    void stop() throws InterruptedException {
        controllers.close();
        kubectl.run("delete", "clustercompliancereports", "--all");
        kubectl.run("delete", "namespace", own, team, "--wait=false");
    }

    @Test
    void everyBuiltInFrameworkIsCompiledFromWhatTheAuditFound() {
        controllers.start(settings(Frameworks.ALL));

        for (String framework : Frameworks.ALL) {
            await().atMost(180, SECONDS).until(() -> !status(framework).isMissingNode());
        }
        JsonNode privileged = control("k8s-pss-baseline-0.1", "3");
        assertThat(privileged.path("status").asText()).isEqualTo("FAIL");
        assertThat(privileged.path("totalFail").asInt()).isEqualTo(entries("configauditreports", "AVD-KSV-0017"));
        assertThat(entries("configauditreports", "AVD-KSV-0017", team)).isEqualTo(2);
        assertThat(control("k8s-cis-1.23", "5.1.3").path("status").asText()).isEqualTo("FAIL");
        assertThat(control("k8s-cis-1.23", "5.2.3").path("totalFail").asInt())
                .isEqualTo(entries("configauditreports", "AVD-KSV-0010"));
        assertThat(control("k8s-cis-1.23", "3.2.1").path("status").asText()).isEqualTo("MANUAL");
        assertThat(control("k8s-cis-1.23", "3.2.1").has("totalFail")).isFalse();
        // No pod of the control plane can be seen here: that is no pass.
        assertThat(control("k8s-cis-1.23", "1.2.1").path("status").asText()).isEqualTo("NOT_ASSESSED");
        for (String framework : Frameworks.ALL) {
            JsonNode summary = status(framework).path("summary");
            assertThat(summary.path("failCount").asInt()).isEqualTo(withStatus(framework, "FAIL"));
            assertThat(summary.path("passCount").asInt()).isEqualTo(withStatus(framework, "PASS"));
        }
    }

    @Test
    void aUsersOwnSpecIsCompiledAtOnceAndAgainWhenItChanges() {
        controllers.start(settings(List.of()));
        await().atMost(120, SECONDS).until(() -> entries("configauditreports", "AVD-KSV-0017", team) == 2);

        kubectl.apply(spec("avd-ksv-0017", "all"));

        await().atMost(120, SECONDS).until(() -> !status("own").isMissingNode());
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(status("own")
                                .at("/detailReport/results/0/status")
                                .asText())
                        .isEqualTo("FAIL"));
        JsonNode result = status("own").at("/detailReport/results/0");
        assertThat(result.path("checks").findValuesAsText("target"))
                .anyMatch(target -> target.startsWith(team + "/replicaset-bad-"));
        assertThat(result.path("checks").toString()).contains("one").contains("two");
        assertThat(result.path("severity").asText()).isEqualTo("LOW");

        kubectl.apply(spec("KSV-0009", "summary"));

        await().atMost(60, SECONDS).until(() -> status("own").has("summaryReport"));
        assertThat(status("own").has("detailReport")).isFalse();
        assertThat(status("own").at("/summaryReport/controlCheck/0/totalFail").asInt())
                .isEqualTo(entries("configauditreports", "AVD-KSV-0009"));
    }

    private static String spec(String check, String mode) {
        return """
                apiVersion: aquasecurity.github.io/v1alpha1
                kind: ClusterComplianceReport
                metadata: {name: own}
                spec:
                  cron: "0 0 1 1 *"
                  reportType: %s
                  compliance:
                    id: own
                    title: Ours
                    description: Ours
                    platform: k8s
                    type: own
                    version: "1"
                    relatedResources: [https://example.org]
                    controls: [{id: "1", name: One, severity: LOW, checks: [{id: %s}]}]
                """.formatted(mode, check);
    }

    private int entries(String plural, String check) {
        return entries(get(plural, "-A"), check);
    }

    private int entries(String plural, String check, String namespace) {
        return entries(get(plural, "-n", namespace), check);
    }

    private static int entries(JsonNode list, String check) {
        int count = 0;
        for (JsonNode report : list.path("items")) {
            for (JsonNode entry : report.at("/report/checks")) {
                if (entry.path("checkID").asText().equals(check)
                        && !entry.path("success").asBoolean()) {
                    count++;
                }
            }
        }
        return count;
    }

    private int withStatus(String framework, String status) {
        int count = 0;
        for (JsonNode control : status(framework).at("/summaryReport/controlCheck")) {
            if (control.path("status").asText().equals(status)) {
                count++;
            }
        }
        return count;
    }

    private JsonNode control(String framework, String id) {
        for (JsonNode control : status(framework).at("/summaryReport/controlCheck")) {
            if (control.path("id").asText().equals(id)) {
                return control;
            }
        }
        throw new AssertionError("framework " + framework + " has no control " + id);
    }

    private JsonNode status(String framework) {
        Kubectl.Result result = kubectl.run("get", "clustercompliancereport", framework, "-o", "json");
        return result.exitCode() == 0 ? tree(result.stdout()).path("status") : MAPPER.missingNode();
    }

    private JsonNode get(String plural, String... scope) {
        String[] arguments = new String[scope.length + 4];
        arguments[0] = "get";
        arguments[1] = plural;
        System.arraycopy(scope, 0, arguments, 2, scope.length);
        arguments[scope.length + 2] = "-o";
        arguments[scope.length + 3] = "json";
        return tree(kubectl.succeed(arguments));
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ControllerSettings settings(List<String> frameworks) {
        return ControllerSettings.defaults()
                .with(ControllerSettings.NAMESPACE, own)
                .with(ControllerSettings.WORK_FOLDER, folder)
                .with(ControllerSettings.PROBE_PORT, 0)
                .with(new LeaseSettings(
                        true, "controller", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)))
                .with(ComplianceSettings.FRAMEWORKS, frameworks)
                .with(ComplianceSettings.RETRY, Duration.ofSeconds(2))
                .with(CollectorSettings.ENABLED, false);
    }
}
