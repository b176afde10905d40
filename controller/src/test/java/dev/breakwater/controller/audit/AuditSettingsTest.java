package dev.breakwater.controller.audit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.checks.Severity;
import dev.breakwater.controller.kubernetes.Objects;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each setting does to the reports of a cluster, and that a changed one reaches reports that were there before. */
@NullUnmarked
class AuditSettingsTest extends AuditScene {
    private static final AuditSettings DEFAULTS = AuditSettings.defaults();

    @BeforeEach
    void fill() {
        pod("shop");
        pod("ci");
        ObjectNode role = Objects.object("rbac.authorization.k8s.io/v1", "Role", "shop", "r");
        role.putArray("rules")
                .addObject()
                .<ObjectNode>set("apiGroups", role.arrayNode().add(""))
                .<ObjectNode>set("resources", role.arrayNode().add("secrets"))
                .set("verbs", role.arrayNode().add("get"));
        cluster.put("/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles", role);
    }

    @Test
    void aCheckOffInANamespaceIsNotRecordedThereAndIsElsewhereAlsoInReportsThatWereThereBefore() throws Exception {
        start(DEFAULTS);
        awaitCheck("shop", "AVD-KSV-0014", true);
        awaitCheck("ci", "AVD-KSV-0014", true);
        String ofCi = version("ci");
        audit.close();

        start(settings(true, false, DEFAULTS.recorded(), Map.of(), Set.of(), Map.of("shop", Set.of("KSV-0014"))));
        awaitCheck("shop", "AVD-KSV-0014", false);
        assertThat(version("ci")).isEqualTo(ofCi);
        audit.close();

        start(DEFAULTS);
        awaitCheck("shop", "AVD-KSV-0014", true);
    }

    @Test
    void aCheckOffForTheClusterAndAnotherSeverityReachEveryReport() throws Exception {
        start(DEFAULTS);
        awaitCheck("shop", "AVD-KSV-0014", true);
        audit.close();

        start(settings(
                true, false, DEFAULTS.recorded(), Map.of("KSV-0013", Severity.CRITICAL), Set.of("KSV-0014"), Map.of()));
        awaitCheck("shop", "AVD-KSV-0014", false);
        awaitCheck("ci", "AVD-KSV-0014", false);
        JsonNode report = report("shop");
        assertThat(report.at("/report/summary/criticalCount").asInt()).isEqualTo(1);
        for (JsonNode check : report.at("/report/checks")) {
            boolean raised = check.path("checkID").asText().equals("AVD-KSV-0013");
            assertThat(check.path("severity").asText().equals("CRITICAL")).isEqualTo(raised);
        }
    }

    @Test
    void onlyTheSeveritiesAskedForAreRecordedAndPassedChecksWhereTheyAreWanted() throws Exception {
        start(settings(false, false, EnumSet.of(Severity.HIGH), Map.of(), Set.of(), Map.of()));
        awaitCheck("shop", "AVD-KSV-0014", true);
        assertThat(report("shop").at("/report/checks").findValuesAsText("severity"))
                .containsOnly("HIGH");
        assertThat(report("shop").at("/report/checks").findValuesAsText("success"))
                .contains("true", "false");
        audit.close();

        start(DEFAULTS);
        awaitCheck("shop", "AVD-KSV-0013", true);
        assertThat(report("shop").at("/report/checks").findValuesAsText("success"))
                .containsOnly("false");
    }

