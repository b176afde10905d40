package dev.breakwater.controller.audit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import dev.breakwater.controller.bundle.BundlePulls;
import dev.breakwater.controller.bundle.BundleSettings;
import dev.breakwater.controller.inventory.NamespaceScope;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.rego.RegoJobs;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit of a cluster against an API in memory, with the real checks. */
@NullUnmarked
class ConfigurationAuditTest {
    private static final String REPORTS = "/apis/aquasecurity.github.io/v1alpha1/";
    private static final String TEAM_CHECK = """
            id: TEAM-1
            severity: LOW
            title: Service without an owner
            description: d
            remediation: r
            match: {kinds: [Service]}
            fail: "!object.metadata.?labels.?owner.hasValue()"
            message: name + " has no owner"
            """;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T05:00:00Z"));

    @TempDir
    Path folder;

    private InMemoryKubernetes cluster;
    private ConfigurationAudit audit;
    private Runnable listener = () -> {};

    @BeforeEach
    void startCluster() throws Exception {
        cluster = new InMemoryKubernetes();
    }

    @AfterEach
    void stop() {
        if (audit != null) {
            audit.close();
        }
        cluster.close();
    }

    private void start() throws Exception {
        AuditSettings settings = AuditSettings.defaults();
        audit = new ConfigurationAudit(
                new KubeApi(cluster.client(), Pause.sleeping()),
                new Gson(),
                "breakwater",
                new NamespaceScope(List.of(), List.of("ignored")),
                settings,
                new CurrentCheckSet(settings, Optional.empty()),
                new RegoJobs(
                        new KubeApi(cluster.client(), Pause.sleeping()),
                        "breakwater",
                        ScannerSettings.defaults(),
                        JobSettings.defaults(),
                        folder,
                        now::get,
                        Pause.sleeping()),
                new BundlePulls(BundleSettings.none(), Set.of(), now::get, Pause.sleeping()),
                now::get,
                duration -> Thread.sleep(Math.min(duration.toMillis(), 20)));
        audit.onChecksChange(listener);
        audit.start();
    }

    private ObjectNode pod(String namespace, String name) {
        ObjectNode pod = Objects.object("v1", "Pod", namespace, name);
        pod.set("spec", Objects.podSpec("nginx"));
        return cluster.put("/api/v1/namespaces/" + namespace + "/pods", pod);
    }

    private ObjectNode service(String name) {
        ObjectNode service = Objects.object("v1", "Service", "shop", name);
        service.putObject("spec").putArray("externalIPs").add("1.2.3.4");
        return cluster.put("/api/v1/namespaces/shop/services", service);
    }

    private JsonNode awaitReport(String path) {
        return await(path).atMost(60, SECONDS).until(() -> cluster.get(REPORTS + path), report -> report != null);
    }

    private static List<String> ids(JsonNode report) {
        return report.at("/report/checks").findValuesAsText("checkID");
    }

    private long writes() {
        return cluster.calls().stream()
                .filter(call -> !call.method().equals("GET"))
                .count();
    }

