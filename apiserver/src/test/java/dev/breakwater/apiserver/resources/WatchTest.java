package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.resources.Api.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatchTest extends WatchScene {
    /** k8s-wire 226 to 228. */
    @Test
    void everyChangeIsToldOnceWithTheStateThatItMade() {
        String start = current();
        try (WatchStream watch = from(start)) {
            assertThat(watch.response.statusCode()).isEqualTo(200);
            assertThat(watch.response.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(watch.response.headers().firstValue("Content-Length")).isEmpty();
            ObjectNode created = create("a");
            JsonNode added = watch.next();
            assertThat(added.get("type").asText()).isEqualTo("ADDED");
            assertThat(added.get("object")).isEqualTo(created);
            Answer labelled = api.merge(NAMESPACE + "/a", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}");
            JsonNode modified = watch.next();
            assertThat(modified.get("type").asText()).isEqualTo("MODIFIED");
            assertThat(modified.get("object")).isEqualTo(labelled.json());
            api.delete(NAMESPACE + "/a");
            JsonNode deleted = watch.next();
            assertThat(deleted.get("type").asText()).isEqualTo("DELETED");
            assertThat(Long.parseLong(version(deleted))).isGreaterThan(Long.parseLong(labelled.version()));
            ((ObjectNode) deleted.at("/object/metadata")).put("resourceVersion", labelled.version());
            assertThat(deleted.get("object")).isEqualTo(labelled.json());
        }
    }

    @Test
    void anIdleWatchHoldsNoThread() {
        List<WatchStream> watches = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                watches.add(from(current()));
            }
            await().until(() -> api.stepping() == 0);
            create("a");
            for (WatchStream watch : watches) {
                assertThat(watch.brief()).isEqualTo("ADDED a");
            }
            await().until(() -> api.stepping() == 0);
        } finally {
            watches.forEach(WatchStream::close);
        }
    }

    /** k8s-wire 232: what happened before the watch is replayed. */
    @Test
    void aWatchResumesFromAnyRetainedVersion() {
        String start = current();
        create("a");
        api.merge(NAMESPACE + "/a", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}");
        create("b");
        api.delete(NAMESPACE + "/a");
        String middle;
        try (WatchStream watch = from(start)) {
            assertThat(watch.brief()).isEqualTo("ADDED a");
            JsonNode second = watch.next();
            assertThat(second.get("type").asText()).isEqualTo("MODIFIED");
            middle = version(second);
            assertThat(watch.brief()).isEqualTo("ADDED b");
            assertThat(watch.brief()).isEqualTo("DELETED a");
        }
        try (WatchStream watch = from(middle)) {
            assertThat(watch.brief()).isEqualTo("ADDED b");
            assertThat(watch.brief()).isEqualTo("DELETED a");
        }
    }

    /** k8s-wire 233 and 234. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "9000000000000000000"})
    void watchFromAnImpossibleRevisionEndsWith410(String version) {
        try (WatchStream watch = from(version)) {
            assertThat(watch.response.statusCode()).isEqualTo(200);
            JsonNode error = watch.next();
            assertThat(error.get("type").asText()).isEqualTo("ERROR");
            assertThat(error.at("/object/kind").asText()).isEqualTo("Status");
            assertThat(error.at("/object/code").asInt()).isEqualTo(410);
            assertThat(error.at("/object/reason").asText()).isEqualTo("Expired");
            watch.expectEnd();
        }
    }

    /** k8s-wire 235 and 236, 264. */
    @ParameterizedTest
    @ValueSource(strings = {"", "&resourceVersion=0", "&resourceVersion=0&fieldSelector=metadata.name%3Db"})
    void withoutAVersionTheCurrentObjectsComeFirst(String parameters) {
        create("a");
        create("b");
        try (WatchStream watch = api.watch(WATCH + parameters)) {
            if (!parameters.contains("fieldSelector")) {
                assertThat(watch.brief()).isEqualTo("ADDED a");
            }
            assertThat(watch.brief()).isEqualTo("ADDED b");
            api.delete(NAMESPACE + "/b");
            assertThat(watch.brief()).isEqualTo("DELETED b");
        }
    }

    /** k8s-wire 237 to 240. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true"})
    void theEndOfTheInitialEventsIsAnnounced(boolean objects, boolean bookmarks) {
        if (objects) {
            create("a");
        }
        String version = current();
        try (WatchStream watch = api.watch(WATCH + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                + (bookmarks ? "&allowWatchBookmarks=true&resourceVersion=" + version : ""))) {
            if (objects) {
                assertThat(watch.brief()).isEqualTo("ADDED a");
            }
            if (bookmarks) {
                JsonNode bookmark = watch.next();
                assertThat(bookmark.get("type").asText()).isEqualTo("BOOKMARK");
                assertThat(bookmark.at("/object/kind").asText()).isEqualTo("VulnerabilityReport");
                assertThat(bookmark.at("/object/apiVersion").asText()).isEqualTo("aquasecurity.github.io/v1alpha1");
                assertThat(bookmark.at("/object/metadata/annotations/k8s.io~1initial-events-end")
                                .asText())
                        .isEqualTo("true");
                assertThat(Long.parseLong(version(bookmark))).isGreaterThanOrEqualTo(Long.parseLong(version));
            }
            create("later");
            assertThat(watch.brief()).isEqualTo("ADDED later");
        }
    }

    /** k8s-wire 241. */
    @Test
    void initialEventsCanBeDeclined() {
        create("a");
        try (WatchStream watch = api.watch(WATCH + "&sendInitialEvents=false&resourceVersionMatch=NotOlderThan")) {
            create("b");
            assertThat(watch.brief()).isEqualTo("ADDED b");
        }
    }

    /** k8s-wire 121, 215, 217, 242, 266. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sendInitialEvents=true | application/json | 422",
                "resourceVersionMatch=Exact&resourceVersion=1 | application/json | 422",
                "resourceVersionMatch=NotOlderThan | application/json | 422",
                "sendInitialEvents=true&resourceVersionMatch=Exact | application/json | 422",
                "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=9000000000000000000 | application/json | 504",
                "resourceVersion=abc | application/json | 400",
                "labelSelector=a+in | application/json | 400",
                "fieldSelector=spec.x%3D1 | application/json | 400",
                "timeoutSeconds=abc | application/json | 400",
                "resourceVersion=0 | application/vnd.kubernetes.protobuf | 406",
                "resourceVersion=0 | application/yaml | 406",
            })
    void whatCannotBeWatchedIsRefusedBeforeTheStreamBegins(String parameters, String accept, int code) {
        Answer answer = api.get(WATCH + "&" + parameters, "Accept", accept);
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        assertThat(answer.json().get("kind").asText()).isEqualTo("Status");
    }

    /** k8s-wire 245 to 248, 254: bookmarks advance although nothing of this kind changes, the last comes before the end. */
    @Test
    void aBookmarkComesBeforeTheEndAndNothingIsMissedAfterIt() {
        create("a");
        String start = current();
        String bookmarked;
        try (WatchStream watch =
                api.watch(WATCH + "&allowWatchBookmarks=true&timeoutSeconds=3&resourceVersion=" + start)) {
            String other =
                    api.post(Api.COMPLIANCE, Api.compliance("other-kind")).version();
            JsonNode bookmark = watch.next();
            assertThat(bookmark.get("type").asText()).isEqualTo("BOOKMARK");
            assertThat(bookmark.at("/object/kind").asText()).isEqualTo("VulnerabilityReport");
            bookmarked = version(bookmark);
            assertThat(bookmarked).isEqualTo(other);
            watch.expectEnd();
        }
        create("b");
        try (WatchStream watch = from(bookmarked)) {
            assertThat(watch.brief()).isEqualTo("ADDED b");
        }
    }

    /** k8s-wire 246 and 254. */
    @Test
    void withoutBookmarksATimeoutIsACleanAndSilentEnd() {
        try (WatchStream watch = api.watch(WATCH + "&timeoutSeconds=1&resourceVersion=" + current())) {
            watch.expectEnd();
        }
    }

    /** k8s-wire 252 and 253. */
    @Test
    void noEventForWhatStoredNothingAndTwoForAnEndWithFinalizer() {
        ObjectNode report = report("a");
        ((ObjectNode) report.get("metadata")).putArray("finalizers").add("example.com/a");
        ObjectNode created = (ObjectNode) api.post(NAMESPACE, report).json();
        try (WatchStream watch = from(current())) {
            api.put(NAMESPACE + "/a", created);
            api.merge(NAMESPACE + "/a", "{}");
            api.merge(NAMESPACE + "/a?dryRun=All", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}");
            api.delete(NAMESPACE + "/a", "{\"dryRun\":[\"All\"]}");
            api.post(NAMESPACE + "?dryRun=All", report("b"));
            api.delete(NAMESPACE + "/a");
            JsonNode terminating = watch.next();
            assertThat(terminating.get("type").asText()).isEqualTo("MODIFIED");
            assertThat(terminating.at("/object/metadata/deletionTimestamp").isTextual())
                    .isTrue();
            api.merge(NAMESPACE + "/a", "{\"metadata\":{\"finalizers\":null}}");
            assertThat(watch.brief()).isEqualTo("DELETED a");
        }
    }

    /** k8s-wire 230 and 231. */
    @Test
    void allWatchersSeeOneOrderWhateverTheWritersDo() throws Exception {
        String start = current();
        int objects = 60;
        List<String> first = new ArrayList<>();
        try (WatchStream one = from(start);
                WatchStream two = from(start)) {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < objects; i++) {
                    String name = "o" + i;
                    threads.submit(() -> create(name));
                }
            }
            long last = 0;
            for (int i = 0; i < objects; i++) {
                JsonNode event = one.next();
                assertThat(Long.parseLong(version(event))).isGreaterThan(last);
                last = Long.parseLong(version(event));
                first.add(version(event));
                assertThat(version(two.next())).isEqualTo(version(event));
            }
        }
        String middle = first.get(objects / 2);
        try (WatchStream rest = from(middle)) {
            for (String expected : first.subList(objects / 2 + 1, objects)) {
                assertThat(version(rest.next())).isEqualTo(expected);
            }
        }
    }

    /** k8s-wire 261. */
    @Test
    void shutdownEndsWatchesCleanly() {
        try (WatchStream watch = from(current())) {
            create("a");
            assertThat(watch.brief()).isEqualTo("ADDED a");
            api.shutdown.raise();
            watch.expectEnd();
        }
    }

    /** k8s-wire 256. */
    @Test
    void aClientThatLeavesFreesItsCursor() {
        for (int i = 0; i < 5; i++) {
            from(current()).close();
        }
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(api.store.statistics().watchers()).isZero());
    }

    /** k8s-wire 269. */
    @Test
    void limitMeansNothingToAWatch() {
        create("a");
        create("b");
        try (WatchStream watch = api.watch(WATCH + "&limit=1&continue=abc")) {
            assertThat(watch.brief()).isEqualTo("ADDED a");
            assertThat(watch.brief()).isEqualTo("ADDED b");
        }
    }
}
