package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.ALL;
import static dev.breakwater.apiserver.resources.Api.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.answer.Answers;
import dev.breakwater.apiserver.intake.SampleReports;
import dev.breakwater.apiserver.server.TestEdge;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers that nobody reads: what they hold is bounded, and after a time nothing. */
class UnreadTest {
    private static final int LISTS = 1 << 20;
    /** Of about 300 KB: more than the buffers of a socket and the window of a stream take. */
    private static final int REPORTS = 100;

    private static final int FINDINGS = 700;
    private static final Duration PAST_THE_LIMIT = Duration.ofSeconds(31);

    @TempDir
    static Path directory;

    private static ReportStore store;
    private final AtomicLong later = new AtomicLong();
    private Api api;
    private final List<HttpClient> clients = new ArrayList<>();

    @BeforeAll
    static void fill() {
        store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(directory)));
        try (Filling filling = new Filling()) {
            for (int i = 0; i < REPORTS; i++) {
                assertThat(filling.api
                                .post(NAMESPACE, large("r-%03d".formatted(i)))
                                .code())
                        .isEqualTo(201);
            }
        }
    }

    @BeforeEach
    void start() {
        api = Api.bounded(
                store,
                directory,
                new Answers.Bounds(LISTS, 1 << 20, 1 << 20, Duration.ofMillis(50)),
                () -> System.nanoTime() + later.get());
    }

    /** Only the server is closed: the store is for all tests. */
    private record Filling(Api api) implements AutoCloseable {
        Filling() {
            this(Api.bounded(store, directory, Answers.Bounds.defaults(), System::nanoTime));
        }

        @Override
        public void close() {
            api.closeServer();
        }
    }

    @AfterEach
    void stop() {
        clients.forEach(HttpClient::shutdownNow);
        api.closeServer();
    }

    @AfterAll
    static void closeStore() {
        store.close();
    }

    private static ObjectNode large(String name) {
        return SampleReports.vulnerabilityReport("t", name, FINDINGS, new Random(7));
    }

    /** Sends a request, on a connection of its own, of whose answer only the head is read. */
    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> unread(HttpClient.Version version, String path) {
        HttpClient client = TestEdge.http(TestEdge.ADMIN, version);
        clients.add(client);
        try {
            return client.send(HttpRequest.newBuilder(api.uri(path)).build(), HttpResponse.BodyHandlers.ofPublisher());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Passes time; to be repeated, since a write that the socket still took begins anew. */
    private boolean later(Duration time) {
        later.addAndGet(time.toNanos());
        return true;
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aListThatNobodyReadsIsCutOffAfterItsLimitAndItsShareComesBack(HttpClient.Version version) {
        for (int i = 0; i < 4; i++) {
            assertThat(unread(version, ALL).statusCode()).isEqualTo(200);
        }
        await().until(() -> api.answers().writing() == 4);
        assertThat(api.answers().held()).isBetween(1L, (long) LISTS);
        await().until(() -> later(PAST_THE_LIMIT) && api.answers().held() == 0);
        assertThat(api.get(ALL).json().get("items")).hasSize(REPORTS);
    }

    @Test
    void oneListTooManyIs429BeforeItsFirstByteAndAGetIsAnswered() {
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            codes.add(unread(HttpClient.Version.HTTP_1_1, ALL).statusCode());
        }
        assertThat(codes).contains(200).endsWith(429);
        Api.Answer refused = api.get(ALL);
        assertThat(refused.code()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isNotEmpty();
        assertThat(api.answers().held()).isLessThanOrEqualTo(LISTS);
        assertThat(api.get(NAMESPACE + "/r-000").code()).isEqualTo(200);
    }

    @Test
    void whatAListHoldsDoesNotGrowWithItsLength() {
        unread(HttpClient.Version.HTTP_1_1, ALL + "?limit=60");
        await().until(() -> api.answers().writing() == 1);
        long shorter = api.answers().held();
        await().until(() -> later(PAST_THE_LIMIT) && api.answers().held() == 0);
        unread(HttpClient.Version.HTTP_1_1, ALL);
        await().until(() -> api.answers().writing() == 1);
        assertThat(api.answers().held()).isLessThanOrEqualTo(shorter);
    }

    @Test
    void watchesThatNobodyReadsAreCutOffAloneWhileAnotherGetsEverythingAndWritersGoOn() {
        String from = "?watch=true&resourceVersion=" + store.current();
        for (int i = 0; i < 5; i++) {
            unread(HttpClient.Version.HTTP_1_1, ALL + from);
        }
        try (WatchStream read = api.watch(ALL + from)) {
            for (int i = 0; i < 40; i++) {
                assertThat(api.merge(NAMESPACE + "/r-000", "{\"metadata\":{\"labels\":{\"n\":\"" + i + "\"}}}")
                                .code())
                        .isEqualTo(200);
                assertThat(read.next().at("/object/metadata/labels/n").asText()).isEqualTo("" + i);
            }
            await().until(() -> api.answers().writing() == 5);
            await().until(() -> later(PAST_THE_LIMIT) && store.statistics().watchers() == 1);
            api.merge(NAMESPACE + "/r-000", "{\"metadata\":{\"labels\":{\"n\":\"last\"}}}");
            assertThat(read.next().at("/object/metadata/labels/n").asText()).isEqualTo("last");
        }
    }

    @Test
    void theFirstObjectsOfUnreadWatchesHoldAsLittle() {
        for (int i = 0; i < 4; i++) {
            unread(HttpClient.Version.HTTP_1_1, ALL + "?watch=true");
        }
        await().until(() -> api.answers().writing() == 4);
        assertThat(api.answers().held()).isLessThanOrEqualTo(1 << 20);
        await().until(() -> later(PAST_THE_LIMIT)
                && api.answers().held() == 0
                && store.statistics().watchers() == 0);
    }
}
