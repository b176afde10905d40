package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import dev.breakwater.controller.kube.Connection;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.Kubectl;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
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
        return ready(launch(settings));
    }

    /** The same with a clock of the test's own. */
    Controller start(ControllerSettings settings, InstantSource clock) {
        return ready(launch(settings, clock));
    }

    Controller launch(ControllerSettings settings) {
        return launch(settings, Clock.systemUTC());
    }

    private Controller launch(ControllerSettings settings, InstantSource clock) {
        try {
            return launch(
                    settings,
                    Connection.of(ClientBuilder.kubeconfig(kubeconfig()).build()),
                    clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * As in a pod: with the token of a service account that has the permissions of the manifests and no others.
     *
     * @param folder for token and certificate, as the kubelet mounts them
     */
    Controller startWithLeastPermissions(ControllerSettings settings, Path folder) {
        Kubectl kubectl = cluster.kubectl();
        String namespace = settings.namespace();
        try {
            kubectl.apply(Files.readString(Path.of("../manifests/base/rbac-controller.yaml"))
                    .replace("namespace: breakwater\n", "namespace: " + namespace + "\n")
                    .replaceAll("(?m)^  name: breakwater-controller$", "  name: breakwater-controller-" + namespace)
                    .replaceAll(
                            "(?m)^    name: breakwater-controller$", "    name: breakwater-controller-" + namespace));
            Files.writeString(
                    folder.resolve("token"),
                    kubectl.succeed("create", "token", "breakwater-controller-" + namespace, "-n", namespace));
            Files.writeString(
                    folder.resolve("ca.crt"),
                    kubectl.succeed(
                            "get",
                            "configmap",
                            "kube-root-ca.crt",
                            "-n",
                            namespace,
                            "-o",
                            "jsonpath={.data.ca\\.crt}"));
            return ready(launch(
                    settings,
                    Connection.serviceAccount(kubeconfig().getServer(), folder, InstantSource.system()),
                    Clock.systemUTC()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KubeConfig kubeconfig() throws IOException {
        try (Reader file = Files.newBufferedReader(cluster.kubeconfig())) {
            KubeConfig config = KubeConfig.loadKubeConfig(file);
            config.setFile(cluster.kubeconfig().toFile());
            return config;
        }
    }

    private static Controller ready(Controller controller) {
        await().atMost(180, SECONDS).until(controller::isReady);
        return controller;
    }

    private Controller launch(ControllerSettings settings, Connection connection, InstantSource clock) {
        Controller controller = new Controller(settings, connection, clock, Pause.sleeping());
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
