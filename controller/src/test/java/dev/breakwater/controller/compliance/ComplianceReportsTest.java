package dev.breakwater.controller.compliance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Pauses;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ComplianceReportsTest {
    private static final String GROUP = "/apis/aquasecurity.github.io/v1alpha1";
    private static final String REPORTS = GROUP + "/clustercompliancereports";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T05:00:00Z"));
    private InMemoryKubernetes cluster;
    private ComplianceReports compliance;

    @BeforeEach
    void startCluster() throws IOException {
        cluster = new InMemoryKubernetes();
        cluster.put("/api/v1/namespaces/a/pods", "{\"metadata\": {\"name\": \"x\", \"namespace\": \"a\"}}");
    }

    @AfterEach
    void stop() {
        if (compliance != null) {
            compliance.close();
        }
        cluster.close();
    }

    @Test
    void builtInFrameworksAreCreatedAndCompiled() {
        audit("pod-x", "AVD-KSV-0017");
        start(Frameworks.ALL);

        for (String name : Frameworks.ALL) {
            await().atMost(20, SECONDS).until(() -> !status(name).isMissingNode());
        }
        assertThat(control("k8s-pss-baseline-0.1", "3").path("totalFail").asInt())
                .isEqualTo(1);
        assertThat(control("k8s-pss-baseline-0.1", "3").path("status").asText()).isEqualTo("FAIL");
        assertThat(control("k8s-cis-1.23", "3.2.1").path("status").asText()).isEqualTo("MANUAL");
        assertThat(control("k8s-cis-1.23", "1.2.1").path("status").asText()).isEqualTo("NOT_ASSESSED");
        assertThat(status("k8s-pss-baseline-0.1").path("updateTimestamp").asText())
                .isEqualTo("2026-11-21T05:00:00Z");
    }

    @Test
    void manyPagesOfReportsAreAllCounted() {
        for (int i = 0; i < 230; i++) {
            audit("pod-" + i, "AVD-KSV-0017");
        }
        start(List.of("k8s-pss-baseline-0.1"));

        await().atMost(20, SECONDS).until(() -> failures("k8s-pss-baseline-0.1", "3") == 230);
    }

    @Test
    void anEditedFrameworkIsNeverOverwritten() throws IOException {
        ObjectNode edited = Frameworks.manifest("k8s-nsa-1.0");
        edited.withObject("/spec").put("cron", "5 4 * * *");
        edited.withObject("/metadata/annotations").put(BuiltInReports.SPEC_HASH, "b8f5c7d9f");
        cluster.put(REPORTS, edited);
        ObjectNode theOriginals = Frameworks.manifest("k8s-cis-1.23");
        theOriginals.withObject("/spec/compliance").put("title", "theirs");
        cluster.put(REPORTS, theOriginals);

        start(List.of("k8s-nsa-1.0", "k8s-cis-1.23", "k8s-pss-baseline-0.1"));

        await().atMost(20, SECONDS).until(() -> !status("k8s-pss-baseline-0.1").isMissingNode());
        assertThat(cluster.get(REPORTS + "/k8s-nsa-1.0").at("/spec/cron").asText())
                .isEqualTo("5 4 * * *");
        assertThat(cluster.get(REPORTS + "/k8s-cis-1.23")
                        .at("/spec/compliance/title")
                        .asText())
                .isEqualTo("theirs");
    }

    @Test
    void aFrameworkNobodyEditedIsBroughtUpToDate() throws IOException {
        start(List.of("k8s-nsa-1.0"));
        await().atMost(20, SECONDS).until(() -> !status("k8s-nsa-1.0").isMissingNode());
        compliance.close();
        ObjectNode old = cluster.get(REPORTS + "/k8s-nsa-1.0");
        old.withObject("/spec/compliance").put("title", "of an older version");
        old.withObject("/metadata/annotations").put(BuiltInReports.SPEC_HASH, BuiltInReports.hash(old));
        cluster.put(REPORTS, old);

        start(List.of("k8s-nsa-1.0"));

        await().atMost(20, SECONDS)
                .until(() -> cluster.get(REPORTS + "/k8s-nsa-1.0")
                        .at("/spec/compliance/title")
                        .asText()
                        .startsWith("NSA"));
    }

    @Test
    void anUnchangedResultIsNotWrittenAgain() {
        audit("pod-x", "AVD-KSV-0017");
        own("own", "AVD-KSV-0017");
        start(List.of());
        await().atMost(20, SECONDS).until(() -> failures("own", "1") == 1);

        now.set(Instant.parse("2026-11-21T06:00:00Z"));
        compliance.recompile();
        audit("pod-y", "AVD-KSV-0017");
        own("other", "AVD-KSV-0017");
        await().atMost(20, SECONDS).until(() -> failures("other", "1") == 2);
        audit("pod-x", "AVD-KSV-0017");

        long before = statusWrites("own");
        compliance.recompile();
        own("third", "AVD-KSV-0017");
        await().atMost(20, SECONDS).until(() -> failures("third", "1") == 2);
        assertThat(statusWrites("own")).isEqualTo(before);
    }

    @Test
    void aChangedSpecIsCompiledAtOnce() {
        audit("pod-x", "AVD-KSV-0017");
        own("own", "AVD-KSV-0017");
        start(List.of());
        await().atMost(20, SECONDS).until(() -> failures("own", "1") == 1);

        own("own", "AVD-KSV-0008");

        await().atMost(20, SECONDS).until(() -> failures("own", "1") == 0);
    }

    @Test
    void aReportIsCompiledAgainWhenItsTimeHasCome() {
        audit("pod-x", "AVD-KSV-0017");
        own("own", "AVD-KSV-0017");
        start(List.of());
        await().atMost(20, SECONDS).until(() -> failures("own", "1") == 1);

        audit("pod-y", "AVD-KSV-0017");
        own("nudge", "AVD-KSV-0017");
        await().atMost(20, SECONDS).until(() -> failures("nudge", "1") == 2);
        assertThat(failures("own", "1")).as("before its time").isEqualTo(1);

        now.set(Instant.parse("2026-11-21T06:00:00Z"));
        own("nudge", "AVD-KSV-0008");

        await().atMost(20, SECONDS).until(() -> failures("own", "1") == 2);
        assertThat(status("own").path("updateTimestamp").asText()).isEqualTo("2026-11-21T06:00:00Z");
    }

    @Test
    void aSpecThatCannotBeReadDoesNotKeepOthersFromBeingCompiled() {
        audit("pod-x", "AVD-KSV-0017");
        ObjectNode broken = own("broken", "AVD-KSV-0017");
        broken.withObject("/spec").put("cron", "whenever");
        cluster.put(REPORTS, broken);
        own("own", "AVD-KSV-0017");
        start(List.of());

        await().atMost(20, SECONDS).until(() -> failures("own", "1") == 1);
        assertThat(status("broken").has("summary")).isFalse();
    }

    @Test
    void aFailedReadIsTriedAgainAndCountsNothingTwice() {
        for (int i = 0; i < 150; i++) {
            audit("pod-" + i, "AVD-KSV-0017");
        }
        own("own", "AVD-KSV-0017");
        cluster.refuse(call -> call.path().endsWith("/infraassessmentreports"), 403);
        start(List.of());
        await().atMost(20, SECONDS)
                .until(() ->
                        cluster.calls().stream().anyMatch(call -> call.path().endsWith("/infraassessmentreports")));
        assertThat(status("own").isMissingNode()).isTrue();

        cluster.refuseNothing();

        await().atMost(20, SECONDS).until(() -> failures("own", "1") == 150);
    }

    @Test
    void anInvalidSpecIsToldByAnEventAndAConditionAndKeepsItsLastResult() {
        audit("pod-x", "AVD-KSV-0017");
        ObjectNode spec = own("own", "AVD-KSV-0017").deepCopy();
        start(List.of());
        await().atMost(20, SECONDS).until(() -> failures("own", "1") == 1);

        spec.withObject("/spec").put("cron", "every day");
        spec.set("status", status("own"));
        cluster.put(REPORTS, spec.deepCopy());

        await().atMost(20, SECONDS).until(() -> status("own").has("conditions"));
        JsonNode condition = status("own").at("/conditions/0");
        assertThat(condition.path("type").asText()).isEqualTo("Compiled");
        assertThat(condition.path("status").asText()).isEqualTo("False");
        assertThat(condition.path("message").asText()).contains("every day");
        assertThat(failures("own", "1")).isEqualTo(1);
        await().atMost(20, SECONDS)
                .until(() -> cluster.find("/namespaces/default/events/own.").stream()
                        .anyMatch(event -> event.path("message").asText().contains("every day")));
        JsonNode event = cluster.find("/namespaces/default/events/own.").getFirst();
        assertThat(event.path("reason").asText()).isEqualTo("InvalidSpec");
        assertThat(event.at("/involvedObject/kind").asText()).isEqualTo("ClusterComplianceReport");

        // A recompilation of everything does not make it valid.
        compliance.recompile();
        spec.withObject("/spec").put("cron", "0 0 * * *");
        spec.set("status", status("own"));
        cluster.put(REPORTS, spec.deepCopy());

        await().atMost(20, SECONDS).until(() -> !status("own").has("conditions"));
        assertThat(failures("own", "1")).isEqualTo(1);
    }

    private void start(List<String> frameworks) {
        CurrentChecks checks = new CurrentChecks() {
            @Override
            public Optional<Check> find(String spelling) {
                return spelling.matches("(AVD-)?K.V-\\d+")
                        ? Optional.of(new Check(
                                spelling.replace("AVD-", ""),
                                Set.of("Pod"),
                                spelling.contains("KCV"),
                                Optional.empty()))
                        : Optional.empty();
            }

            @Override
            public boolean isCurrent(String objectKind, String configHash) {
                return configHash.equals("7d");
            }
        };
        compliance = new ComplianceReports(
                new KubeApi(cluster.client(), Pause.sleeping()),
                Pauses.loops(),
                new Gson(),
                () -> checks,
                ComplianceSettings.defaults()
                        .with(ComplianceSettings.FRAMEWORKS, frameworks)
                        .with(ComplianceSettings.RETRY, Duration.ofMillis(50)),
                now::get);
        compliance.start();
    }

    private void audit(String name, String failed) {
        cluster.put(GROUP + "/namespaces/a/configauditreports", """
                {"metadata": {"name": "%s", "namespace": "a",
                  "labels": {"trivy-operator.resource.kind": "Pod", "plugin-config-hash": "7d"}},
                 "report": {"checks": [{"checkID": "%s", "severity": "HIGH", "success": false, "title": "t"}]}}""".formatted(name, failed));
    }

    private ObjectNode own(String name, String check) {
        try {
            return cluster.put(REPORTS, (ObjectNode) new JsonMapper().readTree("""
                    {"metadata": {"name": "%s"},
                     "spec": {"cron": "0 */6 * * *", "reportType": "summary", "compliance": {"id": "%s", "title": "t",
                       "controls": [{"id": "1", "name": "n", "severity": "LOW", "checks": [{"id": "%s"}]}]}}}""".formatted(name, name, check)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private long statusWrites(String name) {
        return cluster.calls().stream()
                .filter(call -> call.method().equals("PUT") && call.path().equals(REPORTS + "/" + name + "/status"))
                .count();
    }

    private int failures(String name, String control) {
        return control(name, control).path("totalFail").asInt(-1);
    }

    private JsonNode control(String name, String id) {
        for (JsonNode control : status(name).at("/summaryReport/controlCheck")) {
            if (control.path("id").asText().equals(id)) {
                return control;
            }
        }
        return new JsonMapper().missingNode();
    }

    private JsonNode status(String name) {
        ObjectNode report = cluster.get(REPORTS + "/" + name);
        return report == null ? new JsonMapper().missingNode() : report.path("status");
    }
}
