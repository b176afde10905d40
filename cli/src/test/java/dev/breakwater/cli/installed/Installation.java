package dev.breakwater.cli.installed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ImageArchive;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;

/**
 * Breakwater on a cluster with a node: the manifests of this repository, the image that the build made, the testbed's scanner. One at a time, for the
 * namespace has the name that it has everywhere.
 */
final class Installation implements AutoCloseable {
    static final String NAMESPACE = "breakwater";

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> PROGRAMS = List.of("breakwater-apiserver", "breakwater-controller");

    private final Cluster cluster;
    private final Kubectl kubectl;
    private final NodeTools tools;
    private final Path overlay;
    private boolean removed;

    private Installation(Cluster cluster, Path overlay) {
        this.cluster = cluster;
        this.kubectl = cluster.kubectl();
        this.tools = cluster.nodeTools().orElseThrow();
        this.overlay = overlay;
    }

    /**
     * Installs and waits until both programs are ready and their APIs available.
     *
     * @param folder for the volume; left behind, for the programs' files in it are not ours to delete
     * @param control YAML added to the section {@code control} of the settings
     * @param components kustomize components of this repository, by the names of their folders
     */
    static Installation on(Cluster cluster, Path folder, String control, String... components)
            throws IOException, InterruptedException {
        Installation installation =
                new Installation(cluster, Files.createDirectories(Path.of("target/installed-overlay")));
        installation.write(folder, control, components);
        installation.kubectl.succeed("apply", "-k", installation.overlay.toString());
        for (String program : PROGRAMS) {
            installation.kubectl.succeed(
                    "rollout", "status", "-n", NAMESPACE, "deployment/" + program, "--timeout=110s");
        }
        for (String service : List.of("v1alpha1.aquasecurity.github.io", "v1alpha1.breakwater.dev")) {
            installation.kubectl.succeed("wait", "--for=condition=Available", "--timeout=60s", "apiservice/" + service);
        }
        return installation;
    }

    Kubectl kubectl() {
        return kubectl;
    }

    NodeTools tools() {
        return tools;
    }

    /** The objects that {@code kubectl get ARGUMENTS -o json} lists. */
    JsonNode items(String... arguments) {
        return get(arguments).path("items");
    }

    /** What {@code kubectl get ARGUMENTS -o json} prints. */
    JsonNode get(String... arguments) {
        String[] command = new String[arguments.length + 3];
        command[0] = "get";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        command[arguments.length + 1] = "-o";
        command[arguments.length + 2] = "json";
        // On a starved machine the kube-apiserver gives an aggregated server up for a moment; that is not what these
        // tests are about.
        Kubectl.Result result = await().atMost(60, SECONDS)
                .until(() -> kubectl.run(command), answer -> !answer.stderr().contains("unable to handle the request"));
        assertThat(result.exitCode())
                .as(String.join(" ", command) + ": " + result.stderr())
                .isZero();
        try {
            return MAPPER.readTree(result.stdout());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keys of etcd below a prefix. */
    long etcdKeys(String prefix) throws IOException, InterruptedException {
        URI etcd = cluster.internals().orElseThrow().etcd();
        byte[] from = prefix.getBytes(StandardCharsets.UTF_8);
        byte[] to = from.clone();
        to[to.length - 1]++;
        String range = "{\"key\":\"%s\",\"range_end\":\"%s\",\"count_only\":true}"
                .formatted(
                        Base64.getEncoder().encodeToString(from),
                        Base64.getEncoder().encodeToString(to));
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest ask = HttpRequest.newBuilder(etcd.resolve("/v3/kv/range"))
                    .POST(HttpRequest.BodyPublishers.ofString(range))
                    .build();
            HttpResponse<String> answer = http.send(ask, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return MAPPER.readTree(answer.body()).path("count").asLong();
        }
    }

    /** Uninstalls as a user would, and returns when everything is gone. */
    void remove() {
        delete();
        removed = true;
    }

    /** Does not let kubectl wait, which this machine may not give the time it takes on a slow day. */
    private void delete() {
        kubectl.succeed("delete", "-k", overlay.toString(), "--wait=false", "--ignore-not-found");
        await("the namespace " + NAMESPACE + " goes")
                .atMost(240, SECONDS)
                .until(() -> kubectl.run("get", "namespace/" + NAMESPACE, "persistentvolume/breakwater-apiserver")
                        .stdout()
                        .isBlank());
    }

    /** The last that both programs said, onto standard output. */
    void showLogs() {
        for (String program : PROGRAMS) {
            Kubectl.Result log = kubectl.run("logs", "-n", NAMESPACE, "deployment/" + program, "--tail=60");
            System.out.println(program + ":\n" + log.stdout() + log.stderr());
        }
    }

    /** After a test that did not come to its end: shows what the programs said, and clears the way for the next test. */
    @Override
    public void close() {
        if (!removed) {
            showLogs();
            delete();
        }
    }

    /** The base of this repository with this build's image, the testbed's scanner, and a volume, for the node provides none. */
    private void write(Path folder, String control, String... components) throws IOException, InterruptedException {
        String image = new ImageArchive(Path.of("target/jib-image.tar")).push(tools.registry(), "breakwater", "built");
        Path volume = folder.resolve("volume");
        Files.createDirectory(volume);
        // A hostPath volume is not given to the pod's group; the program runs as nobody in particular.
        Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxrwx"));
        int tag = image.lastIndexOf(':');
        StringBuilder kustomization =
                new StringBuilder("""
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources:
                  - ../../../manifests/base
                  - volume.yaml
                images:
                  - {name: breakwater, newName: %s, newTag: %s}
                patches:
                  - path: config.yaml
                components:
                """.formatted(image.substring(0, tag), image.substring(tag + 1)));
        for (String component : components) {
            kustomization
                    .append("  - ../../../manifests/components/")
                    .append(component)
                    .append('\n');
        }
        Files.writeString(overlay.resolve("kustomization.yaml"), kustomization);
        Files.writeString(overlay.resolve("volume.yaml"), """
                apiVersion: v1
                kind: PersistentVolume
                metadata:
                  name: breakwater-apiserver
                spec:
                  capacity: {storage: 5Gi}
                  accessModes: [ReadWriteOnce]
                  persistentVolumeReclaimPolicy: Retain
                  claimRef: {namespace: breakwater, name: breakwater-apiserver}
                  hostPath: {path: %s}
                """.formatted(volume));
        String settings = """
                logFormat: json
                serve:
                  data: /var/lib/breakwater
                control:
                  # The programs' own image would be scanned like any other; here the Jobs are counted.
                  excludeNamespaces: [breakwater]
                  scanner:
                    image: %s
                    serverUrl: %s
                    plainRegistries: [%s]
                """.formatted(tools.trivyImage(), tools.trivyServer(), tools.registry());
        Files.writeString(overlay.resolve("config.yaml"), """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: breakwater
                  namespace: breakwater
                data:
                  breakwater.yaml: |
                """ + (settings + control.indent(2)).indent(4));
    }
}
