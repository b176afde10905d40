package dev.breakwater.bench.drill;

import dev.breakwater.bench.side.ServerProgram;
import dev.breakwater.bench.side.StandaloneFolder;
import dev.breakwater.bench.wire.Endpoint;
import dev.breakwater.bench.wire.RawConnection;
import dev.breakwater.bench.wire.Reply;
import dev.breakwater.bench.wire.Request;
import dev.breakwater.bench.workload.Report;
import dev.breakwater.bench.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server that is drilled and what is in it. One that has ended is started again on the same data, as a cluster would; only
 * where that fails are the reports written anew.
 */
final class Ground implements AutoCloseable {
    static final String GROUP = "aquasecurity.github.io";
    static final String REPORTS = "/apis/" + GROUP + "/v1alpha1/vulnerabilityreports";

    /** Where small objects are, apart from those that are attacked. */
    static final String QUIET = "quiet";

    private static final int WRITERS = 6;

    private final ServerProgram program;
    private final Path folder;
    private final Database database;
    private final Workload workload;
    private final Consumer<String> progress;
    private Path data;
    private int folders;
    private @Nullable DrilledServer server;

    Ground(ServerProgram program, Path folder, Database database, Workload workload, Consumer<String> progress) {
        this.program = program;
        this.folder = folder;
        this.database = database;
        this.workload = workload;
        this.progress = progress;
        data = folder.resolve("data-0");
    }

    /** A server that runs, holds the reports, and is ready. */
    DrilledServer server() throws IOException, InterruptedException {
        DrilledServer running = server;
        if (running != null && running.alive()) {
            if (running.answers()) {
                return running;
            }
            // The next case must not be blamed for what the last one left behind.
            progress.accept("the server does not answer any more: it is killed");
            running.kill();
        }
        boolean fresh = running == null;
        Files.createDirectories(folder);
        if (!fresh) {
            progress.accept("starting the server again on its data");
            try {
                server = DrilledServer.start(program, data, database.url());
                return server;
            } catch (IllegalStateException e) {
                progress.accept("it did not start: " + e.getMessage());
                data = folder.resolve("data-" + ++folders);
                database.renew();
            }
        }
        server = DrilledServer.start(program, data, database.url());
        fill(server.endpoint(), REPORTS, GROUP, workload, progress);
        return server;
    }

    /** Ends the server now, so that the next case has one of its own. */
    void renew() {
        if (server != null) {
            server.close();
        }
    }

    Scene.Paths paths(int number) {
        Report known = workload.reports().get(number % workload.reports().size());
        Scene.Paths paths = new Scene.Paths(REPORTS, workload.namespaces(), "", StandaloneFolder.ATTACKER);
        return new Scene.Paths(
                REPORTS,
                workload.namespaces(),
                paths.in(known.namespace()) + "/" + known.name(),
                StandaloneFolder.ATTACKER);
    }

    static Probes probes(Endpoint endpoint) {
        return new Probes(endpoint, new Scene.Paths(REPORTS, List.of(), "", "").in(QUIET), Texts::small);
    }

    /** Writes the reports and the small object that probes get. */
    static void fill(Endpoint endpoint, String reports, String group, Workload workload, Consumer<String> progress)
            throws InterruptedException {
        long start = System.nanoTime();
        Scene.Paths paths = new Scene.Paths(reports, workload.namespaces(), "", "");
        int count = workload.reports().size();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger written = new AtomicInteger();
        Scene scene = new Scene(endpoint, paths);
        scene.together(WRITERS, _ -> {
            try (RawConnection connection = RawConnection.open(endpoint, Duration.ofSeconds(60))) {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    Report report = workload.reports().get(i);
                    byte[] body = report.create(group).bytes();
                    expect(
                            connection,
                            Request.of(
                                    "POST", paths.in(report.namespace()), "application/json", body, endpoint.token()));
                    int done = written.incrementAndGet();
                    if (done % 500 == 0) {
                        progress.accept("%d of %d reports written".formatted(done, count));
                    }
                }
            }
        });
        if (written.get() < count) {
            throw new IllegalStateException("only " + written.get() + " of " + count + " reports could be written: "
                    + scene.statuses() + " " + scene.words());
        }
        try (RawConnection connection = RawConnection.open(endpoint, Duration.ofSeconds(60))) {
            expect(
                    connection,
                    Request.of(
                            "POST",
                            paths.in(QUIET),
                            "application/json",
                            Sends.bytes(Texts.small(group, Probes.KNOWN)),
                            endpoint.token()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        progress.accept("%d reports written in %.1f s".formatted(count, (System.nanoTime() - start) / 1e9));
    }

    private static void expect(RawConnection connection, Request request) throws IOException {
        Reply reply = connection.send(request, 500);
        if (reply.status() != 201 && reply.status() != 409) {
            throw new IOException("a report was answered " + reply.status() + ": " + reply.text());
        }
    }

    @Override
    public void close() {
        renew();
        database.close();
        if (Files.notExists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            progress.accept("cannot remove " + folder + ": " + e.getMessage());
        }
    }
}
