package dev.breakwater.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.apiserver.ApiServerSettings.Standalone;
import dev.breakwater.apiserver.cluster.ClusterAccess;
import dev.breakwater.apiserver.request.Verb;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ShutdownTest {
    private static final String REPORTS = "/apis/aquasecurity.github.io/v1alpha1/vulnerabilityreports";

    @TempDir
    Path folder;

    @Test
    @Timeout(120)
    void readinessFailsFirstThenWatchesEndCleanly() throws Exception {
        ApiServerSettings settings = new ApiServerSettings(
                "127.0.0.1", 0, "0", Duration.ofSeconds(5), Duration.ofSeconds(30), new Standalone(folder));
        try (ReportStore store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(folder)))) {
            ApiServer server = ApiServer.start(settings, store, (kinds, reports, room, shutdown) -> request -> {
                byte[] line = "{}\n".getBytes(StandardCharsets.UTF_8);
                request.response().getOutputStream().write(line);
                request.response().flushBuffer();
                if (request.verb() == Verb.WATCH) {
                    CountDownLatch over = new CountDownLatch(1);
                    try (var registration = shutdown.onRaise(over::countDown)) {
                        over.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    request.response().getOutputStream().write(line);
                }
            });
            ClusterAccess admin = ClusterAccess.ofKubeconfig(folder.resolve("kubeconfig"));
            try (HttpClient client =
                    HttpClient.newBuilder().sslContext(admin.tls()).build()) {
                HttpResponse<InputStream> watch =
                        client.send(request(admin, REPORTS + "?watch=1"), HttpResponse.BodyHandlers.ofInputStream());
                BufferedReader lines = new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8));
                assertThat(lines.readLine()).isEqualTo("{}");
                assertThat(code(client, admin, "/readyz")).isEqualTo(200);

                Thread closing = Thread.ofVirtual().start(server::close);
                Awaitility.await()
                        .untilAsserted(
                                () -> assertThat(code(client, admin, "/readyz")).isEqualTo(500));
                assertThat(code(client, admin, REPORTS)).isEqualTo(200);
                assertThat(lines.readLine()).isEqualTo("{}");
                assertThat(lines.readLine()).isNull();
                closing.join();
            }
        }
    }

    private static int code(HttpClient client, ClusterAccess admin, String path) throws Exception {
        return client.send(request(admin, path), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static HttpRequest request(ClusterAccess admin, String path) {
        URI uri = admin.server().resolve(path);
        return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build();
    }
}
