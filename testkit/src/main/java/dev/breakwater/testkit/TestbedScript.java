package dev.breakwater.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code testbed/testbed.sh} of this source tree. */
final class TestbedScript {
    private final Path script;

    private TestbedScript(Path script) {
        this.script = script;
    }

    /** Looks from the working folder upwards: Maven runs tests in the folder of their module. */
    static Optional<TestbedScript> find() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path script = folder.resolve("testbed/testbed.sh");
            if (Files.isRegularFile(script)) {
                return Optional.of(new TestbedScript(script));
            }
        }
        return Optional.empty();
    }

    /** Where a program of the testbed lies, if it is built. */
    Optional<Path> built(String program) {
        try {
            Process process = new ProcessBuilder("bash", script.toString(), "path", program)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? Optional.of(Path.of(output.strip())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Whether its programs are built or could be. */
    boolean canRun() {
        if (built("kube").isPresent() && built("testbed").isPresent()) {
            return true;
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(folder, "go"))) {
                return true;
            }
        }
        return false;
    }

    /** Starts the testbed itself. Its standard input is its leash; its progress goes where this process's errors go. */
    Process run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("bash", script.toString(), "run"));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
