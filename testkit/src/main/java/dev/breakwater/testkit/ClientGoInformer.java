package dev.breakwater.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The informer of client-go on one resource, in a process of its own: what Go controllers see of a server, with their
 * paging, compression, bookmarks and resumed watches.
 *
 * <p>Threading: a virtual thread reads the process's lines; {@link #events} may be called from any thread.
 */
public final class ClientGoInformer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final List<Event> events = new CopyOnWriteArrayList<>();

    /**
     * What the informer told.
     *
     * @param type {@code added}, {@code updated}, {@code deleted}; {@code synced} once the first list is complete;
     *     {@code error} when a list or watch broke, which the informer then begins anew
     * @param message of an error
     */
    public record Event(String type, String namespace, String name, String resourceVersion, String message) {}

    private ClientGoInformer(Process process) {
        this.process = process;
    }

    /**
     * Starts to follow a resource. Ends the test where the testbed is not built.
     *
     * @param resource {@code RESOURCE.VERSION.GROUP}, such as {@code vulnerabilityreports.v1alpha1.aquasecurity.github.io}
     * @param flags {@code --namespace=NAME}, {@code --metadata}
     */
    public static ClientGoInformer start(Path kubeconfig, String resource, String... flags) {
        Path kube = TestbedScript.find()
                .flatMap(script -> script.built("kube"))
                .orElseThrow(() -> Requirement.CLUSTER.missing("testbed/testbed.sh build kube has not been run"));
        List<String> command = new ArrayList<>(List.of(kube.toString(), "follow", "--kubeconfig=" + kubeconfig));
        command.addAll(List.of(flags));
        command.add(resource);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            ClientGoInformer informer = new ClientGoInformer(process);
            Thread.ofVirtual().name("client-go informer").start(informer::read);
            return informer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything so far, in order: a copy. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** Types and names so far, such as {@code added web}, without {@code synced} and errors. */
    public List<String> changes() {
        return events.stream()
                .filter(event -> Stream.of("added", "updated", "deleted").anyMatch(event.type()::equals))
                .map(event -> event.type() + " " + event.name())
                .toList();
    }

    /** Whether the first list is complete. */
    public boolean isSynced() {
        return events.stream().anyMatch(event -> event.type().equals("synced"));
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode event = JSON.readTree(line);
                events.add(new Event(
                        event.path("event").asText(),
                        event.path("namespace").asText(),
                        event.path("name").asText(),
                        event.path("resourceVersion").asText(),
                        event.path("error").asText()));
            }
        } catch (IOException ended) {
            // The process was ended while a line was read.
        }
    }
}
