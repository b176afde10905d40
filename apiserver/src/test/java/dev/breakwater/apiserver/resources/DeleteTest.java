package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.NAMESPACE;
import static dev.breakwater.apiserver.resources.Api.report;
import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.resources.Api.Answer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeleteTest {
    @TempDir
    static Path directory;

    private static Api api;

    @BeforeAll
    static void start() {
        api = Api.start(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static JsonNode storedIn(String collection, String namespace, String name, String... finalizers) {
        ObjectNode report = report(name);
        ObjectNode metadata = (ObjectNode) report.get("metadata");
        metadata.put("namespace", namespace);
        for (String finalizer : finalizers) {
            metadata.withArray("finalizers").add(finalizer);
        }
        Answer created = api.post(collection, report);
        assertThat(created.code()).as(created.text()).isEqualTo(201);
        return created.json();
    }

    private static JsonNode stored(String name, String... finalizers) {
        return storedIn(NAMESPACE, "t", name, finalizers);
    }

    /** k8s-wire 165 and 166. */
    @Test
    void aDeletedObjectIsAnsweredWithItsUid() {
        String uid = stored("gone").at("/metadata/uid").asText();
        Answer deleted = api.delete(NAMESPACE + "/gone");
        assertThat(deleted.code()).isEqualTo(200);
        assertThatJson(deleted.text())
                .isEqualTo("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\","
                        + "\"details\":{\"name\":\"gone\",\"group\":\"aquasecurity.github.io\","
                        + "\"kind\":\"vulnerabilityreports\",\"uid\":\"" + uid + "\"}}");
        assertThat(api.get(NAMESPACE + "/gone").code()).isEqualTo(404);
        assertThat(api.delete(NAMESPACE + "/gone").code()).isEqualTo(404);
    }

    /** k8s-wire 167. */
    @Test
    void preconditionsAreHeld() {
        JsonNode object = stored("guarded");
        String item = NAMESPACE + "/guarded";
        assertThat(api.delete(item, "{\"preconditions\":{\"uid\":\"other\"}}").reason())
                .isEqualTo("Conflict");
        assertThat(api.delete(item, "{\"preconditions\":{\"resourceVersion\":\"1\"}}")
                        .reason())
                .isEqualTo("Conflict");
        assertThat(api.delete(
                                item,
                                "{\"preconditions\":{\"uid\":\""
                                        + object.at("/metadata/uid").asText()
                                        + "\",\"resourceVersion\":\""
                                        + object.at("/metadata/resourceVersion").asText() + "\"}}")
                        .code())
                .isEqualTo(200);
    }

    /** k8s-wire 168, 169, 177. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | {\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\"}",
                "'' | {\"kind\":\"DeleteOptions\",\"apiVersion\":\"meta.k8s.io/v1\",\"propagationPolicy\":\"Background\"}",
                "'' | {\"kind\":\"DeleteOptions\",\"apiVersion\":\"aquasecurity.github.io/v1alpha1\"}",
                "'' | {\"gracePeriodSeconds\":30}",
                "'' | {\"orphanDependents\":false}",
                "'' | {\"ignoreStoreReadErrorWithClusterBreakingPotential\":true}",
                "?propagationPolicy=Background | ''",
                "?propagationPolicy=Orphan | {\"propagationPolicy\":\"Background\"}",
                "?gracePeriodSeconds=0 | ''",
            })
    void optionsAreAcceptedInBodyAndQuery(String query, String body) {
        stored("optional");
        Answer answer = api.delete(NAMESPACE + "/optional" + query, body);
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
        assertThat(api.get(NAMESPACE + "/optional").code()).isEqualTo(404);
    }

    /** k8s-wire 172, 176, 179. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"propagationPolicy\":\"Sideways\"} | 422",
                "{\"propagationPolicy\":\"Orphan\",\"orphanDependents\":true} | 422",
                "{\"dryRun\":[\"Some\"]} | 422",
                "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"} | 400",
                "{\"apiVersion\":\"apps/v1\"} | 400",
                "{\"preconditions\":{\"uid\":7}} | 400",
                "{\"gracePeriodSeconds\":\"x\"} | 400",
                "{ | 400",
                "[] | 400",
            })
    void brokenOptionsDeleteNothing(String body, int code) {
        if (api.get(NAMESPACE + "/surviving").code() == 404) {
            stored("surviving");
        }
        assertThat(api.delete(NAMESPACE + "/surviving", body).code()).isEqualTo(code);
        assertThat(api.send("DELETE", NAMESPACE + "/surviving", "x", "Content-Type", "text/plain")
                        .code())
                .isEqualTo(415);
        assertThat(api.delete(NAMESPACE + "/surviving", "{\"dryRun\":[\"All\"]}")
                        .code())
                .isEqualTo(200);
        assertThat(api.get(NAMESPACE + "/surviving").code()).isEqualTo(200);
    }

    /** k8s-wire 170, 171, 172. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"propagationPolicy\":\"Foreground\"} | foregroundDeletion",
                "{\"propagationPolicy\":\"Orphan\"} | orphan",
                "{\"orphanDependents\":true} | orphan",
            })
    void theGarbageCollectorIsWaitedFor(String body, String finalizer) {
        String name = "waiting-" + body.length();
        long version = stored(name).at("/metadata/resourceVersion").asLong();
        Answer answer = api.delete(NAMESPACE + "/" + name, body);
        assertThat(answer.code()).isEqualTo(200);
        JsonNode meta = answer.json().get("metadata");
        assertThat(meta.get("finalizers").toString()).isEqualTo("[\"" + finalizer + "\"]");
        assertThat(meta.get("deletionTimestamp").asText()).endsWith("Z");
        assertThat(meta.get("deletionGracePeriodSeconds").asInt()).isZero();
        assertThat(meta.get("generation").asInt()).isEqualTo(2);
        assertThat(Long.parseLong(answer.version())).isGreaterThan(version);
        assertThat(answer.json().at("/report/vulnerabilities")).hasSize(2);
        assertThat(api.get(NAMESPACE + "/" + name).json()).isEqualTo(answer.json());
    }

    /** k8s-wire 173. */
    @Test
    void anOwnFinalizerKeepsTheObjectAndASecondDeleteChangesNothing() {
        stored("held", "example.com/a");
        Answer first = api.delete(NAMESPACE + "/held");
        assertThat(first.code()).isEqualTo(200);
        Answer second = api.delete(NAMESPACE + "/held");
        assertThat(second.code()).isEqualTo(200);
        assertThat(second.json()).isEqualTo(first.json());
        Answer foreground = api.delete(NAMESPACE + "/held", "{\"propagationPolicy\":\"Foreground\"}");
        assertThat(foreground.json().at("/metadata/finalizers")).hasSize(2);
        assertThat(foreground.json().at("/metadata/deletionTimestamp"))
                .isEqualTo(first.json().at("/metadata/deletionTimestamp"));
        assertThat(foreground.json().at("/metadata/generation").asInt()).isEqualTo(2);
    }

    /** k8s-wire 178. */
    @Test
    void aRecreatedNameIsAnotherObject() {
        JsonNode before = stored("phoenix");
        api.delete(NAMESPACE + "/phoenix");
        JsonNode after = stored("phoenix");
        assertThat(after.at("/metadata/uid")).isNotEqualTo(before.at("/metadata/uid"));
        assertThat(after.at("/metadata/resourceVersion").asLong())
                .isGreaterThan(before.at("/metadata/resourceVersion").asLong());
    }

    /** k8s-wire 181 to 184, 187, 188. */
    @Test
    void aCollectionIsDeletedAsFarAsItIsSelected() {
        String collection = NAMESPACE.replace("/t/", "/heap/");
        for (int i = 0; i < 8; i++) {
            storedIn(collection, "heap", "r" + i);
        }
        storedIn(collection, "heap", "held", "example.com/a");
        storedIn(NAMESPACE, "t", "bystander");
        assertThat(names(collection)).hasSize(9);
        assertThat(api.delete(collection, "{\"dryRun\":[\"All\"]}").code()).isEqualTo(200);
        assertThat(api.delete(collection + "?labelSelector=no%3Dno").code()).isEqualTo(200);
        assertThat(names(collection)).hasSize(9);
        assertThat(api.delete(collection + "?fieldSelector=metadata.name%3Dr3").code())
                .isEqualTo(200);
        assertThat(names(collection)).hasSize(8).doesNotContain("r3");
        assertThat(api.delete(collection + "?limit=2").code()).isEqualTo(200);
        assertThat(names(collection)).as("held counts, and stays").hasSize(7).doesNotContain("r0");
        Answer all = api.delete(
                collection, "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":\"Background\"}");
        assertThat(all.code()).isEqualTo(200);
        assertThatJson(all.text()).node("status").isEqualTo("Success");
        assertThat(names(collection)).containsExactly("held");
        assertThat(api.get(collection + "/held")
                        .json()
                        .at("/metadata/deletionTimestamp")
                        .isTextual())
                .isTrue();
        assertThat(api.get(NAMESPACE + "/bystander").code()).isEqualTo(200);
        assertThat(api.delete(NAMESPACE.replace("/t/", "/empty/")).code()).isEqualTo(200);
        assertThat(api.delete(Api.ALL).code()).isIn(404, 405);
    }

    private static List<String> names(String collection) {
        return api.get(collection)
                .json()
                .get("items")
                .valueStream()
                .map(item -> item.at("/metadata/name").asText())
                .toList();
    }
}
