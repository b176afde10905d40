package dev.breakwater.bench.side;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.bench.meter.ProcessMeter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A control plane of the benchmark's own, from the testbed. It ends when this process does: the testbed holds on to the pipe that
 * is its standard input.
 */
public final class Cluster implements AutoCloseable {
    private final Process testbed;
    private final JsonNode description;

    private Cluster(Process testbed, JsonNode description) {
        this.testbed = testbed;
        this.description = description;
    }

    /**
     * Builds the testbed where it is not built, starts a control plane, and waits until it is ready.
     *
     * @param root folder of the project
     * @param state folder for certificates, logs and etcd
     */
    public static Cluster start(Path root, Path state) {
        try {
            Process testbed = new ProcessBuilder(
                            root.resolve("testbed/testbed.sh").toString(),
                            "run",
                            "up",
                            "--until-stdin-closes",
                            "--fsync",
                            "--state",
                            state.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out = testbed.inputReader(UTF_8);
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException(
                        "the testbed did not start; its lines above and " + state.resolve("logs") + " say why");
            }
            return new Cluster(testbed, new ObjectMapper().readTree(line));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a control plane", e);
        }
    }

    public URI server() {
        return URI.create(text("server"));
    }

    /** Version of Kubernetes, such as {@code v1.34.2}. */
    public String version() {
        return text("kubernetes");
    }

    /** The certificate authority of {@link #server()}, a PEM file. */
    public Path authorityFile() {
        return Path.of(text("certificateAuthority"));
    }

    /** The certificate authority of {@link #server()} in PEM. */
    public byte[] authority() {
        try {
            return Files.readAllBytes(authorityFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the control plane's authority", e);
        }
    }

    /** The run's own folder; removed when the run ends. */
    public Path folder() {
        return Path.of(text("folder"));
    }

    /** Where etcd keeps its data. */
    public Path etcdFolder() {
        return folder().resolve("etcd");
    }

    /** Lets the peak memory of kube-apiserver and etcd begin anew. */
    public void resetPeaks() {
        meter("kube-apiserver").resetPeak();
        meter("etcd").resetPeak();
    }

    /** One of the control plane's programs, such as {@code etcd}. */
    public ProcessMeter meter(String program) {
        return new ProcessMeter(
                program, description.required("pids").required(program).longValue());
    }

    /** Applies manifests in YAML or JSON as the administrator. */
    public void apply(String manifests) {
        kubectl(manifests, "apply", "--server-side", "--validate=false", "-f", "-");
    }

    /** Runs kubectl as the administrator and returns what it prints. */
    public String kubectl(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(text("kube"), "kubectl", "--kubeconfig", text("kubeconfig")));
        command.addAll(List.of(arguments));
        try {
            Path errors = Files.createTempFile("kubectl", ".err");
            Process kubectl =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            try (OutputStream in = kubectl.getOutputStream()) {
                in.write(input.getBytes(UTF_8));
            }
            String out = new String(kubectl.getInputStream().readAllBytes(), UTF_8);
            int status = kubectl.waitFor();
            String words = Files.readString(errors);
            Files.delete(errors);
            if (status != 0) {
                throw new IllegalStateException("kubectl " + String.join(" ", arguments) + ": " + words.strip());
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run kubectl", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        try {
            testbed.getOutputStream().close();
            if (!testbed.waitFor(60, TimeUnit.SECONDS)) {
                testbed.destroy();
            }
        } catch (IOException e) {
            testbed.destroy();
        } catch (InterruptedException e) {
            testbed.destroy();
            Thread.currentThread().interrupt();
        }
    }

    private String text(String field) {
        return description.required(field).textValue();
    }
}
