package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes.Call;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.naming.SafeHash;
import dev.breakwater.controller.naming.TopOwner;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Reports are found by the name of what somebody wrote, not only by that of what a controller made of it. */
@NullUnmarked
class TopOwnerTest extends ControllerScene {
    private static final List<String> KINDS = List.of("vulnerabilityreports", "exposedsecretreports", "sbomreports");

    @Test
    void reportsOfADeploymentAreLabelledWithItAndNotOnlyWithItsReplicaSet() {
        ObjectNode replicaSet = runWorkload("team-a", "web-7d9f");
        Objects.own(replicaSet, "apps/v1", "Deployment", "web", "uid-of-web");
        cluster.put("/apis/apps/v1/namespaces/team-a/replicasets", replicaSet);
        startController();

        for (String kind : KINDS) {
            awaitReports(kind, 1);
            assertThat(owner(cluster.find("/" + kind + "/").getFirst())).isEqualTo("Deployment/web");
        }
        assertThat(label(cluster.find("/sbomreports/").getFirst(), "trivy-operator.resource.name"))
                .isEqualTo("web-7d9f");
    }

    @Test
    void aWorkloadThatNothingMadeIsItsOwnTopOwner() {
        runWorkload("team-a", "bare");
        startController();

        awaitReports("sbomreports", 1);
        assertThat(owner(cluster.find("/sbomreports/").getFirst())).isEqualTo("ReplicaSet/bare");
    }

    /** The same as for the original's label with the name of the owner: a hash in the label, the name in an annotation. */
    @Test
    void aNameThatIsNoLabelValueIsAHashAndAnAnnotation() {
        String name = "a-deployment-with-a-name-that-says-everything-about-it.and-a-little-more";
        ObjectNode replicaSet = runWorkload("team-a", "web-7d9f");
        Objects.own(replicaSet, "apps/v1", "Deployment", name, "uid-of-web");
        cluster.put("/apis/apps/v1/namespaces/team-a/replicasets", replicaSet);
        startController();

        awaitReports("sbomreports", 1);
        JsonNode report = cluster.find("/sbomreports/").getFirst();
        assertThat(label(report, TopOwner.KIND)).isEqualTo("Deployment");
        assertThat(label(report, TopOwner.NAME)).isEmpty();
        assertThat(label(report, TopOwner.NAME_HASH)).isEqualTo(SafeHash.ofString(name));
        assertThat(report.at("/metadata/annotations").path(TopOwner.NAME).asText())
                .isEqualTo(name);
    }

    /** After an upgrade: a report without the label would be missing from what is selected by it, as if nothing had been found. */
    @Test
    void reportsOfAnOlderVersionAreLabelledWithoutBeingWrittenAnew() throws InterruptedException {
        runWorkload("team-a", "web");
        startController();
        KINDS.forEach(kind -> awaitReports(kind, 1));
        awaitJobsGone();
        stopController();
        for (String kind : KINDS) {
            ObjectNode report = cluster.find("/" + kind + "/").getFirst();
            ObjectNode labels = (ObjectNode) report.at("/metadata/labels");
            labels.remove(List.of(TopOwner.KIND, TopOwner.NAME));
            cluster.put(REPORTS + "team-a/" + kind, report);
        }
        int before = cluster.calls().size();

        startController();

        for (String kind : KINDS) {
            await().atMost(30, SECONDS)
                    .until(() ->
                            owner(cluster.find("/" + kind + "/").getFirst()).equals("ReplicaSet/web"));
        }
        Set<String> methods = new HashSet<>();
        for (Call call : cluster.calls().subList(before, cluster.calls().size())) {
            if (call.path().matches(".*(vulnerability|exposedsecret|sbom)reports.*")
                    && !call.method().equals("GET")) {
                methods.add(call.method());
            }
        }
        assertThat(methods).containsExactly("PATCH");
        assertThat(cluster.find("/jobs/")).isEmpty();
        assertThat(cluster.find("/vulnerabilityreports/").getFirst().at("/report/vulnerabilities"))
                .isNotEmpty();
    }

    private static String owner(JsonNode report) {
        return label(report, TopOwner.KIND) + "/" + label(report, TopOwner.NAME);
    }

    private static String label(JsonNode report, String key) {
        return report.at("/metadata/labels").path(key).asText();
    }
}
