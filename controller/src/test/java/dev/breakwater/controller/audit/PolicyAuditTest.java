package dev.breakwater.controller.audit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.bundle.BundlePush;
import dev.breakwater.controller.bundle.BundleSettings;
import dev.breakwater.controller.bundle.TestRegistry;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.PolicyNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies in an audit; Job controller, kubelet and Trivy are played, the batch that travels is the real one. */
@NullUnmarked
class PolicyAuditTest extends AuditScene {
    private static final String OF_SHOP = REPORTS + "namespaces/shop/configauditreports/";
    private static final String POLICY = PolicyNode.POLICY;

    private TestRegistry registry;
    private BundleSettings bundle = BundleSettings.none();
    private PolicyNode node;

    @BeforeEach
    void startNode() throws Exception {
        node = new PolicyNode(cluster);
        registry = new TestRegistry();
        put("v1", "Service", "services", "s");
        put("v1", "LimitRange", "limitranges", "l");
    }

    @AfterEach
    void stopRegistry() {
        registry.close();
    }

    private void startAudit() throws Exception {
        start(AuditSettings.defaults(), bundle, Set.of(registry.host()));
    }

    private void put(String apiVersion, String kind, String plural, String name) {
        ObjectNode object = Objects.object(apiVersion, kind, "shop", name);
        object.putObject("spec").put("priority", -10);
        cluster.put("/api/v1/namespaces/shop/" + plural, object);
    }

    private void policies(Map<String, String> data) {
        ObjectNode configMap = Objects.object("v1", "ConfigMap", "breakwater", "trivy-operator-policies-config");
        data.forEach(configMap.withObject("/data")::put);
        cluster.put("/api/v1/namespaces/breakwater/configmaps", configMap);
    }

    private JsonNode report(String name) {
        return cluster.get(OF_SHOP + name);
    }

    private String configHash(String report) {
        return report(report).at("/metadata/labels/plugin-config-hash").asText();
    }

    private JsonNode status() {
        return status("trivy-operator-policies-config");
    }

    private JsonNode status(String name) {
        ObjectNode object = cluster.get("/apis/breakwater.dev/v1alpha1/checksources/" + name);
        return object == null ? MissingNode.getInstance() : object.path("status");
    }

    private List<String> events() {
        return events("breakwater");
    }

    private List<String> events(String namespace) {
        return cluster.find("/api/v1/namespaces/" + namespace + "/events/").stream()
                .map(event -> event.path("reason").asText() + ": "
                        + event.path("message").asText())
                .toList();
    }

    @Test
    void aPolicyIsRunOnTheKindsItNamesAndItsFindingsAreInTheReportBesideTheOthers() throws Exception {
        policies(Map.of("policy.unwanted.rego", POLICY, "policy.unwanted.kinds", "Service, Workload"));
        startAudit();

        await().atMost(60, SECONDS).until(() -> ids(report("service-s")).contains("TEAM-R1"));
        JsonNode found = report("service-s").at("/report");
        JsonNode entry = found.path("checks").get(found.path("checks").size() - 1);
        assertThat(entry).isEqualTo(new JsonMapper().readTree("""
                {"category": "Kubernetes Security Check", "checkID": "TEAM-R1", "title": "Unwanted", "severity": "HIGH",
                 "description": "", "remediation": "", "messages": ["unwanted"], "success": false}"""));
        assertThat(found.at("/summary/highCount").asInt()).isPositive();
        await().atMost(60, SECONDS).until(() -> report("limitrange-l") != null && audit.waiting() == 0);
        assertThat(ids(report("limitrange-l"))).doesNotContain("TEAM-R1");
        assertThat(node.judged()).containsExactly("Service s");

        // Nothing of the batch is left.
        await().atMost(60, SECONDS)
                .until(() -> cluster.find("/secrets/").isEmpty()
                        && cluster.find("/jobs/").isEmpty());
        await().atMost(60, SECONDS).until(() -> status().path("policies").asInt() == 1);
        assertThat(status().path("ready").asText()).isEqualTo("True");
    }

