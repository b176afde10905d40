package dev.breakwater.cli.demo;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.cli.Breakwater;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo as a process: what it leaves behind, whatever ends it. */
class DemoProcessTest {
    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
    }

    @ParameterizedTest
    @CsvSource({
        "INT, Server up",
        "TERM, Server up",
        "HUP, Server up",
        "INT, Serving until",
        "TERM, Serving until",
        "HUP, Serving until",
    })
    void aSignalAtAnyTimeLeavesNoFolderBehind(String signal, String after) throws Exception {
        Process demo = demo();
        await().atMost(120, SECONDS).until(() -> said(after) || !demo.isAlive());
        assertThat(left()).anyMatch(path -> path.toString().endsWith("ca.key"));
        new ProcessBuilder("kill", "-" + signal, Long.toString(demo.pid()))
                .start()
                .waitFor();
        assertThat(demo.waitFor(60, SECONDS)).isTrue();
        assertThat(left()).isEmpty();
        assertThat(Files.readString(folder.resolve("err"))).doesNotContain("Exception");
    }

    @Test
    void aFailedStartLeavesNoFolderBehind() throws Exception {
        Process demo = demo("--port", "1", "--once");
        assertThat(demo.waitFor(120, SECONDS)).isTrue();
        if (demo.exitValue() == 0) {
            // Whoever is root may listen there; then this was a whole run.
            assertThat(said("Server up on https://127.0.0.1:1 ")).isTrue();
        }
        assertThat(left()).isEmpty();
    }

    private boolean said(String words) throws IOException {
        return Files.readString(folder.resolve("out")).contains(words);
    }

    /** All that a demo has put into its folder for temporary files, native libraries of the JVM's own excepted. */
    private List<Path> left() throws IOException {
        Path temporary = folder.resolve("tmp");
        List<Path> left = new ArrayList<>();
        try (Stream<Path> files = Files.list(temporary)) {
            for (Path demo : files.filter(file -> file.getFileName().toString().startsWith("breakwater-demo-"))
                    .toList()) {
                try (Stream<Path> all = Files.walk(demo)) {
                    left.addAll(all.toList());
                }
            }
        }
        return left;
    }

    private Process demo(String... flags) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.exists(Path.of("/proc/self/status"))) {
            // What runs in the background of a shell, or under nohup, inherits that SIGINT or SIGHUP are ignored, and a
            // JVM keeps to it.
            command.addAll(List.of("env", "--default-signal=INT,HUP,TERM"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                Breakwater.class.getName(),
                "demo"));
        command.addAll(List.of(flags));
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment()
                .keySet()
                .removeIf(name -> name.startsWith("BREAKWATER_") || name.equals("JDK_JAVA_OPTIONS"));
        process.redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        Process started = process.start();
        processes.add(started);
        return started;
    }
}
