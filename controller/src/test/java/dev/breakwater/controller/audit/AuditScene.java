package dev.breakwater.controller.audit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import dev.breakwater.controller.bundle.BundlePulls;
import dev.breakwater.controller.bundle.BundleSettings;
import dev.breakwater.controller.inventory.NamespaceScope;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.Pauses;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.registry.RegistrySettings;
import dev.breakwater.controller.registry.RegistryTransport;
import dev.breakwater.controller.rego.RegoJobs;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The audit of a cluster against an API in memory, with the real checks. */
@NullUnmarked
abstract class AuditScene {
    static final String REPORTS = "/apis/aquasecurity.github.io/v1alpha1/";

    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T05:00:00Z"));

    @TempDir
    Path folder;

    InMemoryKubernetes cluster;
    ConfigurationAudit audit;
    CurrentCheckSet current;
    Runnable listener = () -> {};

    @BeforeEach
    final void startCluster() throws Exception {
        cluster = new InMemoryKubernetes();
    }

    @AfterEach
    final void stopAudit() {
        if (audit != null) {
            audit.close();
        }
        cluster.close();
    }

    /** Starts an audit, after which {@link #audit} is; one that ran before was closed by the test. */
    final void start(AuditSettings settings, BundleSettings bundle, Set<String> plainRegistries) throws Exception {
        KubeApi api = new KubeApi(cluster.client(), Pause.sleeping());
        Pause shortened = Pauses.shortened();
        Loops loops = Pauses.loops();
        current = new CurrentCheckSet(settings, Optional.empty());
        audit = new ConfigurationAudit(
                api,
                new Gson(),
                "breakwater",
                new NamespaceScope(List.of(), List.of("ignored")),
                settings,
                current,
                new RegoJobs(
                        api,
                        "breakwater",
                        ScannerSettings.defaults(),
                        JobSettings.defaults(),
                        folder,
                        now::get,
                        shortened),
                new BundlePulls(
                        bundle,
                        new RegistryTransport(RegistrySettings.defaults(), plainRegistries, Set.of()),
                        loops,
                        now::get),
                loops,
                now::get,
                shortened);
        audit.onChecksChange(listener);
        audit.start();
    }

    final void start(AuditSettings settings) throws Exception {
        start(settings, BundleSettings.none(), Set.of());
    }

    final void start() throws Exception {
        start(AuditSettings.defaults());
    }

    final ObjectNode pod(String namespace, String name) {
        ObjectNode pod = Objects.object("v1", "Pod", namespace, name);
        pod.set("spec", Objects.podSpec("nginx"));
        return cluster.put("/api/v1/namespaces/" + namespace + "/pods", pod);
    }

    final ObjectNode service(String name) {
        ObjectNode service = Objects.object("v1", "Service", "shop", name);
        service.putObject("spec").putArray("externalIPs").add("1.2.3.4");
        return cluster.put("/api/v1/namespaces/shop/services", service);
    }

    final JsonNode awaitReport(String path) {
        return await(path).atMost(60, SECONDS).until(() -> cluster.get(REPORTS + path), report -> report != null);
    }

    static List<String> ids(JsonNode report) {
        return report == null ? List.of() : report.at("/report/checks").findValuesAsText("checkID");
    }
}
