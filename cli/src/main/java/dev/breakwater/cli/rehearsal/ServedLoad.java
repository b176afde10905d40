package dev.breakwater.cli.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server is asked for in its first minutes: reports are created and written again, read one by one, listed in every form, watched.
 *
 * <p>Threading: eight virtual threads, ended before {@link #run} returns.
 */
final class ServedLoad {
    private static final Logger LOG = LoggerFactory.getLogger(ServedLoad.class);
    private static final String ROOT = "/apis/aquasecurity.github.io/v1alpha1";
    private static final String ALL = ROOT + "/vulnerabilityreports";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final String METADATA =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
    private static final int CLIENTS = 8;
    private static final int NAMESPACES = 10;
    /** As images are shared by workloads. */
    private static final int REPORTS_A_CONTENT = 10;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final ServerClient client;
    private final List<byte[]> bodies = new ArrayList<>();

    /** @param reports how many are created */
    ServedLoad(ServerClient client, int reports) {
        this.client = client;
        for (int i = 0; i < reports; i++) {
            bodies.add(report(i, "2026-01-01T00:00:00Z"));
        }
    }

    void run() throws IOException {
        List<InputStream> watches = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                InputStream watch = client.watch(ALL + "?watch=true");
                watches.add(watch);
                Thread.ofVirtual().start(() -> drain(watch));
            }
            everywhere(i -> client.write("POST", collection(i), ServerClient.JSON, bodies.get(i)));
            everywhere(this::rescan);
            everywhere(i -> client.read(collection(i) + "/report-" + i, ServerClient.JSON));
            for (int round = 0; round < 5; round++) {
                pages(ServerClient.JSON);
                pages(TABLE);
                client.read(ALL, ServerClient.JSON);
                client.read(ALL, METADATA);
                client.read(ALL + "?labelSelector=pick%3Dp" + round, ServerClient.JSON);
            }
            for (int i = 0; i < Math.min(50, bodies.size()); i++) {
                String path = collection(i) + "/report-" + i;
                byte[] patch = "{\"metadata\":{\"annotations\":{\"turn\":\"%d\"}}}"
                        .formatted(i)
                        .getBytes(StandardCharsets.UTF_8);
                client.write("PATCH", path, "application/merge-patch+json", patch);
                client.write("DELETE", path, ServerClient.JSON, new byte[0]);
            }
        } finally {
            for (InputStream watch : watches) {
                watch.close();
            }
        }
    }

    /** Reads until the watch is closed: one that nobody reads is cut off, after it has held up its connection. */
    private static void drain(InputStream watch) {
        try {
            watch.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            LOG.debug("a watch of the rehearsal has ended: {}", e.toString());
        }
    }

    /** What the daily scan of an unchanged image does. */
    private void rescan(int number) throws IOException {
        String path = collection(number) + "/report-" + number;
        JsonNode kept = client.json(path, ServerClient.JSON);
        ObjectNode next = (ObjectNode) MAPPER.readTree(report(number, "2026-01-02T00:00:00Z"));
        next.set("metadata", kept.get("metadata"));
        client.write("PUT", path, ServerClient.JSON, MAPPER.writeValueAsBytes(next));
    }

    private void pages(String accept) throws IOException {
        String next = "";
        do {
            JsonNode page = client.json(ALL + "?limit=100" + (next.isEmpty() ? "" : "&continue=" + next), accept);
            next = URLEncoder.encode(page.at("/metadata/continue").asText(), StandardCharsets.UTF_8);
        } while (!next.isEmpty());
    }

    private static String collection(int number) {
        return ROOT + "/namespaces/team-" + number % NAMESPACES + "/vulnerabilityreports";
    }

    @FunctionalInterface
    private interface Operation {
        void run(int number) throws IOException;
    }

    private void everywhere(Operation operation) {
        AtomicInteger next = new AtomicInteger();
        List<Callable<Void>> workers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            workers.add(() -> {
                for (int n = next.getAndIncrement(); n < bodies.size(); n = next.getAndIncrement()) {
                    operation.run(n);
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> ended : threads.invokeAll(workers)) {
                ended.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause
                    ? new UncheckedIOException(cause)
                    : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static byte[] report(int number, String updated) {
        ObjectNode report = MAPPER.createObjectNode();
        report.put("apiVersion", "aquasecurity.github.io/v1alpha1").put("kind", "VulnerabilityReport");
        ObjectNode metadata = report.putObject("metadata");
        metadata.put("name", "report-" + number).put("namespace", "team-" + number % NAMESPACES);
        metadata.putObject("labels").put("pick", "p" + number % 20).put("trivy-operator.container.name", "app");
        ObjectNode body = report.putObject("report");
        body.put("updateTimestamp", updated);
        body.putObject("scanner")
                .put("name", "Trivy")
                .put("vendor", "Aqua Security")
                .put("version", "0.72.0");
        body.putObject("registry").put("server", "registry.example");
        body.putObject("artifact").put("repository", "team/app").put("tag", "1." + number / REPORTS_A_CONTENT);
        body.putObject("os").put("family", "debian").put("name", "12.5");
        ObjectNode summary = body.putObject("summary");
        for (String count :
                List.of("criticalCount", "highCount", "mediumCount", "lowCount", "unknownCount", "noneCount")) {
            summary.put(count, number % 7);
        }
        ArrayNode findings = body.putArray("vulnerabilities");
        int content = number / REPORTS_A_CONTENT;
        for (int i = 0; i < 40 + content % 100; i++) {
            findings.addObject()
                    .put("vulnerabilityID", "CVE-2026-%d%03d".formatted(1000 + content, i))
                    .put("resource", "lib" + i)
                    .put("installedVersion", "1.0." + i)
                    .put("fixedVersion", "1.1." + i)
                    .put("severity", i % 3 == 0 ? "HIGH" : "LOW")
                    .put("score", i % 10)
                    .put("title", "lib%d: a text that says, \"in some words\", what is wrong with it".formatted(i))
                    .put("primaryLink", "https://advisories.example/%d/%d".formatted(content, i))
                    .put("publishedDate", "2026-01-01T00:00:00Z")
                    .put("lastModifiedDate", "2026-01-01T00:00:00Z")
                    .put("target", "")
                    .putArray("links");
        }
        return report.toString().getBytes(StandardCharsets.UTF_8);
    }
}
