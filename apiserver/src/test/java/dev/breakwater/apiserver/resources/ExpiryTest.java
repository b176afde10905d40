package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.report;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.resources.Api.Answer;
import dev.breakwater.storage.StoreClock;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients meet whose revision is older than what is kept. */
class ExpiryTest {
    private static final String NAMESPACE = Api.NAMESPACE;
    private static final Duration RETENTION = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    private final AtomicLong passed = new AtomicLong();
    private Api api;

    @BeforeEach
    void start() {
        StoreClock clock = new StoreClock() {
            @Override
            public long nanos() {
                return System.nanoTime() + passed.get();
            }

            @Override
            public long wallMillis() {
                return System.currentTimeMillis() + passed.get() / 1_000_000;
            }
        };
        api = Api.start(
                directory,
                store -> store.withClock(clock).withRetention(RETENTION).withUpkeepInterval(Duration.ZERO),
                resources -> resources);
        for (String name : List.of("a", "b", "c", "d", "e")) {
            assertThat(api.post(NAMESPACE, report(name)).code()).isEqualTo(201);
        }
    }

    @AfterEach
    void stop() {
        api.close();
    }

    /** Writes once more and lets the history before it go. */
    private void compact() {
        String label = "{\"metadata\":{\"labels\":{\"later\":\"" + passed.incrementAndGet() + "\"}}}";
        assertThat(api.merge(NAMESPACE + "/b", label).code()).isEqualTo(200);
        forget();
    }

    /** Lets everything go that came before the latest state. */
    private void forget() {
        for (int i = 0; i < 2; i++) {
            passed.addAndGet(RETENTION.toNanos());
            api.store.upkeep();
        }
    }

    private static List<String> names(Answer list) {
        List<String> names = new ArrayList<>();
        list.json()
                .get("items")
                .forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    private Answer next(String token) {
        return api.get(NAMESPACE + "?limit=2&continue=" + URLEncoder.encode(token, UTF_8));
    }

    /** k8s-wire 211, 212. */
    @Test
    void anExpiredTokenIsAnsweredWithOneForTheRemainder() {
        Answer first = api.get(NAMESPACE + "?limit=2");
        assertThat(names(first)).containsExactly("a", "b");
        compact();
        Answer expired = next(first.json().at("/metadata/continue").asText());
        assertThat(expired.code()).isEqualTo(410);
        assertThat(expired.reason()).isEqualTo("Expired");
        assertThat(expired.message()).startsWith("The provided continue parameter is too old");
        assertThat(api.post(NAMESPACE, report("cc")).code()).isEqualTo(201);
        Answer second = next(expired.json().at("/metadata/continue").asText());
        assertThat(names(second)).as("at the latest state").containsExactly("c", "cc");
        assertThat(second.version()).isNotEqualTo(first.version());
        Answer third = next(second.json().at("/metadata/continue").asText());
        assertThat(names(third)).containsExactly("d", "e");
        assertThat(third.version()).as("from here on one state again").isEqualTo(second.version());
        assertThat(third.json().at("/metadata/continue").asText()).isEmpty();
    }

    /** k8s-wire 202. */
    @Test
    void anExactListOfAStateThatIsGoneIs410() {
        String old = api.get(NAMESPACE + "?limit=1").version();
        assertThat(names(api.get(NAMESPACE + "?resourceVersionMatch=Exact&resourceVersion=" + old)))
                .hasSize(5);
        compact();
        Answer gone = api.get(NAMESPACE + "?resourceVersionMatch=Exact&resourceVersion=" + old);
        assertThat(gone.code()).isEqualTo(410);
        assertThat(gone.reason()).isEqualTo("Expired");
        assertThat(api.get(NAMESPACE + "?resourceVersionMatch=NotOlderThan&resourceVersion=" + old)
                        .code())
                .isEqualTo(200);
    }

    /** k8s-wire 233. */
    @Test
    void aWatchFromAStateThatIsGoneEndsWith410() {
        String old = api.get(NAMESPACE + "?limit=1").version();
        compact();
        try (WatchStream watch = api.watch(NAMESPACE + "?watch=true&resourceVersion=" + old)) {
            JsonNode error = watch.next();
            assertThat(error.get("type").asText()).isEqualTo("ERROR");
            assertThat(error.at("/object/code").asInt()).isEqualTo(410);
            assertThat(error.at("/object/reason").asText()).isEqualTo("Expired");
            assertThat(error.at("/object/message").asText()).startsWith("too old resource version: " + old);
            watch.expectEnd();
        }
    }

    /** k8s-wire 247: bookmarks go on while only other kinds change, so that the next watch begins within what is kept. */
    @Test
    void anIdleKindsWatchResumesFromItsLastBookmark() {
        String idle = "/apis/aquasecurity.github.io/v1alpha1/configauditreports?watch=true&allowWatchBookmarks=true";
        String now = api.get(NAMESPACE + "?limit=1").version();
        String bookmark;
        assertThat(api.merge(NAMESPACE + "/c", "{\"metadata\":{\"labels\":{\"later\":\"1\"}}}")
                        .code())
                .isEqualTo(200);
        try (WatchStream watch = api.watch(idle + "&timeoutSeconds=3&resourceVersion=" + now)) {
            JsonNode event = watch.next();
            assertThat(event.get("type").asText()).isEqualTo("BOOKMARK");
            bookmark = event.at("/object/metadata/resourceVersion").asText();
            watch.expectEnd();
        }
        assertThat(Long.parseLong(bookmark)).as("another kind's change").isGreaterThan(Long.parseLong(now));
        forget();
        try (WatchStream watch = api.watch(idle + "&timeoutSeconds=1&resourceVersion=" + now)) {
            assertThat(watch.next().at("/object/code").asInt()).isEqualTo(410);
        }
        try (WatchStream watch = api.watch(idle + "&timeoutSeconds=1&resourceVersion=" + bookmark)) {
            watch.expectEnd();
        }
    }
}
