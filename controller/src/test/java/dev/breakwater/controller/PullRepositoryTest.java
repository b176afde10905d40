package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.ScanNode;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** From where an image is scanned. */
@NullUnmarked
class PullRepositoryTest extends ControllerScene {
    /** containerd shows with a digest the first repository that it knows of, which may be another team's. */
    @Test
    void thePodsOwnRepositoryIsScannedWhateverRepositoryTheNodeShows() {
        pod("team-a", "fresh", "registry.example/team/fresh:1", "registry.example/aold/fresh@" + DIGEST);
        startController();

        awaitReports("vulnerabilityreports", 1);
        assertThat(arguments()).containsExactly("registry.example/team/fresh@" + DIGEST);
        JsonNode scan = cluster.find("/imagescans/").getFirst();
        assertThat(scan.at("/spec/repository").asText()).isEqualTo("registry.example/team/fresh");
    }

    @Test
    void theRepositoryThatTheNodeShowsIsTheSecondTry() {
        node.behave(job -> lastArgument(job).contains("aold")
                ? new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom()))
                : new ScanNode.Behaviour.Fails("FATAL\tGET http://r: MANIFEST_UNKNOWN: manifest unknown", "Error"));
        pod("team-a", "fresh", "registry.example/team/fresh:1", "registry.example/aold/fresh@" + DIGEST);
        startController();

        awaitReports("vulnerabilityreports", 1);
        assertThat(arguments())
                .containsExactly("registry.example/team/fresh@" + DIGEST, "registry.example/aold/fresh@" + DIGEST);
        assertThat(cluster.find("/vulnerabilityreports/")
                        .getFirst()
                        .at("/report/artifact/repository")
                        .asText())
                .isEqualTo("team/fresh");
    }

    @Test
    void whereNeitherRepositoryHasItBothAreSaid() {
        node.behave(job -> new ScanNode.Behaviour.Fails("FATAL\tMANIFEST_UNKNOWN: manifest unknown", "Error"));
        pod("team-a", "fresh", "registry.example/team/fresh:1", "registry.example/aold/fresh@" + DIGEST);
        startController();

        await().atMost(30, SECONDS).untilAsserted(() -> {
            assertThat(cluster.find("/imagescans/")).hasSize(1);
            JsonNode status = cluster.find("/imagescans/").getFirst().path("status");
            assertThat(status.path("phase").asText()).isEqualTo("Failed");
            assertThat(status.path("attempts").asInt()).isEqualTo(1);
            assertThat(status.path("message").asText()).contains("registry.example/aold/fresh@" + DIGEST);
        });
        assertThat(arguments()).hasSize(2);
    }

    private void pod(String namespace, String name, String image, String imageId) {
        cluster.put("/api/v1/namespaces/" + namespace + "/pods", Objects.pod(namespace, name, null, image, imageId));
    }

    private List<String> arguments() {
        return node.jobs().stream().map(PullRepositoryTest::lastArgument).toList();
    }

    private static String lastArgument(ObjectNode job) {
        JsonNode arguments = job.at("/spec/template/spec/containers/0/args");
        return arguments.get(arguments.size() - 1).asText();
    }
}
