package dev.breakwater.bench.drill;

import dev.breakwater.bench.meter.ProcessMeter;
import dev.breakwater.bench.side.ServerProgram;
import dev.breakwater.bench.side.StandaloneFolder;
import dev.breakwater.bench.wire.Endpoint;
import dev.breakwater.bench.wire.RawConnection;
import dev.breakwater.bench.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Our API server without a cluster, in a process of its own, with the options of the manifests. */
final class DrilledServer implements AutoCloseable {
    private static final Duration RECOVERY = Duration.ofSeconds(10);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Pattern SERVING = Pattern.compile("Serving on https://[^ ]*:(\\d+),");
    private final Process process;
    private final Path log;
    private final Endpoint endpoint;
    private final double startSeconds;

    private DrilledServer(Process process, Path log, Endpoint endpoint, double startSeconds) {
        this.process = process;
        this.log = log;
        this.endpoint = endpoint;
        this.startSeconds = startSeconds;
    }

    /**
     * Starts the server and waits until it is ready.
     *
     * @param data folder of the users, the certificates and, with SQLite, the reports; kept from one start to the next
     * @param database URL of PostgreSQL; empty for SQLite
     * @throws IllegalStateException when it ends or does not become ready, with the end of its log
     */
    static DrilledServer start(ServerProgram program, Path data, String database)
            throws IOException, InterruptedException {
        DrilledServer server = launch(program, data, database, List.of());
        server.awaitReady();
        return server;
    }

    /** Starts the server and waits until it listens, ready or not. */
    static DrilledServer launch(ServerProgram program, Path data, String database, List<String> moreArguments)
            throws IOException, InterruptedException {
        StandaloneFolder users = StandaloneFolder.in(data);
        Path log = Files.createTempFile("drill-server", ".log");
        List<String> arguments =
                new ArrayList<>(List.of("serve", "--standalone", "--data", data.toString(), "--port", "0"));
        arguments.addAll(moreArguments);
        ProcessBuilder builder = program.command(List.of(), arguments);
        if (!database.isEmpty()) {
            builder.environment().put("BREAKWATER_DATABASE", database);
        }
        long start = System.nanoTime();
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        // Ctrl-C ends this program without a word to its children.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        int port = port(process, log, start);
        return new DrilledServer(process, log, users.endpoint(port), (System.nanoTime() - start) / 1e9);
    }

    private static int port(Process process, Path log, long start) throws IOException, InterruptedException {
        while (true) {
            Matcher serving = SERVING.matcher(Files.readString(log));
            if (serving.find()) {
                return Integer.parseInt(serving.group(1));
            }
            boolean ended = process.waitFor(50, TimeUnit.MILLISECONDS);
            if (ended || System.nanoTime() - start > START.toNanos()) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        (ended ? "the server ended with " + process.exitValue() : "the server does not listen")
                                + "; its log ends with\n" + tail(log));
            }
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long start = System.nanoTime();
        String last = "no answer";
        while (System.nanoTime() - start < START.toNanos() && process.isAlive()) {
            try (RawConnection connection = RawConnection.open(endpoint, Duration.ofSeconds(5))) {
                int status = connection
                        .send(Request.get("/readyz", endpoint.token()), 0)
                        .status();
                if (status == 200) {
                    return;
                }
                last = "status " + status;
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
            Thread.sleep(100);
        }
        close();
        throw new IllegalStateException("the server is not ready: " + last + "; its log ends with\n" + tail(log));
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Whether it is live and ready within some seconds. */
    boolean answers() throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < RECOVERY.toNanos()) {
            try (RawConnection connection = RawConnection.open(endpoint, RECOVERY)) {
                if (connection.send(Request.get("/readyz", endpoint.token()), 0).status() == 200) {
                    return true;
                }
            } catch (IOException e) {
                // Not yet.
            }
            Thread.sleep(200);
        }
        return false;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Waits a little for the end: a process that ran out of memory needs a moment to go. */
    boolean ends(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    int exitValue() {
        return process.exitValue();
    }

    /** From the start of the process until it listened. */
    double startSeconds() {
        return startSeconds;
    }

    ProcessMeter meter() {
        return new ProcessMeter("breakwater", process.pid());
    }

    String logTail() {
        return tail(log);
    }

    /** Ends the process as the machine's end would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private static String tail(Path log) {
        try {
            String text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - 3000));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
