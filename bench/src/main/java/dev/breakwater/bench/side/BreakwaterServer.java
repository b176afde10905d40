package dev.breakwater.bench.side;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.meter.ProcessMeter;
import dev.breakwater.bench.wire.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Our API server as the manifests run it, in a process of its own: same flags of the JVM, same rights, SQLite, behind an APIService
 * of the control plane.
 */
public final class BreakwaterServer implements AutoCloseable {
    private static final String SERVICE = "breakwater-apiserver";
    private static final String NAMESPACE = "breakwater";
    private static final int LOG_TAIL = 3_000;
    private static final String GROUP = "aquasecurity.github.io";

    private final Cluster cluster;
    private final Process process;
    private final Path data;
    private final int port;

    private BreakwaterServer(Cluster cluster, Process process, Path data, int port) {
        this.cluster = cluster;
        this.process = process;
        this.data = data;
        this.port = port;
    }

    /**
     * Starts the server and waits until kube-apiserver says that it is available.
     *
     * @param root folder of the project, built
     * @param folder for the database, a kubeconfig and the log
     * @param jvmOptions further options of the JVM, such as a flight recording
     */
    public static BreakwaterServer start(Cluster cluster, Path root, Path folder, List<String> jvmOptions) {
        try {
            int port = freePort();
            cluster.apply(Files.readString(root.resolve("manifests/base/namespace.yaml")));
            cluster.apply(Files.readString(root.resolve("manifests/base/rbac-apiserver.yaml")));
            cluster.apply(service(port));
            cluster.apply(Files.readString(root.resolve("manifests/base/apiservices.yaml"))
                    .replace("port: 443", "port: " + port));
            Path data = folder.resolve("breakwater");
            Files.createDirectories(data);
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            JvmOptions options = new JvmOptions(root);
            command.addAll(options.ofManifest(JvmOptions.Program.serve));
            command.addAll(jvmOptions);
            command.addAll(List.of(
                    "-jar",
                    options.jar().toString(),
                    "serve",
                    "--data",
                    data.toString(),
                    "--host",
                    "127.0.0.1",
                    "--port",
                    Integer.toString(port),
                    "--kubeconfig",
                    kubeconfig(cluster, folder).toString(),
                    "--service",
                    SERVICE + "." + NAMESPACE));
            Path log = folder.resolve("breakwater.log");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            // Settings of the caller's shell would be this server's settings.
            builder.environment().keySet().removeIf(name -> name.startsWith("BREAKWATER_"));
            builder.environment().put("MALLOC_ARENA_MAX", "2");
            Process process = builder.start();
            // Ctrl-C ends this program without a word to its children.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            BreakwaterServer server = new BreakwaterServer(cluster, process, data, port);
            server.awaitAvailable(log);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the server", e);
        }
    }

    /** The server through kube-apiserver, as everybody uses it. */
    public Side aggregated(Tenant tenant) {
        return new Side(
                "Breakwater",
                GROUP,
                tenant.endpoint(),
                List.of(cluster.meter("kube-apiserver"), meter()),
                List.of(meter()),
                data);
    }

    /** The server itself, without the aggregation layer; the token is checked by a TokenReview. */
    public Side direct(Tenant tenant) {
        byte[] authority = Base64.getDecoder()
                .decode(cluster.kubectl(
                        "", "get", "apiservice", "v1alpha1." + GROUP, "-o", "jsonpath={.spec.caBundle}"));
        URI address = URI.create("https://127.0.0.1:" + port);
        return new Side(
                "Breakwater, direct",
                GROUP,
                Endpoint.trusting(address, authority, tenant.endpoint().token()),
                List.of(meter()),
                List.of(meter()),
                data);
    }

    /** Leaves the cluster's API first: an APIService without its server troubles kubectl and the controllers of the next side. */
    @Override
    public void close() {
        cluster.kubectl(
                "", "delete", "apiservice", "v1alpha1." + GROUP, "v1alpha1.breakwater.dev", "--ignore-not-found");
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private ProcessMeter meter() {
        return new ProcessMeter("breakwater", process.pid());
    }

    private void awaitAvailable(Path log) throws IOException {
        try {
            cluster.kubectl("", "wait", "--for=condition=Available", "--timeout=180s", "apiservice/v1alpha1." + GROUP);
        } catch (IllegalStateException e) {
            close();
            String text = Files.readString(log);
            throw new IllegalStateException(
                    "the server did not become available; its log ends with\n"
                            + text.substring(Math.max(0, text.length() - LOG_TAIL)),
                    e);
        }
    }

    private static String service(int port) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: %s}
                spec:
                  type: ExternalName
                  externalName: localhost
                  ports: [{name: https, port: %d}]
                """.formatted(SERVICE, NAMESPACE, port);
    }

    private static Path kubeconfig(Cluster cluster, Path folder) throws IOException {
        String token = cluster.kubectl("", "create", "token", SERVICE, "-n", NAMESPACE, "--duration", "12h")
                .strip();
        String text = """
                apiVersion: v1
                kind: Config
                current-context: bench
                clusters: [{name: bench, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: bench, user: {token: "%s"}}]
                contexts: [{name: bench, context: {cluster: bench, user: bench}}]
                """.formatted(cluster.server(), cluster.authorityFile(), token);
        Path file = folder.resolve("server.kubeconfig");
        return Files.write(file, text.getBytes(UTF_8));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
