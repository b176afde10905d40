package dev.breakwater.controller.audit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes.Call;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.naming.TopOwner;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Audit reports carry the labels of what their object was made from. */
@NullUnmarked
class AuditTopOwnerTest extends AuditScene {
    private static final String REPORT = "namespaces/shop/configauditreports/";

    @Test
    void reportsAreLabelledWithWhatTheirObjectWasMadeFrom() throws Exception {
        ObjectNode replicaSet = replicaSet();
        ObjectNode debugged = Objects.pod("shop", "web-7d9f-x", replicaSet, "nginx", "");
        ((ObjectNode) debugged.path("spec"))
                .putArray("ephemeralContainers")
                .addObject()
                .put("name", "debugger");
        cluster.put("/api/v1/namespaces/shop/pods", debugged);
        ObjectNode mirror = pod("kube-system", "etcd-n1");
        Objects.own(mirror, "v1", "Node", "n1", "uid-of-n1");
        cluster.put("/api/v1/namespaces/kube-system/pods", mirror);
        service("front");
        start();

        assertThat(owner(awaitReport(REPORT + "replicaset-web-7d9f"))).isEqualTo("Deployment/web");
        assertThat(owner(awaitReport(REPORT + "pod-web-7d9f-x"))).isEqualTo("Deployment/web");
        assertThat(owner(awaitReport(REPORT + "service-front"))).isEqualTo("Service/front");
        JsonNode infrastructure = awaitReport("namespaces/kube-system/infraassessmentreports/pod-etcd-n1");
        assertThat(owner(infrastructure)).isEqualTo("Pod/etcd-n1");
        // It is called like etcd and runs something else: nothing of a control plane was seen.
        assertThat(infrastructure
                        .at("/metadata/annotations/breakwater.dev~1not-assessed")
                        .asText())
                .contains("KCV-0001", "KCV-0042");
    }

    @Test
    void aReportOfAnOlderVersionIsLabelledAndNotWrittenAnew() throws Exception {
        replicaSet();
        start();
        ObjectNode report = (ObjectNode) awaitReport(REPORT + "replicaset-web-7d9f");
        audit.close();
        ((ObjectNode) report.at("/metadata/labels")).remove(List.of(TopOwner.KIND, TopOwner.NAME));
        cluster.put(REPORTS + "namespaces/shop/configauditreports", report);
        int before = cluster.calls().size();

        start();

        await().atMost(30, SECONDS)
                .until(() -> owner(cluster.get(REPORTS + REPORT + "replicaset-web-7d9f"))
                        .equals("Deployment/web"));
        assertThat(cluster.calls().subList(before, cluster.calls().size()).stream()
                        .filter(call -> call.path().contains("configauditreports/replicaset-web-7d9f"))
                        .filter(call -> !call.method().equals("GET"))
                        .map(Call::method))
                .containsOnly("PATCH");
    }

    private ObjectNode replicaSet() {
        ObjectNode replicaSet = Objects.replicaSet("shop", "web-7d9f", "", "nginx", 1);
        Objects.own(replicaSet, "apps/v1", "Deployment", "web", "uid-of-web");
        return cluster.put("/apis/apps/v1/namespaces/shop/replicasets", replicaSet);
    }

    private static String owner(JsonNode report) {
        JsonNode labels = report.at("/metadata/labels");
        return labels.path(TopOwner.KIND).asText() + "/"
                + labels.path(TopOwner.NAME).asText();
    }
}
