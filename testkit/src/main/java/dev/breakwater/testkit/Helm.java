package dev.breakwater.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The real Helm, built by the testbed; of the two versions that are in use. Its files are in a folder of the caller's. */
public final class Helm {
    private static final Duration LIMIT = Duration.ofSeconds(360);

    private final Version version;
    private final Path program;
    private final Path home;
    private final @Nullable Path kubeconfig;

    /** A major version; the testbed says which one exactly. */
    public enum Version {
        THREE("helm3"),
        FOUR("helm4");

        private final String program;

        Version(String program) {
            this.program = program;
        }
    }

    /** What a finished Helm left behind. */
    public record Result(int exitCode, String stdout, String stderr) {
        public String all() {
            return stdout + stderr;
        }
    }

    private Helm(Version version, Path program, Path home, @Nullable Path kubeconfig) {
        this.version = version;
        this.program = program;
        this.home = home;
        this.kubeconfig = kubeconfig;
    }

    /**
     * Without a cluster: for {@code template} and {@code lint}. Ends the test where the testbed has not built it.
     *
     * @param home an empty folder for Helm's caches and settings
     */
    public static Helm alone(Version version, Path home) {
        Path program = TestbedScript.find()
                .flatMap(script -> script.built(version.program))
                .orElseThrow(() -> Requirement.CLUSTER.missing(
                        "Helm is not built: testbed/testbed.sh build " + version.program + " makes it"));
        return new Helm(version, program, home, null);
    }

    /** The same Helm on a cluster. */
    public Helm on(Path cluster) {
        return new Helm(version, program, home, cluster);
    }

    public Version version() {
        return version;
    }

    /** Runs to the end. A Helm that hangs is ended after six minutes, and the test fails. */
    public Result run(String... arguments) {
        List<String> command = Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toList();
        Path stdout = home.resolve("stdout-" + UUID.randomUUID());
        Path stderr = home.resolve("stderr-" + UUID.randomUUID());
        try {
            Files.createDirectories(home);
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                    .redirectOutput(stdout.toFile())
                    .redirectError(stderr.toFile());
            Map<String, String> environment = builder.environment();
            for (String folder : List.of("CACHE", "CONFIG", "DATA")) {
                environment.put("HELM_" + folder + "_HOME", home.toString());
            }
            environment.put(
                    "KUBECONFIG", kubeconfig == null ? home.resolve("none").toString() : kubeconfig.toString());
            Process process = builder.start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("helm %s still ran after %s".formatted(String.join(" ", arguments), LIMIT));
            }
            return new Result(process.exitValue(), read(stdout), read(stderr));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while helm ran", e);
        } finally {
            Stream.of(stdout, stderr).forEach(file -> file.toFile().delete());
        }
    }

    /**
     * Runs to the end and expects success.
     *
     * @return standard output
     * @throws AssertionError with what Helm printed, when it failed
     */
    public String succeed(String... arguments) {
        Result result = run(arguments);
        if (result.exitCode() != 0) {
            throw new AssertionError("helm %s (%s) ended with %d: %s"
                    .formatted(String.join(" ", arguments), version, result.exitCode(), result.all()));
        }
        return result.stdout();
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
