package dev.breakwater.bench.drill;

import dev.breakwater.bench.side.ServerProgram;
import dev.breakwater.bench.wire.Endpoint;
import dev.breakwater.bench.wire.RawConnection;
import dev.breakwater.bench.wire.Reply;
import dev.breakwater.bench.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a breakage does its work with, and what it finds.
 *
 * @param folder of this breakage alone
 */
record Inspection(ServerProgram program, Path folder, List<String> problems, List<String> notes) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** One thing that breaks, and what is right then. */
    record Breakage(String row, String name, String what, Act act) {
        /** Breaks it and looks. */
        @FunctionalInterface
        interface Act {
            void run(Inspection inspection) throws IOException, InterruptedException;
        }
    }

    /** What is missing on this machine. */
    static final class Skipped extends RuntimeException {
        Skipped(String reason) {
            super(reason);
        }
    }

    /** How a program ended. {@code exit} is -1 for one that had to be killed. */
    record Ended(int exit, String output, double seconds) {
        String lastLine() {
            return output.lines()
                    .filter(line -> !line.isBlank())
                    .reduce((_, last) -> last)
                    .orElse("");
        }
    }

    static Inspection in(ServerProgram program, Path folder) {
        return new Inspection(program, folder, new ArrayList<>(), new ArrayList<>());
    }

    /** Notes what was seen, and that it is wrong if it is. */
    void expect(boolean good, String what, Object seen) {
        String words = String.valueOf(seen);
        String line =
                what + ": " + words.substring(0, Math.min(300, words.length())).replaceAll("\\s+", " ");
        (good ? notes : problems).add(line);
    }

    /** Runs our program to its end, or kills it after a while. */
    Ended run(Duration patience, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Process process = start(environment, arguments);
        long start = System.nanoTime();
        boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        return new Ended(ended ? process.exitValue() : -1, output(process), seconds);
    }

    Process start(Map<String, String> environment, String... arguments) throws IOException {
        ProcessBuilder builder = program.command(List.of(), List.of(arguments));
        builder.environment().putAll(environment);
        Path log = Files.createTempFile(folder, "program", ".log");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Files.writeString(folder.resolve("log-of-" + process.pid()), log.toString());
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    String output(Process process) throws IOException {
        return Files.readString(Path.of(Files.readString(folder.resolve("log-of-" + process.pid()))));
    }

    /** An answer, or {@link Scene#CUT} without words. */
    static Reply ask(Endpoint endpoint, Request request) {
        try (RawConnection connection = RawConnection.open(endpoint, PATIENCE)) {
            return connection.send(request, 2_000);
        } catch (IOException e) {
            byte[] words = Sends.bytes(String.valueOf(e.getMessage()));
            return new Reply(Scene.CUT, Map.of(), words, 0, 0);
        }
    }

    static String namespace(String name) {
        return new Scene.Paths(Ground.REPORTS, List.of(), "", "").in(name);
    }

    static Request create(Endpoint endpoint, String namespace, String report) {
        return Request.of("POST", namespace(namespace), "application/json", Sends.bytes(report), endpoint.token());
    }
}
