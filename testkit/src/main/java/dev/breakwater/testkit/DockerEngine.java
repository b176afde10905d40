package dev.breakwater.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** Whether this machine can run containers with Docker. */
final class DockerEngine {
    private DockerEngine() {}

    /** Looks for an engine's address before it asks Testcontainers, whose search takes seconds and pages of log. */
    static boolean answers() {
        Map<String, String> environment = System.getenv();
        String home = environment.getOrDefault("HOME", "/");
        boolean named = environment.containsKey("DOCKER_HOST")
                || Stream.of(
                                "/var/run/docker.sock",
                                environment.getOrDefault("XDG_RUNTIME_DIR", "/run") + "/docker.sock",
                                home + "/.docker/run/docker.sock",
                                home + "/.testcontainers.properties")
                        .anyMatch(file -> Files.exists(Path.of(file)));
        return named && DockerClientFactory.instance().isDockerAvailable();
    }
}
