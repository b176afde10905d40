package dev.breakwater.cli.serve;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.cli.Breakwater;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a standalone server tells whoever started it. */
class ServeProcessTest {
    @TempDir
    Path folder;

    @Test
    void theWordsOfAStartPointToNothingThatIsNotThere() throws Exception {
        Path data = Files.createDirectory(folder.resolve("a b"));
        String alone = wordsOfAStart(data);
        assertThat(alone)
                .contains("kubectl --kubeconfig '" + data.resolve("kubeconfig") + "' get")
                .contains("The only user is the admin")
                .contains(data.resolve("users.yaml") + ", which does not exist");
        Path users = Files.writeString(
                data.resolve("users.yaml"), "users: [{name: a, roles: [{resources: ['*'], verbs: [get]}]}]\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        assertThat(wordsOfAStart(data))
                .contains("Users: those of " + users)
                .contains("a kubeconfig in " + data.resolve("users"));
        assertThat(data.resolve("users/a.kubeconfig")).exists();
    }

    private String wordsOfAStart(Path data) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Process serve = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Breakwater.class.getName(),
                        "serve",
                        "--standalone",
                        "--port",
                        "0",
                        "--data",
                        data.toString())
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        try {
            await().atMost(60, SECONDS).until(() -> Files.readString(out).contains("Ctrl-C stops") || !serve.isAlive());
        } finally {
            serve.destroy();
            serve.waitFor();
        }
        return Files.readString(out);
    }
}
