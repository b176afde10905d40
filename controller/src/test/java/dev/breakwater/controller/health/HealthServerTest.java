package dev.breakwater.controller.health;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.controller.loop.Loops;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthServerTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-28T00:00:00Z"));

    @Test
    void healthFailsAndNamesTheLoopWhileOneIsStuckInItsWork() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch inWork = new CountDownLatch(1);
        try (Loops loops = new Loops(now::get, Thread::sleep, new Random(1));
                HealthServer server = new HealthServer(0, () -> true, loops)) {
            server.start();
            loops.loop("inventory", Duration.ofMinutes(5), () -> {
                        inWork.countDown();
                        hold.await();
                        return Duration.ofDays(1);
                    })
                    .start();
            inWork.await();
            assertThat(get(server, "/healthz").body()).isEqualTo("ok\n");
            now.set(now.get().plus(Duration.ofMinutes(6)));
            HttpResponse<String> stuck = get(server, "/healthz");
            assertThat(stuck.statusCode()).isEqualTo(503);
            assertThat(stuck.body())
                    .contains("loop inventory has been at one piece of work since 2026-11-28T00:00:00Z");
            assertThat(get(server, "/readyz").statusCode()).isEqualTo(200);
            hold.countDown();
            await().atMost(10, SECONDS).until(() -> get(server, "/healthz").statusCode() == 200);
            assertThat(get(server, "/healthz?verbose").body()).contains("inventory: rests since");
        }
    }

    private static HttpResponse<String> get(HealthServer server, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
