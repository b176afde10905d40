package dev.breakwater.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Kubernetes' own programs on this machine, started by {@code testbed/}.
 *
 * <p>The testbed lives as long as the pipe to its standard input: a killed test run leaves no process behind.
 */
final class TestbedCluster implements Cluster {
    /** Not the temporary folder, which may lie deep: names of sockets below it have at most 107 bytes. */
    private static final Path FOLDERS = Path.of("/tmp");

    private final Process supervisor;
    private final JsonNode description;
    private final Kubectl kubectl;

    private TestbedCluster(Process supervisor, JsonNode description) throws Unavailable {
        this.supervisor = supervisor;
        this.description = description;
        this.kubectl = Kubectl.forKubeconfig(kubeconfig());
    }

    /**
     * Starts a run and returns when it is ready: after seconds, or after minutes where its programs must be built first.
     *
     * @param parts flags of {@code testbed.sh up}: {@code --node}, {@code --trivy}
     */
    static TestbedCluster start(List<String> parts) throws Unavailable {
        TestbedScript script = TestbedScript.find()
                .orElseThrow(() -> new Unavailable("testbed/testbed.sh is not above the working folder"));
        if (!script.canRun()) {
            throw new Unavailable("the testbed is not built and there is no Go to build it");
        }
        try {
            Path folder = Files.createTempDirectory(FOLDERS, "breakwater-");
            List<String> arguments =
                    new ArrayList<>(List.of("up", "--state", folder.toString(), "--until-stdin-closes"));
            arguments.addAll(parts);
            Process supervisor = script.run(arguments.toArray(String[]::new));
            BufferedReader output = supervisor.inputReader();
            String description = output.readLine();
            if (description == null) {
                throw new Unavailable("the testbed did not start; its logs are in " + folder);
            }
            return new TestbedCluster(supervisor, new ObjectMapper().readTree(description));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Path kubeconfig() {
        return path("/kubeconfig");
    }

    @Override
    public Kubectl kubectl() {
        return kubectl;
    }

    @Override
    public Optional<String> hostAddress() {
        return Optional.of(text("/hostAddress"));
    }

    @Override
    public Optional<Internals> internals() {
        return Optional.of(new Internals(
                new FrontProxy(
                        path("/frontProxy/certificateAuthority"),
                        path("/frontProxy/clientCertificate"),
                        path("/frontProxy/clientKey"),
                        text("/frontProxy/allowedName")),
                URI.create(text("/etcd")),
                path("/folder")));
    }

    @Override
    public Optional<NodeTools> nodeTools() {
        if (description.at("/node").isMissingNode()) {
            return Optional.empty();
        }
        return Optional.of(new NodeTools(
                text("/node/name"),
                text("/registry"),
                text("/node/shellImage"),
                text("/trivy/image"),
                text("/trivy/server"),
                text("/trivy/database")));
    }

    /** Ends every process of the run, and returns when they are gone. */
    @Override
    public void close() {
        try {
            supervisor.getOutputStream().close();
        } catch (IOException alreadyEnded) {
            // Then there is nobody to tell.
        }
        supervisor.onExit().join();
    }

    private Path path(String pointer) {
        return Path.of(text(pointer));
    }

    private String text(String pointer) {
        return description.at(pointer).asText();
    }
}
