package dev.breakwater.controller.kube;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.Gson;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.Pauses;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class KubeApiTest {
    private static final Resource WIDGETS = new Resource("example.com", "v1", "widgets", "Widget", true);

    private InMemoryKubernetes cluster;
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private KubeApi api;

    record Widget(@Nullable Meta metadata) implements View {}

    @BeforeEach
    void start() throws IOException {
        cluster = new InMemoryKubernetes();
        api = new KubeApi(cluster.client(), pauses::add);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aServerThatIsBusyIsAskedAgainWithGrowingPauses() {
        AtomicInteger calls = new AtomicInteger();
        cluster.refuse(call -> calls.incrementAndGet() > 0, 503);
        assertThatThrownBy(() -> api.get(WIDGETS.all(), Map.of(), KubeApi.JSON, KubeApi::ignore))
                .isInstanceOf(ApiRefusal.class)
                .hasMessageContaining("503");
        assertThat(calls).hasValue(5);
        assertThat(pauses)
                .containsExactly(
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofMillis(1000),
                        Duration.ofMillis(2000));
    }

    @Test
    void aRefusalIsNotAskedForAgain() {
        AtomicInteger calls = new AtomicInteger();
        cluster.refuse(call -> calls.incrementAndGet() > 0, 403);
        assertThatThrownBy(() -> api.create(WIDGETS.in("a"), out -> out.write("{}".getBytes()), KubeApi::ignore))
                .isInstanceOfSatisfying(ApiRefusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(403);
                    assertThat(refusal.reason()).isEqualTo("Refused");
                });
        assertThat(calls).hasValue(1);
    }

    @Test
    void aMissingObjectIsEmptyAndDeletingItIsNoError() throws IOException {
        assertThat(api.get(WIDGETS.named("a", "none"), Map.of(), KubeApi.JSON, KubeApi::ignore))
                .isEmpty();
        api.delete(WIDGETS.named("a", "none"));
    }

    @Test
    void anInformerReadsAllPagesAndFollowsWhatComes() {
        for (int i = 0; i < 1201; i++) {
            cluster.put(WIDGETS.in("a"), Objects.object("example.com/v1", "Widget", "a", "w" + i));
        }
        List<String> changed = new CopyOnWriteArrayList<>();
        try (ViewInformer<Widget> informer =
                new ViewInformer<>(api, Pauses.loops(), new Gson(), Widget.class, WIDGETS, true, Map.of(), Map.of())) {
            informer.onChange(widget -> changed.add(widget.name()));
            informer.start();
            await().atMost(20, SECONDS).until(informer::hasSynced);
            assertThat(informer.all()).hasSize(1201);
            assertThat(cluster.calls().stream().filter(call -> call.method().equals("GET")))
                    .hasSizeGreaterThanOrEqualTo(3);

            cluster.put(WIDGETS.in("b"), Objects.object("example.com/v1", "Widget", "b", "late"));
            await().atMost(20, SECONDS).until(() -> informer.get("b", "late") != null);
            cluster.remove(WIDGETS.named("a", "w7"));
            await().atMost(20, SECONDS).until(() -> informer.get("a", "w7") == null);
            await().atMost(20, SECONDS).until(() -> changed.contains("late"));
        }
    }
}