    @Test
    void aChangedPolicyJudgesExactlyTheObjectsOfItsKindsAnew() throws Exception {
        policies(Map.of("policy.unwanted.rego", POLICY, "policy.unwanted.kinds", "Service"));
        startAudit();
        await().atMost(60, SECONDS).until(() -> ids(report("service-s")).contains("TEAM-R1"));
        String other = report("limitrange-l").at("/metadata/resourceVersion").asText();

        policies(Map.of(
                "policy.unwanted.rego", POLICY.replace("TEAM-R1", "TEAM-R2"), "policy.unwanted.kinds", "Service"));

        await().atMost(60, SECONDS).until(() -> ids(report("service-s")).contains("TEAM-R2"));
        assertThat(ids(report("service-s"))).doesNotContain("TEAM-R1");
        assertThat(report("limitrange-l").at("/metadata/resourceVersion").asText())
                .isEqualTo(other);

        // Without policies, no Job is needed to be rid of their findings.
        int jobs = node.batches();
        cluster.remove("/api/v1/namespaces/breakwater/configmaps/trivy-operator-policies-config");
        await().atMost(60, SECONDS).until(() -> !ids(report("service-s")).contains("TEAM-R2"));
        assertThat(node.batches()).isEqualTo(jobs);
    }

    @Test
    void aBrokenPolicyIsToldOfAndTheOthersGoOn() throws Exception {
        node.breaks("policy.broken.rego", "policy.broken.rego:7: rego_type_error: undefined function f");
        policies(Map.of(
                "policy.unwanted.rego", POLICY,
                "policy.unwanted.kinds", "Service",
                "policy.broken.rego", POLICY.replace("unwanted", "broken"),
                "policy.broken.kinds", "*",
                "policy.mute.rego", "package trivyoperator.mute",
                "policy.mute.kinds", "*",
                "policy.homeless.rego", POLICY));
        startAudit();

        await().atMost(60, SECONDS).until(() -> ids(report("service-s")).contains("TEAM-R1"));
        await().atMost(60, SECONDS).until(() -> status().path("broken").asInt() == 3);
        assertThat(status().path("policies").asInt()).isEqualTo(1);
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(events())
                        .contains("CheckBroken: policy.broken.rego:7: rego_type_error: undefined function f")
                        .anyMatch(text -> text.startsWith("CheckBroken: policy.mute.rego: it has no rule deny"))
                        .anyMatch(text -> text.startsWith("CheckBroken: policy.homeless.rego: the kinds are missing")));

        // What is known to be broken is not tried again.
        put("v1", "Service", "services", "t");
        await().atMost(60, SECONDS).until(() -> ids(report("service-t")).contains("TEAM-R1"));
        assertThat(node.lastPolicies()).containsExactly("policy.unwanted.rego");

