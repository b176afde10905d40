package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.resources.Api.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server, and watches on it. */
abstract class WatchScene {
    static final String NAMESPACE = Api.NAMESPACE;
    static final String WATCH = NAMESPACE + "?watch=true";

    @TempDir
    Path directory;

    Api api;

    @BeforeEach
    final void start() {
        api = Api.start(directory);
    }

    @AfterEach
    final void stop() {
        api.close();
    }

    final ObjectNode create(String name) {
        Answer created = api.post(NAMESPACE, report(name));
        assertThat(created.code()).as(created.text()).isEqualTo(201);
        return (ObjectNode) created.json();
    }

    static String version(JsonNode event) {
        return event.at("/object/metadata/resourceVersion").asText();
    }

    final String current() {
        return api.get(NAMESPACE + "?limit=1").version();
    }

    final WatchStream from(String version, String... headers) {
        return api.watch(WATCH + "&resourceVersion=" + version, headers);
    }
}
