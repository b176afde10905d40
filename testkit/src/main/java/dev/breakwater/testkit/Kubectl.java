package dev.breakwater.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The real kubectl against one cluster.
 *
 * <p>It is the testbed's own, of the control plane's version; where that is not built, the one on PATH.
 */
public final class Kubectl {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final List<String> command;
    private final Path cache;

    private Kubectl(List<String> command, Path cache) {
        this.command = command;
        this.cache = cache;
    }

    /** What a finished kubectl left behind. */
    public record Result(int exitCode, String stdout, String stderr) {}

    /**
     * @param kubeconfig file that names the cluster and the user
     * @throws Unavailable where no kubectl is on this machine
     */
    public static Kubectl forKubeconfig(Path kubeconfig) throws Unavailable {
        try {
            // Discovery is kept there for hours by host and port, and a later run may get the same port.
            Path cache = Files.createTempDirectory("breakwater-kubectl-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(cache)));
            List<String> command = new ArrayList<>(program());
            command.addAll(List.of("--kubeconfig=" + kubeconfig, "--cache-dir=" + cache));
            return new Kubectl(List.copyOf(command), cache);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same kubectl, speaking for another user: it impersonates, which the file's user must be allowed to. */
    public Kubectl as(String user, String... groups) {
        return with(Stream.concat(Stream.of("--as=" + user), Stream.of(groups).map(group -> "--as-group=" + group))
                .toArray(String[]::new));
    }

    /** The same kubectl in a namespace. */
    public Kubectl in(String namespace) {
        return with("--namespace=" + namespace);
    }

    /** Runs to the end. A kubectl that hangs is ended after two minutes, and the test fails. */
    public Result run(String... arguments) {
        return runWithInput("", arguments);
    }

    /** Runs to the end with {@code input} as its standard input, for {@code -f -}. */
    public Result runWithInput(String input, String... arguments) {
        Path stdout = file("stdout");
        Path stderr = file("stderr");
        Path stdin = file("stdin");
        try {
            Files.writeString(stdin, input);
            Process process = new ProcessBuilder(commandWith(arguments))
                    .redirectInput(stdin.toFile())
                    .redirectOutput(stdout.toFile())
                    .redirectError(stderr.toFile())
                    .start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("kubectl %s still ran after %s".formatted(String.join(" ", arguments), LIMIT));
            }
            return new Result(process.exitValue(), read(stdout), read(stderr));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while kubectl ran", e);
        } finally {
            Stream.of(stdin, stdout, stderr).forEach(file -> file.toFile().delete());
        }
    }

    /**
     * Runs to the end and expects success.
     *
     * @return standard output
     * @throws AssertionError with what kubectl printed, when it failed
     */
    public String succeed(String... arguments) {
        return succeeded(run(arguments), arguments);
    }

    /** Applies manifests: YAML or JSON, several documents allowed. */
    public String apply(String manifests) {
        String[] arguments = {"apply", "-f", "-"};
        return succeeded(runWithInput(manifests, arguments), arguments);
    }

    /** Starts without waiting: for {@code --watch} and {@code port-forward}. The caller ends it. */
    public Process start(String... arguments) {
        try {
            return new ProcessBuilder(commandWith(arguments)).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a namespace with a name of its own, so that tests that share a cluster do not meet. */
    public String createNamespace(String prefix) {
        String name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
        succeed("create", "namespace", name);
        return name;
    }

    private Kubectl with(String... flags) {
        return new Kubectl(Stream.concat(command.stream(), Stream.of(flags)).toList(), cache);
    }

    private List<String> commandWith(String... arguments) {
        return Stream.concat(command.stream(), Stream.of(arguments)).toList();
    }

    private Path file(String name) {
        return cache.resolve(name + "-" + UUID.randomUUID());
    }

    private static String succeeded(Result result, String... arguments) {
        if (result.exitCode() != 0) {
            throw new AssertionError("kubectl %s ended with %d: %s%s"
                    .formatted(String.join(" ", arguments), result.exitCode(), result.stderr(), result.stdout()));
        }
        return result.stdout();
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException leftInTheTemporaryFolder) {
            // The process is ending; there is nobody to tell.
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static List<String> program() throws Unavailable {
        var kube = TestbedScript.find().flatMap(script -> script.built("kube"));
        if (kube.isPresent()) {
            return List.of(kube.get().toString(), "kubectl");
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            Path kubectl = Path.of(folder, "kubectl");
            if (Files.isExecutable(kubectl)) {
                return List.of(kubectl.toString());
            }
        }
        throw new Unavailable("there is no kubectl: testbed/testbed.sh build kube makes one, or install it on PATH");
    }
}
