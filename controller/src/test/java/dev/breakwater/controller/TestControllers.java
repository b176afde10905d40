package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import dev.breakwater.controller.kube.Pause;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.Kubectl;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Controllers in this process against a real cluster, in which the report kinds are CRDs: a client of the API cannot tell. */
final class TestControllers implements AutoCloseable {
    private final Cluster cluster;
    private final List<Controller> running = new ArrayList<>();

    TestControllers(Cluster cluster) {
        this.cluster = cluster;
        Kubectl kubectl = cluster.kubectl();
        WrittenKinds.all()
                .forEach(kind ->
                        kubectl.apply(customResource(kind.group(), kind.plural(), kind.kind(), kind.namespaced())));
        kubectl.succeed("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all");
    }

    /** Returns when it leads and knows the cluster. */
    Controller start(ControllerSettings settings) {
        Controller controller = launch(settings);
        await().atMost(60, SECONDS).until(controller::isReady);
        return controller;
    }

    Controller launch(ControllerSettings settings) {
        try (Reader kubeconfig = Files.newBufferedReader(cluster.kubeconfig())) {
            KubeConfig config = KubeConfig.loadKubeConfig(kubeconfig);
            config.setFile(cluster.kubeconfig().toFile());
            Controller controller = new Controller(
                    settings, ClientBuilder.kubeconfig(config).build(), Clock.systemUTC(), Pause.sleeping());
            running.add(controller);
            Thread.ofVirtual().start(() -> {
                try {
                    controller.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            return controller;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (Controller controller : running) {
            controller.close();
        }
    }

    private static String customResource(String group, String plural, String kind, boolean namespaced) {
        return """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %s.%s}
                spec:
                  group: %s
                  scope: %s
                  names: {plural: %s, singular: %s, kind: %s}
                  versions:
                    - name: v1alpha1
                      served: true
                      storage: true
                      subresources: {%s}
                      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """.formatted(
                        plural,
                        group,
                        group,
                        namespaced ? "Namespaced" : "Cluster",
                        plural,
                        kind.toLowerCase(Locale.ROOT),
                        kind,
                        namespaced ? "" : "status: {}");
    }
}
