package dev.breakwater.controller.compliance;

import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.checks.Evidence;
import dev.breakwater.controller.compliance.CurrentChecks.Check;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompilationTest {
    private static final String NOW = "7d8f";
    private static final Set<Deviation> ALL = EnumSet.allOf(Deviation.class);
    private static final Set<String> WORKLOADS = Set.of("Pod", "ReplicaSet", "Job");

    private final List<AuditReport> reports = new ArrayList<>();
    private final Set<String> kindsInTheCluster = new java.util.HashSet<>(Set.of("Pod", "ReplicaSet", "Role"));
    private Set<Deviation> deviations = ALL;
    private int limit = 10;

    @Test
    void aControlFailsByTheFindingsOfItsChecksAndPassesWithoutAny() throws Exception {
        report(
                AuditKind.CONFIG,
                "Pod",
                "a",
                "pod-x",
                NOW,
                fail("AVD-KSV-0017"),
                fail("AVD-KSV-0017"),
                fail("AVD-KSV-0008"));
        report(AuditKind.CONFIG, "ReplicaSet", "b", "replicaset-y", NOW, fail("AVD-KSV-0017"));

        assertThatJson(compile(summary("""
                {"id": "1", "name": "one", "severity": "LOW", "checks": [{"id": "AVD-KSV-0017"}]},
                {"id": "2", "name": "two", "severity": "HIGH", "checks": [{"id": "AVD-KSV-0017"}, {"id": "AVD-KSV-0008"}]},
                {"id": "3", "name": "three", "severity": "HIGH", "checks": [{"id": "AVD-KSV-0009"}]}"""))).isEqualTo("""
                {"summary": {"failCount": 2, "passCount": 1},
                 "summaryReport": {"id": "own", "title": "Own", "controlCheck": [
                  {"id": "1", "name": "one", "severity": "LOW", "totalFail": 3, "status": "FAIL"},
                  {"id": "2", "name": "two", "severity": "HIGH", "totalFail": 4, "status": "FAIL"},
                  {"id": "3", "name": "three", "severity": "HIGH", "totalFail": 0, "status": "PASS"}]}}""");
    }

    @Test
    void theDetailReportCarriesFindingsWithTheirMessagesAndTargets() throws Exception {
        report(AuditKind.CONFIG, "Pod", "a", "pod-x", NOW, fail("AVD-KSV-0017"));
        report(AuditKind.CLUSTER_RBAC, "ClusterRole", "", "clusterrole-r", NOW, fail("AVD-KSV-0041"));

        assertThatJson(compile(details("""
                {"id": "1", "name": "one", "description": "d", "severity": "LOW",
                 "checks": [{"id": "AVD-KSV-0017"}, {"id": "AVD-KSV-0041"}]},
                {"id": "2", "name": "two", "severity": "LOW", "checks": [{"id": "AVD-KSV-0009"}]}"""))).isEqualTo("""
                {"summary": {"failCount": 1, "passCount": 1},
                 "detailReport": {"id": "own", "title": "Own", "description": "", "version": "", "relatedVersion": ["https://example.org"],
                  "results": [
                  {"id": "1", "name": "one", "description": "d", "severity": "LOW", "status": "FAIL", "checks": [
                   {"checkID": "AVD-KSV-0017", "severity": "HIGH", "success": false, "target": "a/pod-x", "title": "t",
                    "description": "d", "category": "c", "messages": ["m of AVD-KSV-0017"], "remediation": "r"},
                   {"checkID": "AVD-KSV-0041", "severity": "HIGH", "success": false, "target": "/clusterrole-r", "title": "t",
                    "description": "d", "category": "c", "messages": ["m of AVD-KSV-0041"], "remediation": "r"}]},
                  {"id": "2", "name": "two", "description": "", "severity": "LOW", "status": "PASS",
                   "checks": [{"checkID": "", "severity": "", "success": true}]}]}}""");
    }

    @Test
    void entriesBeyondTheLimitAreCountedButNotListed() throws Exception {
        limit = 3;
        IntStream.range(0, 8)
                .forEach(i -> report(
                        AuditKind.CONFIG, "Pod", "a", "pod-" + i, NOW, fail("AVD-KSV-0017"), fail("AVD-KSV-0008")));
        String control = """
                {"id": "1", "name": "one", "severity": "LOW", "checks": [{"id": "AVD-KSV-0017"}, {"id": "AVD-KSV-0008"}]}""";

        assertThat(compile(details(control)).at("/detailReport/results/0/checks"))
                .hasSize(3);
        assertThat(compile(summary(control))
                        .at("/summaryReport/controlCheck/0/totalFail")
                        .asInt())
                .isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KSV-0017", "AVD-KSV-0017", "avd-ksv-0017", "KSV017", "ksv017"})
    void everySpellingOfACheckMeansTheSame(String spelling) throws Exception {
        report(AuditKind.CONFIG, "Pod", "a", "pod-x", NOW, fail("AVD-KSV-0017"), fail("KSV017"), fail("KSV-0017"));

        ObjectNode status =
                compile(summary("{\"id\": \"1\", \"name\": \"n\", \"severity\": \"LOW\", \"checks\": [{\"id\": \""
                        + spelling + "\"}]}"));

        assertThat(status.at("/summaryReport/controlCheck/0/totalFail").asInt()).isEqualTo(3);
    }

    @Test
    void aCheckThatHasASuccessorIsJudgedByIt() throws Exception {
        report(AuditKind.CONFIG, "Pod", "a", "pod-x", NOW, fail("AVD-KSV-0116"));

        assertThat(status("AVD-KSV-0029")).isEqualTo("FAIL");
    }

    @Test
    void passedEntriesAreNoFailures() throws Exception {
        report(AuditKind.CONFIG, "Pod", "a", "pod-x", NOW, pass("AVD-KSV-0017"));

        assertThat(status("AVD-KSV-0017")).isEqualTo("PASS");
    }

    @Test
    void clusterScopedConfigurationCounts() throws Exception {
        report(AuditKind.CLUSTER_CONFIG, "ClusterRoleBinding", "", "clusterrolebinding-b", NOW, fail("AVD-KSV-0111"));

        assertThat(status("AVD-KSV-0111")).isEqualTo("FAIL");
    }

    @Test
    void manualControlsAreManualAndInNeitherCount() throws Exception {
        ObjectNode status = compile(details("""
                {"id": "1", "name": "look yourself (Manual)", "severity": "LOW", "defaultStatus": "FAIL"},
                {"id": "2", "name": "look yourself", "severity": "LOW", "checks": []}"""));

        assertThatJson(status.path("summary")).isEqualTo("{\"failCount\": 0, \"passCount\": 0}");
        assertThatJson(status.at("/detailReport/results")).isEqualTo("""
                [{"id": "1", "name": "look yourself (Manual)", "description": "", "severity": "LOW", "status": "MANUAL", "checks": []},
                 {"id": "2", "name": "look yourself", "description": "", "severity": "LOW", "status": "MANUAL", "checks": []}]""");
        assertThat(compile(summary("{\"id\": \"1\", \"name\": \"n\", \"severity\": \"LOW\"}"))
                        .at("/summaryReport/controlCheck/0")
                        .has("totalFail"))
                .isFalse();
    }

    @Test
    void anAuthorsVerdictOnAControlWithoutChecksIsTaken() throws Exception {
        assertThatJson(compile(
                                details(
                                        "{\"id\": \"1\", \"name\": \"seen\", \"severity\": \"LOW\", \"defaultStatus\": \"PASS\"}"))
                        .path("summary"))
                .isEqualTo("{\"failCount\": 0, \"passCount\": 1}");
    }

    @Test
    void aControlWhoseChecksHaveNotRunIsNotAssessedAndInNeitherCount() throws Exception {
        report(AuditKind.CONFIG, "Pod", "a", "pod-x", "made with older checks", fail("AVD-KSV-0017"));

        ObjectNode status = compile(details(
                "{\"id\": \"1\", \"name\": \"n\", \"severity\": \"LOW\", \"checks\": [{\"id\": \"KSV-0017\"}]}"));

        assertThatJson(status.path("summary")).isEqualTo("{\"failCount\": 0, \"passCount\": 0}");
        assertThatJson(status.at("/detailReport/results/0"))
                .isEqualTo(
                        "{\"id\": \"1\", \"name\": \"n\", \"description\": \"\", \"severity\": \"LOW\", \"status\": \"NOT_ASSESSED\", \"checks\": [],"
                                + "\"reason\": \"No report has been made with the present checks about any Job, Pod, ReplicaSet: audit.kinds says what is audited.\"}");
    }

    /** The pod of the scheduler says nothing about the API server, and a worker nothing about a file of the control plane: they once made both pass. */
    @Test
    void anObjectThatDoesNotShowWhatACheckLooksAtDoesNotMakeItsControlPass() throws Exception {
        kindsInTheCluster.add("NodeInfo");
        telling(AuditKind.INFRA, "Pod", Set.of("KCV-0001"));
        telling(AuditKind.CLUSTER_INFRA, "Node", Set.of("KCV-0001", "KCV-0048"));
        assertThat(status("AVD-KCV-0001")).isEqualTo("NOT_ASSESSED");
        assertThat(status("AVD-KCV-0048")).isEqualTo("NOT_ASSESSED");

        telling(AuditKind.CLUSTER_INFRA, "Node", Set.of("KCV-0001"));
        assertThat(status("AVD-KCV-0001")).isEqualTo("NOT_ASSESSED");
        assertThat(status("AVD-KCV-0048")).isEqualTo("PASS");

        telling(AuditKind.CLUSTER_INFRA, "Node", Set.of("KCV-0048"));
        assertThat(status("AVD-KCV-0001")).isEqualTo("PASS");
        assertThat(status("AVD-KCV-0048")).isEqualTo("PASS");
    }

    @Test
    void aReportOnANodeThatDoesNotTellSaysNothingAboutTheControlPlane() throws Exception {
        report(AuditKind.CLUSTER_INFRA, "Node", "", "node-n", NOW);

        assertThat(status("AVD-KCV-0001")).isEqualTo("NOT_ASSESSED");
        assertThat(status("AVD-KCV-0048")).isEqualTo("PASS");
    }

    @Test
    void aControlThatIsNotAssessedSaysWhyInOneSentenceForEachThingThatWasNotSeen() throws Exception {
        kindsInTheCluster.add("NodeInfo");
        String control =
                "{\"id\": \"1\", \"name\": \"n\", \"severity\": \"LOW\", \"checks\": [{\"id\": \"KCV-0048\"}]}";
        assertThat(compile(summary(control))
                        .at("/summaryReport/controlCheck/0/reason")
                        .asText())
                .startsWith("No node has been looked at with the present checks");

        telling(AuditKind.CLUSTER_INFRA, "Node", Set.of("KCV-0001", "KCV-0048"));
        assertThat(compile(summary(control))
                        .at("/summaryReport/controlCheck/0/reason")
                        .asText())
                .startsWith("The manifest of the API server was not seen on any control-plane node");
        assertThat(reasonOf("KCV-0001"))
                .contains("how kube-apiserver was started")
                .contains("no process of a node");
        assertThat(reasonOf("OWN-1")).contains("No check OWN-1 is in force").contains("audit.checksOff");
    }

    private String reasonOf(String check) throws Exception {
        return compile(details("{\"id\": \"1\", \"name\": \"n\", \"severity\": \"LOW\", \"checks\": [{\"id\": \""
                        + check + "\"}]}"))
                .at("/detailReport/results/0/reason")
                .asText();
    }

    @Test
    void oneReportOfAKindItTargetsShowsThatACheckHasRun() throws Exception {
        report(AuditKind.CONFIG, "Service", "a", "service-s", NOW);
        assertThat(status("AVD-KSV-0017")).isEqualTo("NOT_ASSESSED");

        report(AuditKind.CONFIG, "ReplicaSet", "a", "replicaset-r", NOW);
        assertThat(status("AVD-KSV-0017")).isEqualTo("PASS");
    }

    @Test
    void aCheckHasRunWhenThereIsNothingItCouldLookAt() throws Exception {
        assertThat(status("AVD-KSV-0038")).isEqualTo("PASS");

        kindsInTheCluster.add("NetworkPolicy");
        assertThat(status("AVD-KSV-0038")).isEqualTo("NOT_ASSESSED");
    }

    @Test
    void theDefaultStatusStandsWhereThereIsNothingToLookAt() throws Exception {
        String control =
                "{\"id\": \"1\", \"name\": \"n\", \"severity\": \"LOW\", \"checks\": [{\"id\": \"KSV-0038\"}], \"defaultStatus\": \"FAIL\"}";
        assertThatJson(compile(details(control)).path("summary")).isEqualTo("{\"failCount\": 1, \"passCount\": 0}");

        report(AuditKind.CONFIG, "NetworkPolicy", "a", "networkpolicy-n", NOW);
        assertThatJson(compile(details(control)).path("summary")).isEqualTo("{\"failCount\": 0, \"passCount\": 1}");
    }

    @Test
    void controlPlaneChecksRunByInfrastructureReportsOnly() throws Exception {
        report(AuditKind.CONFIG, "Pod", "kube-system", "pod-kube-apiserver-n", NOW);
        assertThat(status("AVD-KCV-0001")).isEqualTo("NOT_ASSESSED");

        report(AuditKind.INFRA, "Pod", "kube-system", "pod-kube-apiserver-n", NOW);
        assertThat(status("AVD-KCV-0001")).isEqualTo("PASS");
    }

    @Test
    void aControlPlaneThatCannotBeSeenIsNotAssessed() throws Exception {
        kindsInTheCluster.clear();

        assertThat(status("AVD-KCV-0001")).isEqualTo("NOT_ASSESSED");
    }

    @Test
    void nodeChecksRunByReportsOnNodes() throws Exception {
        kindsInTheCluster.add("NodeInfo");
        assertThat(status("AVD-KCV-0048")).isEqualTo("NOT_ASSESSED");

        report(AuditKind.CLUSTER_INFRA, "Node", "", "node-n", NOW, fail("AVD-KCV-0048"));
        assertThat(status("AVD-KCV-0048")).isEqualTo("FAIL");
    }

    @Test
    void aFindingFailsAControlEvenIfAnotherOfItsChecksHasNotRun() throws Exception {
        report(AuditKind.CONFIG, "Pod", "a", "pod-x", NOW, fail("AVD-KSV-0017"));
        String both = "[{\"id\": \"KSV-0017\"}, {\"id\": \"KCV-0001\"}]";

        assertThat(statusOf("{\"id\": \"1\", \"name\": \"n\", \"severity\": \"LOW\", \"checks\": " + both + "}"))
                .isEqualTo("FAIL");
    }

    @Test
    void aCheckNobodyKnowsHasNotRunUnlessAReportNamesIt() throws Exception {
        assertThat(status("OWN-1")).isEqualTo("NOT_ASSESSED");

        report(AuditKind.CONFIG, "Pod", "a", "pod-x", NOW, fail("own-1"));
        assertThat(status("OWN-1")).isEqualTo("FAIL");
    }

    @Test
    void withoutDeviationsTheCountsAreTheOriginals() throws Exception {
        deviations = Set.of();
        report(
                AuditKind.CONFIG,
                "Pod",
                "a",
                "pod-x",
                NOW,
                pass("AVD-KSV-0017"),
                fail("AVD-KSV-0008"),
                fail("KSV008"),
                fail("KSV-0008"));
        report(AuditKind.CLUSTER_CONFIG, "ClusterRoleBinding", "", "b", NOW, fail("AVD-KSV-0111"));

        assertThatJson(compile(details("""
                {"id": "1", "name": "a pass is a failure", "severity": "LOW", "checks": [{"id": "AVD-KSV-0017"}]},
                {"id": "2", "name": "some ids are lost", "severity": "LOW", "checks": [{"id": "AVD-KSV-0008"}]},
                {"id": "3", "name": "lower case never matches", "severity": "LOW", "checks": [{"id": "avd-ksv-0008"}]},
                {"id": "4", "name": "by hand (Manual)", "severity": "LOW", "defaultStatus": "FAIL"},
                {"id": "5", "name": "not run", "severity": "LOW", "checks": [{"id": "AVD-KCV-0001"}]},
                {"id": "6", "name": "cluster scope", "severity": "LOW", "checks": [{"id": "AVD-KSV-0111"}]}"""))).isEqualTo("""
                {"summary": {"failCount": 2, "passCount": 4},
                 "detailReport": {"id": "own", "title": "Own", "description": "", "version": "", "relatedVersion": ["https://example.org"],
                  "results": [
                  {"id": "1", "name": "a pass is a failure", "description": "", "severity": "LOW", "checks": [
                   {"checkID": "AVD-KSV-0017", "severity": "HIGH", "success": false, "target": "a/pod-x", "title": "t",
                    "description": "d", "category": "c", "messages": ["d"], "remediation": "r"}]},
                  {"id": "2", "name": "some ids are lost", "description": "", "severity": "LOW", "checks": [
                   {"checkID": "AVD-KSV-0008", "severity": "HIGH", "success": false, "target": "a/pod-x", "title": "t",
                    "description": "d", "category": "c", "messages": ["d"], "remediation": "r"},
                   {"checkID": "KSV008", "severity": "HIGH", "success": false, "target": "a/pod-x", "title": "t",
                    "description": "d", "category": "c", "messages": ["d"], "remediation": "r"}]},
                  {"id": "3", "name": "lower case never matches", "description": "", "severity": "LOW",
                   "checks": [{"checkID": "", "severity": "", "success": true}]},
                  {"id": "4", "name": "by hand (Manual)", "description": "", "severity": "LOW", "status": "FAIL",
                   "checks": [{"checkID": "", "severity": "", "success": true}]},
                  {"id": "5", "name": "not run", "description": "", "severity": "LOW",
                   "checks": [{"checkID": "", "severity": "", "success": true}]},
                  {"id": "6", "name": "cluster scope", "description": "", "severity": "LOW",
                   "checks": [{"checkID": "", "severity": "", "success": true}]}]}}""");
    }

    private String status(String check) throws Exception {
        return statusOf(
                "{\"id\": \"1\", \"name\": \"n\", \"severity\": \"LOW\", \"checks\": [{\"id\": \"" + check + "\"}]}");
    }

    private String statusOf(String control) throws Exception {
        return compile(details(control)).at("/detailReport/results/0/status").asText();
    }

    private ObjectNode compile(ComplianceSpec spec) throws IOException {
        Compilation compilation = new Compilation(List.of(spec), new KnownChecks(), deviations, limit);
        compilation.read((kind, wanted, each) -> reports.stream()
                .filter(report -> report.kind() == kind)
                .map(report -> new AuditReport(
                        report.kind(),
                        report.objectKind(),
                        report.namespace(),
                        report.name(),
                        report.configHash(),
                        report.notAssessed(),
                        report.entries().stream()
                                .filter(entry -> wanted.test(entry.checkId()))
                                .toList()))
                .forEach(each));
        return compilation.status(spec, kindsInTheCluster::contains);
    }

    private void report(
            AuditKind kind,
            String objectKind,
            String namespace,
            String name,
            String hash,
            AuditReport.Entry... entries) {
        reports.add(new AuditReport(kind, objectKind, namespace, name, hash, Optional.empty(), List.of(entries)));
    }

    /** About the infrastructure, by a version that tells which checks saw nothing. */
    private void telling(AuditKind kind, String objectKind, Set<String> notAssessed) {
        reports.add(
                new AuditReport(kind, objectKind, "", "r" + reports.size(), NOW, Optional.of(notAssessed), List.of()));
    }

    private static AuditReport.Entry fail(String id) {
        return new AuditReport.Entry(id, "HIGH", false, "t", "d", "c", List.of("m of " + id), "r");
    }

    private static AuditReport.Entry pass(String id) {
        return new AuditReport.Entry(id, "HIGH", true, "t", "d", "c", List.of(), "r");
    }

    private static ComplianceSpec summary(String controls) throws Exception {
        return spec("summary", controls);
    }

    private static ComplianceSpec details(String controls) throws Exception {
        return spec("all", controls);
    }

    private static ComplianceSpec spec(String mode, String controls) throws Exception {
        return ComplianceSpec.parse(new JsonMapper().readTree("""
                {"cron": "0 */6 * * *", "reportType": "%s",
                 "compliance": {"id": "own", "title": "Own", "relatedResources": ["https://example.org"], "controls": [%s]}}""".formatted(mode, controls)));
    }

    /** A handful of checks; ids are read like those of the program. */
    private static final class KnownChecks implements CurrentChecks {
        private static final Map<String, Check> CHECKS = Map.of(
                "KSV8", check("KSV-0008", WORKLOADS),
                "KSV9", check("KSV-0009", WORKLOADS),
                "KSV17", check("KSV-0017", WORKLOADS),
                "KSV38", check("KSV-0038", Set.of("NetworkPolicy")),
                "KSV41", check("KSV-0041", Set.of("ClusterRole")),
                "KSV111", check("KSV-0111", Set.of("RoleBinding", "ClusterRoleBinding")),
                "KSV116", check("KSV-0116", WORKLOADS),
                "KCV1", new Check("KCV-0001", WORKLOADS, true, Optional.of(new Evidence.Arguments("kube-apiserver"))),
                "KCV48",
                        new Check(
                                "KCV-0048",
                                Set.of("NodeInfo"),
                                true,
                                Optional.of(new Evidence.NodeFile(
                                        "mode", "The manifest of the API server", List.of("master")))));

        private static Check check(String id, Set<String> targets) {
            return new Check(id, targets, false, Optional.empty());
        }

        @Override
        public Optional<Check> find(String spelling) {
            String plain = spelling.toUpperCase(Locale.ROOT).replace("AVD-", "").replace("-", "");
            return Optional.ofNullable(
                    CHECKS.get(plain.substring(0, 3) + plain.substring(3).replaceFirst("^0+", "")));
        }

        @Override
        public boolean isCurrent(String objectKind, String configHash) {
            return configHash.equals(NOW);
        }
    }
}
