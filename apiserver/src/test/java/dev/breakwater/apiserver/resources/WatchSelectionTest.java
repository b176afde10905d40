package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.ALL;
import static dev.breakwater.apiserver.resources.Api.METADATA;
import static dev.breakwater.apiserver.resources.Api.TABLE;
import static dev.breakwater.apiserver.resources.Api.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.resources.Api.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a watch is told of, and in which shape. */
class WatchSelectionTest extends WatchScene {
    /** k8s-wire 248, 249. */
    @Test
    void leavingASelectorIsADeletionOfWhatWasSeenLast() {
        create("a");
        create("never");
        String start = current();
        try (WatchStream watch = api.watch(WATCH + "&labelSelector=seen&resourceVersion=" + start)) {
            Answer in = api.merge(NAMESPACE + "/a", "{\"metadata\":{\"labels\":{\"seen\":\"1\"}}}");
            JsonNode added = watch.next();
            assertThat(added.get("type").asText()).isEqualTo("ADDED");
            assertThat(added.get("object")).isEqualTo(in.json());
            Answer out = api.merge(NAMESPACE + "/a", "{\"metadata\":{\"labels\":{\"seen\":null}}}");
            JsonNode deleted = watch.next();
            assertThat(deleted.get("type").asText()).isEqualTo("DELETED");
            assertThat(version(deleted)).isEqualTo(out.version());
            assertThat(deleted.at("/object/metadata/labels/seen").asText()).isEqualTo("1");
            api.merge(NAMESPACE + "/a", "{\"metadata\":{\"labels\":{\"other\":\"1\"}}}");
            api.merge(NAMESPACE + "/never", "{\"metadata\":{\"labels\":{\"other\":\"1\"}}}");
            api.delete(NAMESPACE + "/never");
            api.merge(NAMESPACE + "/a", "{\"metadata\":{\"labels\":{\"seen\":\"2\"}}}");
            assertThat(watch.brief()).isEqualTo("ADDED a");
            api.merge(NAMESPACE + "/a", "{\"metadata\":{\"labels\":{\"seen\":\"3\"}}}");
            assertThat(watch.brief()).isEqualTo("MODIFIED a");
            api.delete(NAMESPACE + "/a");
            assertThat(watch.brief()).isEqualTo("DELETED a");
        }
    }

    /** k8s-wire 250, 251. */
    @Test
    void scopeAndFieldsNarrowAWatch() {
        String start = current();
        try (WatchStream name = api.watch(WATCH + "&fieldSelector=metadata.name%3Db&resourceVersion=" + start);
                WatchStream namespace = from(start);
                WatchStream other =
                        api.watch(ALL + "?watch=1&fieldSelector=metadata.namespace%3Du&resourceVersion=" + start);
                WatchStream all = api.watch(ALL + "?watch&resourceVersion=" + start)) {
            ObjectNode elsewhere = report("b");
            ((ObjectNode) elsewhere.get("metadata")).put("namespace", "u");
            api.post(NAMESPACE.replace("/t/", "/u/"), elsewhere);
            create("a");
            create("b");
            api.delete(NAMESPACE + "/b");
            create("b");
            assertThat(List.of(name.brief(), name.brief(), name.brief()))
                    .containsExactly("ADDED b", "DELETED b", "ADDED b");
            assertThat(List.of(namespace.brief(), namespace.brief())).containsExactly("ADDED a", "ADDED b");
            assertThat(other.next().at("/object/metadata/namespace").asText()).isEqualTo("u");
            assertThat(all.next().at("/object/metadata/namespace").asText()).isEqualTo("u");
            assertThat(List.of(all.brief(), all.brief())).containsExactly("ADDED a", "ADDED b");
        }
    }

    /** k8s-wire 262. */
    @Test
    void metadataWatchesShowMetadataAlone() {
        create("a");
        try (WatchStream watch = api.watch(
                WATCH + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
                "Accept",
                METADATA)) {
            JsonNode added = watch.next();
            assertThat(added.at("/object/kind").asText()).isEqualTo("PartialObjectMetadata");
            assertThat(added.get("object").has("report")).isFalse();
            JsonNode bookmark = watch.next();
            assertThat(bookmark.at("/object/kind").asText()).isEqualTo("PartialObjectMetadata");
            assertThat(bookmark.at("/object/apiVersion").asText()).isEqualTo("meta.k8s.io/v1");
        }
        try (WatchStream watch = from("1", "Accept", METADATA)) {
            assertThat(watch.next().at("/object/kind").asText()).isEqualTo("Status");
        }
    }

    /** k8s-wire 263. */
    @Test
    void tableWatchesHaveTheirColumnsOnce() {
        create("a");
        try (WatchStream watch = api.watch(WATCH + "&resourceVersion=0", "Accept", TABLE)) {
            JsonNode first = watch.next();
            assertThat(first.at("/object/kind").asText()).isEqualTo("Table");
            assertThat(first.at("/object/rows")).hasSize(1);
            assertThat(first.at("/object/columnDefinitions")).hasSize(10);
            create("b");
            JsonNode second = watch.next();
            assertThat(second.at("/object/rows/0/cells/0").asText()).isEqualTo("b");
            assertThat(second.at("/object/columnDefinitions")).isEmpty();
        }
    }

    /** The bytes of an event are made once for all who see the same; those to whom the change is another one must get theirs. */
    @Test
    void oneChangeIsAnotherEventToEverySelector() {
        create("a");
        String start = current();
        try (WatchStream all = from(start);
                WatchStream again = from(start);
                WatchStream seen = api.watch(WATCH + "&labelSelector=seen&resourceVersion=" + start);
                WatchStream unseen = api.watch(WATCH + "&labelSelector=!seen&resourceVersion=" + start);
                WatchStream metadata = from(start, "Accept", METADATA)) {
            JsonNode after = api.merge(NAMESPACE + "/a", "{\"metadata\":{\"labels\":{\"seen\":\"1\"}}}")
                    .json();
            JsonNode modified = all.next();
            assertThat(modified.get("type").asText()).isEqualTo("MODIFIED");
            assertThat(modified.get("object")).isEqualTo(after);
            assertThat(again.next()).isEqualTo(modified);
            JsonNode added = seen.next();
            assertThat(added.get("type").asText()).isEqualTo("ADDED");
            assertThat(added.get("object")).isEqualTo(after);
            JsonNode deleted = unseen.next();
            assertThat(deleted.get("type").asText()).isEqualTo("DELETED");
            assertThat(deleted.at("/object/metadata/labels/seen").isMissingNode())
                    .isTrue();
            assertThat(metadata.next().get("object").has("report")).isFalse();
        }
    }
}
