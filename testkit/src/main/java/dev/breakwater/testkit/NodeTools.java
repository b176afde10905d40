package dev.breakwater.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a node of the testbed brings.
 *
 * @param node name of the node
 * @param registry {@code HOST:PORT} of a registry that speaks plain HTTP; host, node and pods reach it by this address
 * @param shellImage image with a shell and the usual small programs, and no entrypoint
 * @param trivyImage image with Trivy and a shell
 * @param trivyServer URL of a Trivy server with the sample database
 * @param trivyDatabase the sample database in the registry, for {@code --db-repository}
 */
public record NodeTools(
        String node, String registry, String shellImage, String trivyImage, String trivyServer, String trivyDatabase) {

    /**
     * Makes images and pushes them to the registry: Debian images to a scanner, and containers of them run until they are
     * told to end.
     *
     * @param descriptions JSON as in {@code testbed/demo/images.json}
     * @return digest of each image ({@code sha256:...}) by its name and tag as described, in their order
     */
    public Map<String, String> pushImages(String descriptions) {
        try {
            Path file = Files.createTempFile("breakwater-images-", ".json");
            try {
                Files.writeString(file, descriptions);
                String output = run("image", "--registry", registry, "--file", file.toString());
                Map<String, String> digests = new LinkedHashMap<>();
                output.lines().map(line -> line.split(" ")).forEach(pair -> digests.put(pair[0], pair[1]));
                return digests;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Puts a version of the sample database where Jobs fetch it; the server keeps its own.
     *
     * @param version 1, or 2: a week later, some CVEs more
     */
    public void pushDatabase(int version) {
        run("trivydb", "--registry", registry, "--version", Integer.toString(version));
    }

    /** Puts a version of the sample database into the cache folder of a Trivy. */
    public void writeDatabase(Path cache, int version) {
        run("trivydb", "--cache-dir", cache.toString(), "--version", Integer.toString(version));
    }

    /**
     * Starts a Trivy server of a test's own, without waiting; the caller ends it.
     *
     * @param port on the address of {@link #trivyServer}, which host and pods reach
     * @param cache with a database
     */
    public Process startTrivyServer(int port, Path cache) {
        Path program = TestbedScript.find().orElseThrow().built("trivy").orElseThrow();
        try {
            return new ProcessBuilder(
                            program.toString(),
                            "server",
                            "--listen",
                            URI.create(trivyServer).getHost() + ":" + port,
                            "--cache-dir",
                            cache.toString(),
                            "--skip-db-update")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(String... arguments) {
        Process process = TestbedScript.find().orElseThrow().run(arguments);
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(arguments[0] + " failed; the lines above say why");
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + arguments[0], e);
        }
    }
}