    @Test
    void findingsOnRolesMoveBetweenTheKindsOfReportsWithTheSetting() throws Exception {
        String own = "namespaces/shop/rbacassessmentreports/role-r";
        String merged = "namespaces/shop/configauditreports/role-r";
        start(DEFAULTS);
        await().atMost(60, SECONDS).until(() -> cluster.get(REPORTS + own) != null);
        audit.close();

        start(settings(true, true, DEFAULTS.recorded(), Map.of(), Set.of(), Map.of()));
        await().atMost(60, SECONDS)
                .until(() -> cluster.get(REPORTS + own) == null && cluster.get(REPORTS + merged) != null);
        assertThat(cluster.get(REPORTS + merged).at("/report/checks").findValuesAsText("checkID"))
                .contains("AVD-KSV-0113");
        audit.close();

        start(DEFAULTS);
        await().atMost(60, SECONDS)
                .until(() -> cluster.get(REPORTS + own) != null && cluster.get(REPORTS + merged) == null);
    }

    @Test
    void reportsOfAKindThatIsNotAuditedAnyMoreGo() throws Exception {
        start(DEFAULTS);
        awaitCheck("shop", "AVD-KSV-0014", true);
        await().atMost(60, SECONDS).until(() -> cluster.find("/role-r").size() == 1);
        ObjectNode theirs = Objects.object("aquasecurity.github.io/v1alpha1", "RbacAssessmentReport", "shop", "role-x");
        cluster.put(REPORTS + "namespaces/shop/rbacassessmentreports", theirs);
        audit.close();

        start(DEFAULTS.with(AuditSettings.KINDS, EnumSet.of(AuditedKind.POD)));
        await().atMost(60, SECONDS).until(() -> cluster.find("/role-r").isEmpty());
        assertThat(report("shop")).isNotNull();
        assertThat(cluster.find("/role-x")).hasSize(1);
    }

    @Test
    void jobsThatLookAtImagesAndNodesAreNotAudited() throws Exception {
        for (String maker : List.of("breakwater", "trivy-operator", "somebody")) {
            ObjectNode job = Objects.object("batch/v1", "Job", "shop", "of-" + maker);
            job.withObject("/metadata/labels").put("app.kubernetes.io/managed-by", maker);
            job.putObject("spec").putObject("template").set("spec", Objects.podSpec("nginx"));
            cluster.put("/apis/batch/v1/namespaces/shop/jobs", job);
        }
        start(DEFAULTS);
        await().atMost(60, SECONDS)
                .until(() -> cluster.get(REPORTS + "namespaces/shop/configauditreports/job-of-somebody") != null);
        await().atMost(60, SECONDS).until(() -> audit.waiting() == 0);
        assertThat(cluster.find("configauditreports/job-")).hasSize(1);
    }

    private static AuditSettings settings(
            boolean failedOnly,
            boolean mergeRbac,
            Set<Severity> recorded,
            Map<String, Severity> severities,
            Set<String> off,
            Map<String, Set<String>> offInNamespace) {
        return DEFAULTS.with(AuditSettings.FAILED_CHECKS_ONLY, failedOnly)
                .with(AuditSettings.MERGE_RBAC, mergeRbac)
                .with(AuditSettings.RECORDED_SEVERITIES, recorded)
                .with(AuditSettings.SEVERITIES, severities)
                .with(AuditSettings.CHECKS_OFF, off)
                .with(AuditSettings.CHECKS_OFF_IN_NAMESPACE, offInNamespace);
    }

    private void pod(String namespace) {
        ObjectNode pod = Objects.object("v1", "Pod", namespace, "a");
        pod.set("spec", Objects.podSpec("nginx"));
        cluster.put("/api/v1/namespaces/" + namespace + "/pods", pod);
    }

    private ObjectNode report(String namespace) {
        return cluster.get(REPORTS + "namespaces/" + namespace + "/configauditreports/pod-a");
    }

    private String version(String namespace) {
        return report(namespace).at("/metadata/resourceVersion").asText();
    }

    private void awaitCheck(String namespace, String id, boolean there) {
        await(namespace + " " + id)
                .atMost(60, SECONDS)
                .until(() -> report(namespace) != null
                        && report(namespace)
                                        .at("/report/checks")
                                        .findValuesAsText("checkID")
                                        .contains(id)
                                == there);
    }
}
