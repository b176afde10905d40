package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kubernetes.Objects;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Workloads whose names join to the same report name: each has its reports, and keeps them. */
@NullUnmarked
class SharedNamesTest extends ControllerScene {
    private static final List<String> KINDS = List.of("vulnerabilityreports", "exposedsecretreports", "sbomreports");
    private static final String USUAL = "statefulset-web-api-cache";
    private static final JsonMapper MAPPER = new JsonMapper();

    @Test
    void twoWorkloadsThatJoinToOneNameHaveTheirReportsEachAndKeepThemOverRestarts() throws InterruptedException {
        statefulSet("web", "api-cache", "registry.example/one:1");
        statefulSet("web-api", "cache", "registry.example/two:1");
        startController();

        for (String kind : KINDS) {
            awaitReports(kind, 2);
        }
        awaitJobsGone();
        Map<String, String> before = owners();
        assertThat(before.values()).containsExactlyInAnyOrder("web", "web", "web", "web-api", "web-api", "web-api");
        assertThat(before.keySet()).anyMatch(path -> path.endsWith("/" + USUAL));
        long writes = reportWrites();

        stopController();
        startController();
        await().atMost(30, SECONDS).until(() -> cluster.find("/imagescans/").size() == 2);
        runWorkload("team-b", "probe");
        await().atMost(30, SECONDS)
                .until(() -> cluster.get(REPORTS + "team-b/sbomreports/replicaset-probe-app") != null);

        assertThat(owners("team-a")).isEqualTo(before);
        assertThat(reportWrites()).isEqualTo(writes + 3);
    }

    @Test
    void theReportOfALivingWorkloadIsNotTakenAndThatOfOneThatIsGoneIs() {
        ObjectNode first = statefulSet("web", "api-cache", "registry.example/one:1");
        startController();
        awaitReports("sbomreports", 1);
        ObjectNode second = statefulSet("web-api", "cache", "registry.example/two:1");
        for (String kind : KINDS) {
            awaitReports(kind, 2);
            assertThat(owner(cluster.get(REPORTS + "team-a/" + kind + "/" + USUAL)))
                    .isEqualTo(uid(first));
        }
        awaitJobsGone();

        remove("web");
        KINDS.forEach(kind -> cluster.remove(REPORTS + "team-a/" + kind + "/" + USUAL));
        awaitReports("sbomreports", 1);
        assertThat(cluster.find("/vulnerabilityreports/"))
                .hasSize(1)
                .allSatisfy(report -> assertThat(owner(report)).isEqualTo(uid(second)));

        statefulSet("web", "api-cache", "registry.example/one:1");
        for (String kind : KINDS) {
            awaitReports(kind, 2);
        }
    }

    /** As it is after an earlier version, or beside the Trivy Operator: one report of each kind, and two who want it. */
    @Test
    void theOtherClaimantIsCoveredAtOnceWhenTheOwnerOfAReportGoes() {
        ObjectNode second = statefulSet("web-api", "cache", "registry.example/two:1");
        startController();
        awaitReports("sbomreports", 1);
        awaitJobsGone();
        ObjectNode first = statefulSet("web", "api-cache", "registry.example/one:1");
        await().atMost(30, SECONDS).until(() -> owners().size() == 6);
        remove("web");
        await().atMost(30, SECONDS).until(() -> {
            cluster.find("/namespaces/team-a/").stream()
                    .filter(report -> owner(report).equals(uid(first)))
                    .forEach(report -> KINDS.forEach(kind -> cluster.remove(REPORTS + "team-a/" + kind + "/"
                            + report.path("metadata").path("name").asText())));
            return owners().size() == 3;
        });

        // Somebody else's controller gives the survivor's report to a workload, which then goes and takes it along.
        for (String kind : KINDS) {
            String path = REPORTS + "team-a/" + kind + "/" + USUAL;
            ObjectNode taken = cluster.get(path);
            ((ObjectNode) taken.at("/metadata/ownerReferences/0"))
                    .put("uid", "gone")
                    .put("name", "web");
            cluster.put(path.substring(0, path.lastIndexOf('/')), taken);
            cluster.remove(path);
        }

        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/vulnerabilityreports/"))
                        .hasSize(1)
                        .allSatisfy(report -> assertThat(owner(report)).isEqualTo(uid(second))));
    }

    private ObjectNode statefulSet(String name, String container, String image) {
        ObjectNode object = Objects.object("apps/v1", "StatefulSet", "team-a", name);
        object.withObject("/spec/template").set("spec", spec(container, image));
        ObjectNode owner = cluster.put("/apis/apps/v1/namespaces/team-a/statefulsets", object);
        ObjectNode pod =
                Objects.pod("team-a", name + "-0", owner, image, image.replace(":1", "@") + Objects.digest(image));
        pod.set("spec", spec(container, image));
        ((ObjectNode) pod.at("/status/containerStatuses/0")).put("name", container);
        cluster.put("/api/v1/namespaces/team-a/pods", pod);
        return owner;
    }

    private static ObjectNode spec(String container, String image) {
        ObjectNode spec = MAPPER.createObjectNode();
        spec.putArray("containers").addObject().put("name", container).put("image", image);
        return spec;
    }

    private void remove(String name) {
        cluster.remove("/api/v1/namespaces/team-a/pods/" + name + "-0");
        cluster.remove("/apis/apps/v1/namespaces/team-a/statefulsets/" + name);
    }

    private Map<String, String> owners() {
        return owners("");
    }

    private Map<String, String> owners(String namespace) {
        Map<String, String> owners = new TreeMap<>();
        for (String kind : KINDS) {
            cluster.find("/" + kind + "/").stream()
                    .filter(report -> namespace.isEmpty()
                            || report.at("/metadata/namespace").asText().equals(namespace))
                    .forEach(report -> owners.put(
                            kind + "/" + report.at("/metadata/name").asText(),
                            report.at("/metadata/ownerReferences/0/name").asText()));
        }
        return owners;
    }

    private long reportWrites() {
        return cluster.calls().stream()
                .filter(call -> !call.method().equals("GET") && call.path().contains("reports"))
                .count();
    }

    private static String owner(JsonNode report) {
        return report.at("/metadata/ownerReferences/0/uid").asText();
    }

    private static String uid(ObjectNode object) {
        return object.at("/metadata/uid").asText();
    }
}
