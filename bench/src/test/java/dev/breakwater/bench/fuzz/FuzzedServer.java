package dev.breakwater.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.apiserver.ApiServer;
import dev.breakwater.apiserver.ApiServerSettings;
import dev.breakwater.bench.side.StandaloneFolder;
import dev.breakwater.bench.wire.Endpoint;
import dev.breakwater.bench.wire.RawConnection;
import dev.breakwater.bench.wire.Reply;
import dev.breakwater.bench.wire.Request;
import dev.breakwater.cli.serve.Endpoints;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The whole server within this process, so that what feeds the parsers sees which of their branches it reached: what is promised
 * is that no request ends in a 5xx, and that is only seen from outside.
 *
 * <p>Threading: one thread at a time.
 */
final class FuzzedServer implements AutoCloseable {
    static final String REPORTS = "/apis/aquasecurity.github.io/v1alpha1/namespaces/fuzz/vulnerabilityreports";
    static final String KNOWN = REPORTS + "/known";
    static final String REPORT = """
            {"apiVersion":"aquasecurity.github.io/v1alpha1","kind":"VulnerabilityReport",\
            "metadata":{"name":"known","labels":{"app":"shop"}},\
            "report":{"updateTimestamp":"2026-11-01T00:00:00Z",\
            "scanner":{"name":"Trivy","vendor":"Aqua Security","version":"0.67.0"},\
            "registry":{"server":"registry.example"},"artifact":{"repository":"shop/cart","tag":"1.0"},\
            "os":{"family":"debian","name":"12"},\
            "summary":{"criticalCount":0,"highCount":1,"mediumCount":0,"lowCount":0,"unknownCount":0},\
            "vulnerabilities":[{"vulnerabilityID":"CVE-2099-0001","resource":"libshop","installedVersion":"1.0",\
            "fixedVersion":"1.1","severity":"HIGH","title":"t","lastModifiedDate":"","publishedDate":"","score":7.5}]}}""";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ReportStore store;
    private final ApiServer server;
    private final Endpoint endpoint;
    private RawConnection connection;

    private FuzzedServer(ReportStore store, ApiServer server, Endpoint endpoint) throws IOException {
        this.store = store;
        this.server = server;
        this.endpoint = endpoint;
        connection = RawConnection.open(endpoint, PATIENCE);
    }

    static FuzzedServer start(Path folder) throws IOException {
        StandaloneFolder users = StandaloneFolder.in(folder.resolve("server"));
        ReportStore store = Stores.open(
                StoreSettings.of(new StoreSettings.Place.Folder(Files.createDirectory(folder.resolve("store")))));
        ApiServer server = ApiServer.start(
                new ApiServerSettings(
                        "127.0.0.1",
                        0,
                        "0.0.0",
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        new ApiServerSettings.Standalone(users.path())),
                store,
                Endpoints::create);
        FuzzedServer fuzzed = new FuzzedServer(store, server, users.endpoint(server.port()));
        fuzzed.send(fuzzed.request("POST", REPORTS, "application/json", REPORT.getBytes(UTF_8)));
        return fuzzed;
    }

    Request request(String method, String target, String contentType, byte[] body) {
        return Request.of(method, target, contentType, body, endpoint.token());
    }

    Request get(String target) {
        return Request.get(target, endpoint.token());
    }

    /**
     * Sends it, and again on a new connection where the server had closed the last one after an answer.
     *
     * @return status of the answer; 0 where the server cut without one
     * @throws AssertionError if it is a 5xx or does not come
     */
    int send(Request request) {
        Reply reply;
        try {
            reply = connection.send(request, 2_000);
        } catch (java.net.SocketTimeoutException e) {
            tellWhereThreadsAre();
            throw new AssertionError(
                    "no answer in " + PATIENCE.toSeconds() + " s to " + request.method() + " " + request.target(), e);
        } catch (IOException | NumberFormatException e) {
            renew();
            return 0;
        }
        if ("close".equals(reply.headers().get("connection"))) {
            renew();
        }
        if (reply.status() >= 500) {
            throw new AssertionError("answered " + reply.status() + ": " + reply.text());
        }
        return reply.status();
    }

    /** The server runs in this process: what it waits for stands in its stacks. */
    private static void tellWhereThreadsAre() {
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            System.err.println(thread);
            for (StackTraceElement frame : stack) {
                System.err.println("    " + frame);
            }
        });
    }

    private void renew() {
        connection.close();
        try {
            connection = RawConnection.open(endpoint, PATIENCE);
        } catch (IOException e) {
            throw new AssertionError("the server takes no connection", e);
        }
    }

    @Override
    public void close() {
        connection.close();
        server.close();
        store.close();
    }
}
