package dev.breakwater.apiserver.resources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.answer.Answers;
import dev.breakwater.apiserver.intake.SampleReports;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.memory.Room;
import dev.breakwater.apiserver.memory.WatchPlaces;
import dev.breakwater.apiserver.request.ShutdownSignal;
import dev.breakwater.apiserver.server.TestEdge;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.StoreSettings.Place;
import dev.breakwater.storage.Stores;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/** The data plane behind a real TLS server on a free port, over SQLite in a folder, and a client for it. */
public final class Api implements AutoCloseable {
    public static final String GROUP = "/apis/aquasecurity.github.io/v1alpha1";
    public static final String NAMESPACE = GROUP + "/namespaces/t/vulnerabilityreports";
    public static final String ALL = GROUP + "/vulnerabilityreports";
    public static final String COMPLIANCE = GROUP + "/clustercompliancereports";
    public static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    public static final String METADATA = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    public static final String METADATA_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public final ReportStore store;
    public final ShutdownSignal shutdown = new ShutdownSignal();
    private final Resources resources;
    private final TestEdge edge;
    private final HttpClient client = TestEdge.http(TestEdge.ADMIN, HttpClient.Version.HTTP_2);

    private Api(ReportStore store, Path directory, UnaryOperator<ResourceSettings> change, LongSupplier nanoTime) {
        this(store, directory, change, nanoTime, new Room(1L << 30));
    }

    private Api(
            ReportStore store,
            Path directory,
            UnaryOperator<ResourceSettings> change,
            LongSupplier nanoTime,
            Room room) {
        this.store = store;
        ResourceSettings settings = change.apply(new ResourceSettings(
                64 << 20, 24 << 20, Duration.ofMillis(200), 100, Answers.Bounds.defaults(), directory));
        this.resources = new Resources(
                KindTable.load(), store, settings, room, Clock.systemUTC(), new Random(1), shutdown, nanoTime);
        this.edge = TestEdge.start(resources, new WatchPlaces(room));
    }

    public static Api start(Path directory) {
        return start(directory, settings -> settings, settings -> settings);
    }

    public static Api start(
            Path directory, UnaryOperator<StoreSettings> ofStore, UnaryOperator<ResourceSettings> ofResources) {
        ReportStore store = Stores.open(ofStore.apply(StoreSettings.of(new Place.Folder(directory))));
        return new Api(store, directory, ofResources, System::nanoTime);
    }

    /** With so much memory for what requests and watches hold. */
    static Api within(Path directory, Room room) {
        ReportStore store = Stores.open(StoreSettings.of(new Place.Folder(directory)));
        return new Api(store, directory, settings -> settings, System::nanoTime, room);
    }

    /** With bounds for its answers, and a clock for their readers. */
    static Api bounded(ReportStore store, Path directory, Answers.Bounds bounds, LongSupplier nanoTime) {
        return new Api(
                store,
                directory,
                settings -> new ResourceSettings(
                        settings.mostBodyBytes(),
                        settings.bytesInFlight(),
                        settings.patience(),
                        settings.rememberedBulks(),
                        bounds,
                        settings.spill()),
                nanoTime);
    }

    /** How many threads are at work for watches. */
    int stepping() {
        return edge.stepping();
    }

    Answers answers() {
        return resources.answers();
    }

    /** An answer read whole, inflated if need be. */
    public record Answer(int code, String text, HttpResponse<byte[]> raw) {
        public JsonNode json() {
            return read(text);
        }

        public String header(String name) {
            return raw.headers().firstValue(name).orElse("");
        }

        public String reason() {
            return json().path("reason").asText();
        }

        public String message() {
            return json().path("message").asText();
        }

        public String version() {
            return json().at("/metadata/resourceVersion").asText();
        }
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    public Answer post(String path, JsonNode body, String... headers) {
        return send("POST", path, body.toString(), json(headers));
    }

    public Answer put(String path, JsonNode body, String... headers) {
        return send("PUT", path, body.toString(), json(headers));
    }

    public Answer merge(String path, String patch) {
        return send("PATCH", path, patch, "Content-Type", "application/merge-patch+json");
    }

    public Answer jsonPatch(String path, String patch) {
        return send("PATCH", path, patch, "Content-Type", "application/json-patch+json");
    }

    public Answer delete(String path) {
        return send("DELETE", path, "");
    }

    public Answer delete(String path, String options) {
        return send("DELETE", path, options, "Content-Type", "application/json");
    }

    public Answer send(String method, String path, String body, String... headers) {
        return send(method, path, HttpRequest.BodyPublishers.ofString(body), headers);
    }

    public Answer send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        try {
            HttpResponse<byte[]> response =
                    client.send(request(method, path, body, headers), HttpResponse.BodyHandlers.ofByteArray());
            byte[] bytes = response.body();
            if (response.headers().firstValue("Content-Encoding").orElse("").equals("gzip")) {
                try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                    bytes = in.readAllBytes();
                }
            }
            return new Answer(response.statusCode(), new String(bytes, StandardCharsets.UTF_8), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens a watch and reads its events as they come. */
    public WatchStream watch(String path, String... headers) {
        try {
            HttpResponse<InputStream> response = client.send(
                    request("GET", path, HttpRequest.BodyPublishers.noBody(), headers),
                    HttpResponse.BodyHandlers.ofInputStream());
            return new WatchStream(response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest request(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    public URI uri(String path) {
        return edge.uri(path);
    }

    public HttpClient client() {
        return client;
    }

    private static String[] json(String[] headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        return all;
    }

    /** A small VulnerabilityReport in namespace t. */
    public static ObjectNode report(String name) {
        return SampleReports.vulnerabilityReport("t", name, 2, new Random(name.hashCode()));
    }

    public static ObjectNode compliance(String name) {
        return (ObjectNode) read("""
                {"apiVersion":"aquasecurity.github.io/v1alpha1","kind":"ClusterComplianceReport","metadata":{"name":"%s"},
                 "spec":{"cron":"0 1 * * *","reportType":"all","compliance":{"id":"c","title":"t","description":"d",
                  "version":"1","platform":"k8s","type":"cis","relatedResources":["https://a.example"],
                  "controls":[{"id":"1","name":"n","severity":"HIGH"}]}}}""".formatted(name));
    }

    public static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }

    @Override
    public void close() {
        closeServer();
        store.close();
    }

    /** The store stays open: another server may stand before it. */
    void closeServer() {
        shutdown.raise();
        client.shutdownNow();
        client.close();
        edge.close();
        resources.close();
    }
}
