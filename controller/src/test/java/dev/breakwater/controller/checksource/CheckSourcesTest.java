package dev.breakwater.controller.checksource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class CheckSourcesTest {
    private static final String PATH = "/apis/breakwater.dev/v1alpha1/checksources/mine";

    private Instant now = Instant.parse("2026-11-21T10:00:00Z");
    private InMemoryKubernetes cluster;
    private CheckSources sources;

    @BeforeEach
    void start() throws IOException {
        cluster = new InMemoryKubernetes();
        sources = new CheckSources(new KubeApi(cluster.client(), Pause.sleeping()), () -> now);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static CheckSourceState state(Problem... problems) {
        return new CheckSourceState("mine", "ConfigMap a/b", "", 1, 0, List.of(problems));
    }

    private static Problem broken(String subject) {
        return new Problem(Problem.Type.BROKEN, subject, subject + " does not compile");
    }

    private void publish(CheckSourceState state) throws IOException {
        sources.publish(state, Optional.empty());
    }

    private List<String> events() {
        return cluster.find("/events/").stream()
                .map(event -> event.path("reason").asText())
                .sorted()
                .toList();
    }

    @Test
    void anObjectThatSomebodyDeletedComesBack() throws IOException {
        publish(state());
        cluster.remove(PATH);
        publish(state());
        assertThat(cluster.get(PATH))
                .as("nothing is asked while nothing changes")
                .isNull();
        now = now.plus(Duration.ofMinutes(11));
        publish(state());
        assertThat(cluster.get(PATH).at("/status/ready").asText()).isEqualTo("True");

        cluster.remove(PATH);
        assertThatThrownBy(() -> publish(state(broken("x")))).isInstanceOf(IOException.class);
        publish(state(broken("x")));
        assertThat(cluster.get(PATH).at("/status/broken").asInt()).isEqualTo(1);
    }

    @Test
    void anEventThatWasRefusedIsToldAtTheNextCall() throws IOException {
        cluster.refuse(call -> call.path().contains("/events"), 403);
        assertThatThrownBy(() -> publish(state(broken("x")))).isInstanceOf(IOException.class);
        cluster.refuseNothing();
        publish(state(broken("x")));
        assertThat(events()).containsExactly("CheckBroken");
        publish(state());
        assertThat(events()).containsExactly("CheckBroken", "CheckUsable");
    }

    @Test
    void fiveThousandProblemsAreFiftyEventsAndTheirEndToo() throws IOException {
        Problem[] many =
                IntStream.range(0, 5_000).mapToObj(i -> broken("check-" + i)).toArray(Problem[]::new);
        publish(state(many));
        assertThat(events()).hasSize(50);
        assertThat(cluster.get(PATH).at("/status/broken").asInt()).isEqualTo(5_000);
        publish(state());
        assertThat(events()).hasSize(100);
    }
}
