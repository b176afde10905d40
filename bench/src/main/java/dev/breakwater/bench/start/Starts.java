package dev.breakwater.bench.start;

import dev.breakwater.bench.meter.ProcessMeter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Starts processes and measures them until they are ready, or to their end. */
final class Starts {
    private static final double MILLIS_PER_TICK = 10;
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(3);

    private Starts() {}

    /** Ends the process as soon as it is ready. */
    static Figures untilReady(List<String> command, Path log, BooleanSupplier ready)
            throws IOException, InterruptedException {
        long started = System.nanoTime();
        Process process = start(command, log);
        try {
            ProcessMeter meter = new ProcessMeter(command.getLast(), process.pid());
            while (!ready.getAsBoolean()) {
                if (!process.isAlive() || System.nanoTime() - started > LONGEST_NANOS) {
                    throw new IOException(
                            String.join(" ", command) + " did not become ready: " + Files.readString(log));
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
            return new Figures(
                    (System.nanoTime() - started) / 1e9, meter.cpuMillis() / 1e3, meter.peakBytes() / 1048576.0);
        } finally {
            process.destroy();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /**
     * Of a process that ends by itself. Its CPU time is what the kernel adds to ours for children that have ended, so that nothing of it is missed;
     * no other child may end meanwhile.
     */
    static Figures toTheEnd(List<String> command, Path log) throws IOException, InterruptedException {
        double before = childrenMillis();
        long started = System.nanoTime();
        Process process = start(command, log);
        ProcessMeter meter = new ProcessMeter(command.getFirst(), process.pid());
        double peak = 0;
        while (!process.waitFor(3, TimeUnit.MILLISECONDS)) {
            try {
                peak = meter.peakBytes() / 1048576.0;
            } catch (UncheckedIOException | NoSuchElementException e) {
                // It ended between the two questions; what was read last stands.
            }
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        if (process.exitValue() != 0) {
            throw new IOException(
                    String.join(" ", command) + " ended with " + process.exitValue() + ": " + Files.readString(log));
        }
        return new Figures(seconds, (childrenMillis() - before) / 1e3, peak);
    }

    private static Process start(List<String> command, Path log) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        // Settings of the caller's shell would be this program's settings.
        builder.environment().keySet().removeIf(name -> name.startsWith("BREAKWATER_"));
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        Process process = builder.start();
        // Ctrl-C ends this program without a word to its children.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    /** {@code cutime} and {@code cstime} of proc_pid_stat(5). */
    private static double childrenMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * MILLIS_PER_TICK;
    }
}
