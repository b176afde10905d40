package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.expiry.ExpirySettings;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.Pauses;
import dev.breakwater.controller.kubernetes.ScanNode;
import dev.breakwater.controller.kubernetes.ShiftedClock;
import dev.breakwater.controller.lease.LeaseSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The whole controller against an API in memory; nodes and Trivy are played, everything between is real. */
@NullUnmarked
abstract class ControllerScene {
    static final String REPORTS = "/apis/aquasecurity.github.io/v1alpha1/namespaces/";
    static final String IMAGE = "registry.example/shop/web:1";
    static final String DIGEST = Objects.digest(IMAGE);
    static final String IMAGE_ID = "registry.example/shop/web@" + DIGEST;

    @TempDir
    Path folder;

    final ShiftedClock clock = new ShiftedClock();
    InMemoryKubernetes cluster;
    ScanNode node;
    Controller controller;
    CompletableFuture<Controller.End> end;
    private Thread runner;

    @BeforeEach
    void start() throws IOException {
        cluster = new InMemoryKubernetes();
        node = new ScanNode(cluster, job -> new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (controller != null) {
            stopController();
        }
        cluster.close();
    }

    final ObjectNode runWorkload(String namespace, String name) {
        return runWorkload(namespace, name, IMAGE);
    }

    final ObjectNode runWorkload(String namespace, String name, String image) {
        ObjectNode replicaSet = cluster.put(
                "/apis/apps/v1/namespaces/" + namespace + "/replicasets",
                Objects.replicaSet(namespace, name, "", image, 1));
        String imageId = image.substring(0, image.lastIndexOf(':')) + "@" + Objects.digest(image);
        cluster.put(
                "/api/v1/namespaces/" + namespace + "/pods",
                Objects.pod(namespace, name + "-a", replicaSet, image, imageId));
        return replicaSet;
    }

    final void awaitReports(String plural, int count) {
        await().atMost(30, SECONDS)
                .untilAsserted(
                        () -> assertThat(cluster.find("/" + plural + "/")).hasSize(count));
    }

    final void awaitJobsGone() {
        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(cluster.find("/jobs/")).isEmpty());
    }

    final void startController() {
        startController(new RetrySettings(Duration.ofMinutes(1), Duration.ofMinutes(1)));
    }

    final void startController(RetrySettings retry) {
        startController(retry, ScannerSettings.defaults());
    }

    final void startController(RetrySettings retry, ScannerSettings scanner) {
        startController(retry, scanner, ExpirySettings.defaults());
    }

    final void startController(RetrySettings retry, ScannerSettings scanner, ExpirySettings expiry) {
        begin(settings(
                retry,
                new LeaseSettings(false, "", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)),
                AuditSettings.defaults().disabled(),
                folder,
                scanner,
                expiry));
        await().atMost(30, SECONDS).until(controller::isReady);
    }

    static ControllerSettings settings(RetrySettings retry, LeaseSettings lease, AuditSettings audit, Path workFolder) {
        return settings(retry, lease, audit, workFolder, ScannerSettings.defaults());
    }

    static ControllerSettings settings(
            RetrySettings retry, LeaseSettings lease, AuditSettings audit, Path workFolder, ScannerSettings scanner) {
        return settings(retry, lease, audit, workFolder, scanner, ExpirySettings.defaults());
    }

    private static ControllerSettings settings(
            RetrySettings retry,
            LeaseSettings lease,
            AuditSettings audit,
            Path workFolder,
            ScannerSettings scanner,
            ExpirySettings expiry) {
        return ControllerSettings.defaults()
                .with(ControllerSettings.WORK_FOLDER, workFolder)
                .with(ControllerSettings.PROBE_PORT, 0)
                .with(scanner.values())
                .with(retry.values())
                .with(expiry.values())
                .with(audit.values())
                .with(lease);
    }

    /** Runs it without waiting for anything; how it ended is known afterwards. */
    final void begin(ControllerSettings settings) {
        Controller started = new Controller(settings, cluster.client(), clock, Pauses.shortened());
        controller = started;
        end = new CompletableFuture<>();
        runner = Thread.ofVirtual().start(() -> {
            try {
                end.complete(started.run());
            } catch (IOException | InterruptedException | RuntimeException e) {
                end.completeExceptionally(e);
            }
        });
    }

    final void stopController() throws InterruptedException {
        controller.close();
        runner.join();
        controller = null;
    }

    static String trivy() {
        return resource("trivy-debian.json");
    }

    static String sbom() {
        return resource("cyclonedx-debian.json");
    }

    private static String resource(String name) {
        try (InputStream in = ControllerScene.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