    @Test
    void eachKindGetsItsReportOwnedByTheObject() throws Exception {
        ObjectNode pod = pod("shop", "a");
        ObjectNode role = Objects.object("rbac.authorization.k8s.io/v1", "Role", "shop", "r");
        rule(role);
        cluster.put("/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles", role);
        ObjectNode clusterRole = Objects.object("rbac.authorization.k8s.io/v1", "ClusterRole", "", "system:x");
        rule(clusterRole);
        cluster.put("/apis/rbac.authorization.k8s.io/v1/clusterroles", clusterRole);
        ObjectNode binding = Objects.object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", "b");
        binding.putObject("roleRef").put("name", "cluster-admin");
        cluster.put("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding);
        start();

        JsonNode report = awaitReport("namespaces/shop/configauditreports/pod-a");
        assertThat(ids(report)).contains("AVD-KSV-0001", "AVD-KSV-0013").noneMatch(id -> id.contains("KCV"));
        assertThat(report.at("/report/checks")).allSatisfy(check -> {
            assertThat(check.get("success").asBoolean()).isFalse();
            assertThat(check.get("messages")).hasSize(1);
            assertThat(check.get("category").asText()).isEqualTo("Kubernetes Security Check");
        });
        int counted = report.at("/report/summary/criticalCount").asInt()
                + report.at("/report/summary/highCount").asInt()
                + report.at("/report/summary/mediumCount").asInt()
                + report.at("/report/summary/lowCount").asInt();
        assertThat(counted).isEqualTo(report.at("/report/checks").size());
        assertThat(report.at("/metadata/ownerReferences/0/uid").asText())
                .isEqualTo(pod.at("/metadata/uid").asText());
        assertThat(report.at("/metadata/labels/trivy-operator.resource.kind").asText())
                .isEqualTo("Pod");
        assertThat(report.at("/metadata/labels/resource-spec-hash").asText()).matches("[456789bcdf]+");
        assertThat(report.at("/metadata/labels/plugin-config-hash").asText()).matches("[456789bcdf]+");
        assertThat(report.at("/report/updateTimestamp").asText()).isEqualTo("2026-11-21T05:00:00Z");

        assertThat(ids(awaitReport("namespaces/shop/rbacassessmentreports/role-r")))
                .contains("AVD-KSV-0113");
        JsonNode ofClusterRole = await().atMost(60, SECONDS)
                .until(() -> cluster.find("/clusterrbacassessmentreports/clusterrole-"), found -> found.size() == 1)
                .getFirst();
        assertThat(ids(ofClusterRole)).contains("AVD-KSV-0041");
        assertThat(ofClusterRole
                        .at("/metadata/annotations/trivy-operator.resource.name")
                        .asText())
                .isEqualTo("system:x");
        assertThat(ids(awaitReport("clusterconfigauditreports/clusterrolebinding-b")))
                .contains("AVD-KSV-0111");
    }

    @Test
    void aControlPlanePodGetsAnInfrastructureReportAsWell() throws Exception {
        ObjectNode pod = Objects.object("v1", "Pod", "kube-system", "kube-apiserver-n1");
        pod.putObject("spec")
                .putArray("containers")
                .addObject()
                .put("name", "c")
                .putArray("command")
                .add("kube-apiserver");
        cluster.put("/api/v1/namespaces/kube-system/pods", pod);
        start();
        JsonNode infra = awaitReport("namespaces/kube-system/infraassessmentreports/pod-kube-apiserver-n1");
        assertThat(ids(infra)).contains("AVD-KCV-0001").allMatch(id -> id.startsWith("AVD-KCV-"));
        assertThat(infra.at("/report/updateTimestamp").isMissingNode()).isTrue();
        assertThat(ids(awaitReport("namespaces/kube-system/configauditreports/pod-kube-apiserver-n1")))
                .noneMatch(id -> id.startsWith("AVD-KCV-"));
    }

    @Test
    void aChangeOfStatusOrARestartWritesNothingAndAChangeOfTheSpecDoes() throws Exception {
        ObjectNode pod = pod("shop", "a").deepCopy();
        start();
        JsonNode first = awaitReport("namespaces/shop/configauditreports/pod-a");
        audit.close();

        pod.putObject("status").put("phase", "Running");
        cluster.put("/api/v1/namespaces/shop/pods", pod.deepCopy());
        long before = writes();
        start();
        await().atMost(60, SECONDS).until(() -> audit.hasSynced() && audit.waiting() == 0);
        service("s");
        awaitReport("namespaces/shop/configauditreports/service-s");
        assertThat(writes()).isEqualTo(before + 1);
        assertThat(audit.audited()).isEqualTo(1);

        ((ObjectNode) pod.path("spec")).put("hostNetwork", true);
        cluster.put("/api/v1/namespaces/shop/pods", pod.deepCopy());
        await().atMost(60, SECONDS)
                .until(() -> ids(cluster.get(REPORTS + "namespaces/shop/configauditreports/pod-a"))
                        .contains("AVD-KSV-0009"));
        assertThat(ids(first)).doesNotContain("AVD-KSV-0009");
    }

    @Test
    void aChangedOwnCheckAuditsExactlyTheObjectsItTargets() throws Exception {
        pod("shop", "a");
        service("s");
        start();
        awaitReport("namespaces/shop/configauditreports/pod-a");
        awaitReport("namespaces/shop/configauditreports/service-s");
        await().until(() -> audit.audited() == 2);

        ObjectNode configMap = Objects.object("v1", "ConfigMap", "breakwater", "trivy-operator-policies-config");
        configMap
                .putObject("data")
                .put("team.yaml", TEAM_CHECK)
                .put("broken.yaml", "id: [")
                .put("policy.x.rego", "package x");
        cluster.put("/api/v1/namespaces/breakwater/configmaps", configMap);

        await().atMost(60, SECONDS)
                .until(() -> ids(cluster.get(REPORTS + "namespaces/shop/configauditreports/service-s"))
                        .contains("TEAM-1"));
        await().atMost(60, SECONDS).until(() -> audit.waiting() == 0);
        assertThat(audit.audited()).isEqualTo(3);
    }

    @Test
    void aRoundThatFailsDoesNotEndTheAudit() throws Exception {
        service("s");
        AtomicInteger failures = new AtomicInteger();
        listener = () -> {
            if (failures.getAndIncrement() == 0) {
                throw new StackOverflowError("as a text of a user's can bring about");
            }
        };
        start();
        awaitReport("namespaces/shop/configauditreports/service-s");
        ownChecks("team.yaml", TEAM_CHECK.replace("TEAM-1", "TEAM-2"));
        await().atMost(60, SECONDS).until(() -> failures.get() == 1);
        ownChecks("team.yaml", TEAM_CHECK);
        await().atMost(60, SECONDS)
                .until(() -> ids(cluster.get(REPORTS + "namespaces/shop/configauditreports/service-s"))
                        .contains("TEAM-1"));
        await().atMost(60, SECONDS).until(() -> condition(checkSource(), "Ready"), "True InForce"::equals);
    }

    private void ownChecks(String... files) {
        ObjectNode configMap = Objects.object("v1", "ConfigMap", "breakwater", "trivy-operator-policies-config");
        ((ObjectNode) configMap.path("metadata")).put("uid", "own-checks");
        ObjectNode data = configMap.putObject("data");
        for (int i = 0; i < files.length; i += 2) {
            data.put(files[i], files[i + 1]);
        }
        cluster.put("/api/v1/namespaces/breakwater/configmaps", configMap);
    }

    private JsonNode checkSource() {
        ObjectNode object = cluster.get("/apis/breakwater.dev/v1alpha1/checksources/trivy-operator-policies-config");
        return object == null ? MissingNode.getInstance() : object.path("status");
    }

    private JsonNode event(String reason) {
        return cluster.find("/api/v1/namespaces/breakwater/events/").stream()
                .filter(event -> event.path("reason").asText().equals(reason))
                .findFirst()
                .map(JsonNode.class::cast)
                .orElse(MissingNode.getInstance());
    }

    private static String condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText() + " "
                        + condition.path("reason").asText();
            }
        }
        return "";
    }

    @Test
    void aBrokenOwnCheckIsToldOfTheOthersGoOnAndItsMendingIsToldToo() throws Exception {
        service("s");
        String broken = TEAM_CHECK.replace("TEAM-1", "TEAM-2").replace("!object.metadata", "!!(object.metadata");
        ownChecks("good.yaml", TEAM_CHECK, "team.yaml", broken);
        start();
        await().atMost(60, SECONDS)
                .until(() -> ids(awaitReport("namespaces/shop/configauditreports/service-s"))
                        .contains("TEAM-1"));
        await().atMost(60, SECONDS).until(() -> condition(checkSource(), "Ready"), "False CheckBroken"::equals);
        assertThat(checkSource().path("ready").asText()).isEqualTo("False");
        assertThat(checkSource().path("checks").asInt()).isEqualTo(1);
        assertThat(checkSource().path("broken").asInt()).isEqualTo(1);
        assertThat(checkSource().path("message").asText()).startsWith("team.yaml: Check TEAM-2: fail is no valid");
        JsonNode event = await().atMost(60, SECONDS).until(() -> event("CheckBroken"), found -> !found.isMissingNode());
        assertThat(event.path("type").asText()).isEqualTo("Warning");
        assertThat(event.path("message").asText()).contains("TEAM-2");
        assertThat(event.at("/involvedObject/kind").asText()).isEqualTo("ConfigMap");
        assertThat(event.at("/involvedObject/uid").asText()).isEqualTo("own-checks");

        // A controller that comes later tells of the end of what it never saw begin.
        audit.close();
        ownChecks("good.yaml", TEAM_CHECK, "team.yaml", TEAM_CHECK.replace("TEAM-1", "TEAM-2"));
        start();
        await().atMost(60, SECONDS).until(() -> condition(checkSource(), "Ready"), "True InForce"::equals);
        assertThat(checkSource().path("broken").asInt()).isZero();
        assertThat(checkSource().path("problems")).isEmpty();
        await().atMost(60, SECONDS).until(() -> event("CheckUsable"), found -> !found.isMissingNode());
        assertThat(event("CheckUsable").path("message").asText()).contains("TEAM-2");

        cluster.remove("/api/v1/namespaces/breakwater/configmaps/trivy-operator-policies-config");
        await().atMost(60, SECONDS).until(() -> checkSource().isMissingNode());
    }

    @Test
    void aCheckThatCannotBeEvaluatedIsToldOfWithAnExampleUntilItCan() throws Exception {
        service("s");
        String careless =
                TEAM_CHECK.replace("!object.metadata.?labels.?owner.hasValue()", "object.metadata.labels.x == 'y'");
        ownChecks("team.yaml", careless);
        start();
        await().atMost(60, SECONDS).until(() -> condition(checkSource(), "Decided"), "False EvaluationErrors"::equals);
        assertThat(condition(checkSource(), "Ready")).isEqualTo("True InForce");
        await().atMost(60, SECONDS).until(() -> event("CheckUndecided"), found -> !found.isMissingNode());
        assertThat(event("CheckUndecided").path("message").asText())
                .startsWith("team.yaml check TEAM-1 cannot be evaluated on one object, for example Service shop/s: ");

        // Up to date after a restart: not audited anew, and still known to be undecided.
        audit.close();
        start();
        await().atMost(60, SECONDS).until(() -> audit.hasSynced() && audit.waiting() == 0);
        service("t");
        await().atMost(60, SECONDS)
                .until(() -> checkSource().path("message").asText().isEmpty()
                        && checkSource().at("/problems/0/message").asText().contains("one object"));
        assertThat(event("CheckDecided").isMissingNode()).isTrue();

        ownChecks("team.yaml", TEAM_CHECK);
        await().atMost(60, SECONDS).until(() -> condition(checkSource(), "Decided"), "True NoErrors"::equals);
        await().atMost(60, SECONDS).until(() -> event("CheckDecided"), found -> !found.isMissingNode());
    }

    @Test
    void anOldReportIsMadeAnew() throws Exception {
        service("s");
        start();
        awaitReport("namespaces/shop/configauditreports/service-s");
        now.set(now.get().plus(Duration.ofHours(25)));
        await().atMost(60, SECONDS)
                .until(() -> cluster.get(REPORTS + "namespaces/shop/configauditreports/service-s")
                        .at("/report/updateTimestamp")
                        .asText()
                        .equals("2026-11-22T06:00:00Z"));
    }

    @Test
    void whatIsJudgedByItsTemplateOrRunsNoMoreHasNoReport() throws Exception {
        ObjectNode replicaSet = cluster.put(
                "/apis/apps/v1/namespaces/shop/replicasets",
                Objects.replicaSet("shop", "web-1", "d1", "nginx", 1).deepCopy());
        ObjectNode pod = Objects.pod("shop", "web-1-x", replicaSet, "nginx", "");
        cluster.put("/api/v1/namespaces/shop/pods", pod);
        ObjectNode elsewhere = Objects.object("v1", "Service", "ignored", "s");
        elsewhere.putObject("spec");
        cluster.put("/api/v1/namespaces/ignored/services", elsewhere);
        start();
        awaitReport("namespaces/shop/configauditreports/replicaset-web-1");

        ObjectNode retired = Objects.replicaSet("shop", "web-1", "d1", "nginx", 0);
        ((ObjectNode) retired.path("metadata"))
                .put("uid", replicaSet.at("/metadata/uid").asText());
        // Again and again: the audit may learn of the ReplicaSet before it learns of its own report, and looks once a
        // minute by itself.
        await().atMost(60, SECONDS).until(() -> {
            cluster.put("/apis/apps/v1/namespaces/shop/replicasets", retired.deepCopy());
            return cluster.find("configauditreports").isEmpty();
        });
    }

    @Test
    void anObjectMaySpareItselfAChecksIfItSaysWhy() throws Exception {
        ObjectNode pod = Objects.object("v1", "Pod", "shop", "a");
        pod.withObject("/metadata/annotations").put("breakwater.dev/checks-off", "KSV-0014: writes its cache; ksv013:");
        pod.set("spec", Objects.podSpec("nginx"));
        cluster.put("/api/v1/namespaces/shop/pods", pod);
        start();
        assertThat(ids(awaitReport("namespaces/shop/configauditreports/pod-a")))
                .contains("AVD-KSV-0013")
                .doesNotContain("AVD-KSV-0014");
    }

    @Test
    void theHashOverlooksWhatChangesByItself() throws Exception {
        String base =
                "{\"kind\":\"ReplicaSet\",\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"y\"}},\"spec\":{\"replicas\":1,\"b\":[1,2]}}";
        assertThat(hash(base.replace("\"replicas\":1", "\"replicas\":5"))).isEqualTo(hash(base));
        assertThat(hash(base.replace("\"name\":\"a\"", "\"resourceVersion\":\"7\",\"name\":\"a\"")))
                .isEqualTo(hash(base));
        assertThat(hash(base.replace("}}", "},\"status\":{\"x\":1}}"))).isEqualTo(hash(base));
        assertThat(hash(base.replace("\"x\":\"y\"", "\"x\":\"z\""))).isNotEqualTo(hash(base));
        assertThat(hash(base.replace("[1,2]", "[2,1]"))).isNotEqualTo(hash(base));
    }

    private static String hash(String json) {
        return ObjectHash.of(com.google.gson.JsonParser.parseString(json).getAsJsonObject());
    }

    private static void rule(ObjectNode role) throws Exception {
        role.set(
                "rules",
                new JsonMapper().readTree("[{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],\"verbs\":[\"get\"]}]"));
    }
}
