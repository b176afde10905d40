package dev.breakwater.controller.audit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.naming.SafeHash;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What is audited, when, and what becomes of it. */
@NullUnmarked
class ConfigurationAuditTest extends AuditScene {
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
    void aPodThatIsDebuggedIsJudgedByItselfBesideItsReplicaSet() throws Exception {
        ObjectNode replicaSet = cluster.put(
                "/apis/apps/v1/namespaces/shop/replicasets",
                Objects.replicaSet("shop", "web-1", "d1", "nginx", 1).deepCopy());
        ObjectNode pod = Objects.pod("shop", "web-1-x", replicaSet, "nginx", "").deepCopy();
        cluster.put("/api/v1/namespaces/shop/pods", pod.deepCopy());
        start();
        awaitReport("namespaces/shop/configauditreports/replicaset-web-1");
        assertThat(cluster.find(REPORTS + "namespaces/shop/configauditreports/pod-web-1-x"))
                .isEmpty();

        ObjectNode debugger = ((ObjectNode) pod.path("spec"))
                .putArray("ephemeralContainers")
                .addObject()
                .put("name", "debugger")
                .put("image", "busybox:1");
        debugger.putObject("securityContext").put("privileged", true);
        cluster.put("/api/v1/namespaces/shop/pods", pod);

        JsonNode report = awaitReport("namespaces/shop/configauditreports/pod-web-1-x");
        assertThat(ids(report)).contains("AVD-KSV-0017");
        assertThat(report.toString()).contains("Container debugger of Pod web-1-x is privileged");
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

    /** The usual name of one is a hash of 32 bits, which is a name that anybody may give to another. */
    @Test
    void twoObjectsThatWantTheSameNameHaveAReportEach() throws Exception {
        ObjectNode first = role("system:controller:node-controller");
        ObjectNode second = role(SafeHash.ofString("system:controller:node-controller"));
        start();

        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/clusterrbacassessmentreports/").stream()
                                .map(report -> report.at("/metadata/ownerReferences/0/uid")
                                        .asText()))
                        .containsExactlyInAnyOrder(
                                first.at("/metadata/uid").asText(),
                                second.at("/metadata/uid").asText()));
        assertThat(cluster.get(REPORTS + "clusterrbacassessmentreports/clusterrole-6f69bb5b79"))
                .isNotNull();
        await().atMost(60, SECONDS).until(() -> audit.waiting() == 0);
        audit.close();

        long before = writes();
        start();
        await().atMost(60, SECONDS).until(() -> audit.hasSynced() && audit.waiting() == 0);
        service("probe");
        awaitReport("namespaces/shop/configauditreports/service-probe");
        assertThat(writes()).isEqualTo(before + 1);
    }

    @Test
    void theReportOfAnObjectThatIsGoneIsTakenOver() throws Exception {
        cluster.put(REPORTS + "namespaces/shop/configauditreports", """
                {"apiVersion":"aquasecurity.github.io/v1alpha1","kind":"ConfigAuditReport","metadata":{"name":"service-s",
                 "namespace":"shop","ownerReferences":[{"apiVersion":"v1","kind":"Service","name":"s","uid":"gone",
                 "controller":true}]},"report":{"checks":[]}}""");
        ObjectNode service = service("s");
        start();
        await().atMost(60, SECONDS)
                .until(() -> cluster.get(REPORTS + "namespaces/shop/configauditreports/service-s")
                        .at("/metadata/ownerReferences/0/uid")
                        .asText()
                        .equals(service.at("/metadata/uid").asText()));
        assertThat(cluster.find("/configauditreports/")).hasSize(1);
    }

    private ObjectNode role(String name) throws Exception {
        ObjectNode role = Objects.object("rbac.authorization.k8s.io/v1", "ClusterRole", "", name);
        rule(role);
        return cluster.put("/apis/rbac.authorization.k8s.io/v1/clusterroles", role);
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
