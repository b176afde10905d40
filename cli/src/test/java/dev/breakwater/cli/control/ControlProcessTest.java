package dev.breakwater.cli.control;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.cli.Breakwater;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, as a kubelet starts and ends it. */
@Timeout(120)
class ControlProcessTest {
    @TempDir
    Path folder;

    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private ServerSocket silent;

    @BeforeEach
    void listen() throws IOException {
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    connections.add(silent.accept());
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: c
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {}}]
                """.formatted(silent.getLocalPort()));
    }

    @AfterEach
    void stop() throws IOException {
        processes.forEach(Process::destroyForcibly);
        silent.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    @Test
    void aWorkFolderThatCannotBeUsedIsOneLineAndExitCodeOne() throws Exception {
        Process control = control("--work-folder", folder.resolve("missing").toString());
        assertThat(control.waitFor(60, SECONDS)).isTrue();
        assertThat(control.exitValue()).isEqualTo(1);
        assertThat(Files.readAllLines(folder.resolve("err")))
                .containsExactly("breakwater: --work-folder " + folder.resolve("missing")
                        + " cannot be used: it does not exist");
    }

    @Test
    void sigtermEndsAControllerWhoseApiServerTakesConnectionsAndNeverAnswers() throws Exception {
        Process control = control("--work-folder", folder.toString());
        await().atMost(60, SECONDS).until(() -> !connections.isEmpty());
        control.destroy();
        assertThat(control.waitFor(30, SECONDS)).isTrue();
        try (var left = Files.newDirectoryStream(folder, "breakwater-*")) {
            assertThat(left).isEmpty();
        }
    }

    private Process control(String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Breakwater.class.getName(),
                "control",
                "--kubeconfig",
                folder.resolve("kubeconfig").toString(),
                "--probe-port",
                "0"));
        command.addAll(Arrays.asList(flags));
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