        // And where nothing else is there for a kind, no Job is made.
        await().atMost(60, SECONDS).until(() -> configHash("limitrange-l").equals(current.configHash("LimitRange")));
        int batches = node.batches();
        put("v1", "LimitRange", "limitranges", "m");
        await().atMost(60, SECONDS)
                .until(() -> report("limitrange-m") != null
                        && configHash("limitrange-m").equals(current.configHash("LimitRange")));
        assertThat(node.batches()).isEqualTo(batches);
    }

    @Test
    void whatAPolicyCannotDecideIsToldOfWithItsObject() throws Exception {
        node.cannotDecide("policy.unwanted.rego", "policy.unwanted.rego:8: eval_conflict_error: two values");
        policies(Map.of("policy.unwanted.rego", POLICY, "policy.unwanted.kinds", "Service"));
        startAudit();
        await().atMost(60, SECONDS).until(() -> status().path("undecided").asInt() == 1);
        assertThat(status().path("ready").asText()).isEqualTo("True");
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(events())
                        .containsExactly(
                                "CheckUndecided: policy.unwanted.rego cannot be evaluated on one object, for example "
                                        + "Service shop/s: policy.unwanted.rego:8: eval_conflict_error: two values"));
    }

    @Test
    void whereNoJobRunsReportsAreMadeWithoutPoliciesUntilOneDoes() throws Exception {
        node.fails("FATAL the disk is full");
        policies(Map.of("policy.unwanted.rego", POLICY, "policy.unwanted.kinds", "Service"));
        startAudit();
        await().atMost(60, SECONDS).until(() -> status().path("reason").asText().equals("PoliciesNotRun"));
        await().atMost(60, SECONDS).until(() -> report("service-s") != null);
        assertThat(ids(report("service-s"))).doesNotContain("TEAM-R1");
        assertThat(status().path("message").asText()).contains("JobFailed").contains("the disk is full");
        // To compliance, the checks have run all the same.
        assertThat(current.isMadeWithTheseChecks("Service", configHash("service-s")))
                .isTrue();
        assertThat(configHash("service-s")).isNotEqualTo(current.configHash("Service"));
        assertThat(status().path("ready").asText()).isEqualTo("False");

        node.fails("");
        now.set(now.get().plus(Duration.ofMinutes(1)));
        await().atMost(60, SECONDS).until(() -> ids(report("service-s")).contains("TEAM-R1"));
        await().atMost(60, SECONDS).until(() -> status().path("ready").asText().equals("True"));
        assertThat(events()).contains("PoliciesRun: policies: no longer kept from running");
        assertThat(configHash("service-s")).isEqualTo(current.configHash("Service"));
        assertThat(current.isMadeWithTheseChecks("Service", "other")).isFalse();
    }

    @Test
    void aJobThatRunsPoliciesIsNotJudgedByPolicies() throws Exception {
        policies(Map.of("policy.unwanted.rego", POLICY, "policy.unwanted.kinds", "*"));
        startAudit();
        await().atMost(60, SECONDS)
                .until(() -> ids(report("service-s")).contains("TEAM-R1")
                        && ids(report("limitrange-l")).contains("TEAM-R1"));
        assertThat(node.judged()).noneMatch(object -> object.startsWith("Job") || object.startsWith("Pod"));
    }

    @Test
    void aBundleIsInForceBesideTheConfigMapAndStaysSoWithoutItsRegistry() throws Exception {
        policies(Map.of("team.yaml", check("TEAM-1")));
        String digest = new BundlePush(registry.host() + "/team/checks")
                .archive(
                        "1",
                        Map.of(
                                "checks/fleet.yaml",
                                check("FLEET-1"),
                                "checks/double.yaml",
                                check("TEAM-1"),
                                "rego/policy.unwanted.rego",
                                POLICY,
                                "rego/policy.unwanted.kinds",
                                "Service"));
        bundle = new BundleSettings(registry.host() + "/team/checks:1", Duration.ofHours(1));
        startAudit();
        await().atMost(60, SECONDS)
                .until(() -> ids(report("service-s")).containsAll(List.of("TEAM-1", "FLEET-1", "TEAM-R1")));
        await().atMost(60, SECONDS)
                .until(() -> status("checks-bundle").path("policies").asInt() == 1);
        JsonNode status = status("checks-bundle");
        assertThat(status.path("revision").asText()).isEqualTo(digest);
        assertThat(status.path("checks").asInt()).isEqualTo(1);
        assertThat(status.path("message").asText())
                .isEqualTo(
                        "checks-bundle/checks/double.yaml: check TEAM-1: the id is used twice; the first check of this id is kept.");
        assertThat(status().path("ready").asText()).isEqualTo("True");
        assertThat(status().path("checks").asInt()).isEqualTo(1);

        registry.beDown(true);
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(events("default"))
                        .anyMatch(text -> text.startsWith("ChecksNotFetched: the bundle " + registry.host()
                                + "/team/checks:1 was not fetched: " + registry.host() + " answers 503")));
        put("v1", "Service", "services", "t");
        await().atMost(60, SECONDS).until(() -> ids(report("service-t")).containsAll(List.of("FLEET-1", "TEAM-R1")));

        registry.beDown(false);
        await().atMost(60, SECONDS)
                .untilAsserted(() ->
                        assertThat(events("default")).contains("ChecksFetched: checks-bundle: no longer out of reach"));
    }

    private static String check(String id) {
        return """
                id: %s
                severity: LOW
                title: t
                description: d
                remediation: r
                match: {kinds: [Service]}
                fail: "true"
                message: name
                """.formatted(id);
    }
}
