package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.COMPLIANCE;
import static dev.breakwater.apiserver.resources.Api.NAMESPACE;
import static dev.breakwater.apiserver.resources.Api.compliance;
import static dev.breakwater.apiserver.resources.Api.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.resources.Api.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateTest {
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

    private static ObjectNode stored(String name) {
        Answer created = api.post(NAMESPACE, report(name));
        assertThat(created.code()).as(created.text()).isEqualTo(201);
        return (ObjectNode) created.json();
    }

    /** k8s-wire 124 and 125. */
    @Test
    void aChangeRaisesTheGenerationAndMetadataDoesNot() {
        ObjectNode object = stored("changed");
        long version = object.at("/metadata/resourceVersion").asLong();
        ((ObjectNode) object.get("report")).put("updateTimestamp", "2026-11-21T00:00:00Z");
        Answer rescan = api.put(NAMESPACE + "/changed", object);
        assertThat(rescan.code()).isEqualTo(200);
        assertThat(Long.parseLong(rescan.version())).isGreaterThan(version);
        assertThat(rescan.json().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(rescan.json().at("/report/vulnerabilities")).isEqualTo(object.at("/report/vulnerabilities"));

        ObjectNode labelled = (ObjectNode) rescan.json();
        ((ObjectNode) labelled.at("/metadata/labels")).put("new", "x");
        Answer label = api.put(NAMESPACE + "/changed", labelled);
        assertThat(label.json().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(label.version()).isNotEqualTo(rescan.version());

        ObjectNode found = (ObjectNode) label.json();
        ((ObjectNode) found.at("/report/vulnerabilities/0")).put("title", "other");
        Answer bulk = api.put(NAMESPACE + "/changed", found);
        assertThat(bulk.json().at("/metadata/generation").asInt()).isEqualTo(3);
        assertThat(api.get(NAMESPACE + "/changed").json()).isEqualTo(bulk.json());
    }

    /** k8s-wire 126 to 130, 139. */
    @Test
    void preconditionsHold() {
        ObjectNode object = stored("guarded");
        String item = NAMESPACE + "/guarded";
        ObjectNode without = object.deepCopy();
        ((ObjectNode) without.get("metadata")).remove("resourceVersion");
        Answer unconditional = api.put(item, without);
        assertThat(unconditional.code()).isEqualTo(422);
        assertThat(unconditional.message())
                .endsWith("metadata.resourceVersion: Invalid value: 0x0: must be specified for an update");

        ObjectNode newer = object.deepCopy();
        ((ObjectNode) newer.at("/metadata/labels")).put("a", "b");
        api.put(item, newer);
        Answer stale = api.put(item, object);
        assertThat(stale.code()).isEqualTo(409);
        assertThat(stale.reason()).isEqualTo("Conflict");
        assertThat(stale.message())
                .isEqualTo(
                        "Operation cannot be fulfilled on vulnerabilityreports.aquasecurity.github.io \"guarded\":"
                                + " the object has been modified; please apply your changes to the latest version and try again");

        ObjectNode current = (ObjectNode) api.get(item).json();
        ObjectNode foreign = current.deepCopy();
        ((ObjectNode) foreign.get("metadata")).put("uid", "another");
        assertThat(api.put(item, foreign).reason()).isEqualTo("Conflict");
        ObjectNode renamed = current.deepCopy();
        ((ObjectNode) renamed.get("metadata")).put("name", "renamed");
        assertThat(api.put(item, renamed).message())
                .isEqualTo("the name of the object (renamed) does not match the name on the URL (guarded)");
        ObjectNode moved = current.deepCopy();
        ((ObjectNode) moved.get("metadata")).put("namespace", "other");
        assertThat(api.put(item, moved).code()).isEqualTo(400);
        assertThat(api.put(NAMESPACE + "/absent", current).code()).isEqualTo(404);
        assertThat(api.send("PUT", item, current.toString(), "Content-Type", "text/plain")
                        .code())
                .isEqualTo(415);
    }

    /** k8s-wire 131 and 132. */
    @Test
    void anUpdateThatChangesNothingKeepsTheVersion() {
        ObjectNode object = stored("same");
        Answer same = api.put(NAMESPACE + "/same", object);
        assertThat(same.code()).isEqualTo(200);
        assertThat(same.json()).isEqualTo(object);

        JsonNode entry = Api.read(
                "[{\"manager\":\"m\",\"operation\":\"Update\",\"apiVersion\":\"aquasecurity.github.io/v1alpha1\","
                        + "\"time\":\"2026-01-01T00:00:00Z\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:report\":{}}}]");
        ((ObjectNode) object.get("metadata")).set("managedFields", entry);
        ObjectNode managed = (ObjectNode) api.put(NAMESPACE + "/same", object).json();
        assertThat(managed.at("/metadata/managedFields")).hasSize(1);
        ((ObjectNode) managed.at("/metadata/managedFields/0")).put("time", "2026-02-02T00:00:00Z");
        Answer later = api.put(NAMESPACE + "/same", managed);
        assertThat(later.version())
                .isEqualTo(managed.at("/metadata/resourceVersion").asText());
        ((ObjectNode) managed.get("metadata")).remove("managedFields");
        assertThat(api.put(NAMESPACE + "/same", managed).json().at("/metadata/managedFields"))
                .hasSize(1);
        ((ObjectNode) managed.get("metadata")).putArray("managedFields").addObject();
        assertThat(api.put(NAMESPACE + "/same", managed).json().at("/metadata").has("managedFields"))
                .isFalse();
    }

    /** k8s-wire 133. */
    @Test
    void whatTheServerSetsStays() {
        ObjectNode object = stored("kept");
        ObjectNode changed = object.deepCopy();
        ((ObjectNode) changed.get("metadata")).put("generation", 99).put("creationTimestamp", "2001-01-01T00:00:00Z");
        assertThat(api.put(NAMESPACE + "/kept", changed).json()).isEqualTo(object);
    }

    /** A client that set it would see the object live on. */
    @Test
    void onlyADeleteSetsTheDeletionTimestamp() {
        ObjectNode object = stored("not-deleted");
        ((ObjectNode) object.get("metadata")).put("deletionTimestamp", "2001-01-01T00:00:00Z");
        Answer refused = api.put(NAMESPACE + "/not-deleted", object);
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.json().at("/details/causes/0/field").asText()).isEqualTo("metadata.deletionTimestamp");
    }

    /** k8s-wire 134 and 135. */
    @Test
    void aTerminatingObjectTakesNoFinalizersAndEndsWithItsLast() {
        ObjectNode report = report("ending");
        ((ObjectNode) report.get("metadata")).putArray("finalizers").add("example.com/a");
        api.post(NAMESPACE, report);
        ObjectNode terminating = (ObjectNode) api.delete(NAMESPACE + "/ending").json();
        assertThat(terminating.at("/metadata/deletionTimestamp").asText()).isNotEmpty();
        ObjectNode more = terminating.deepCopy();
        more.withArray("/metadata/finalizers").add("example.com/b");
        Answer refused = api.put(NAMESPACE + "/ending", more);
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.json().at("/details/causes/0/reason").asText()).isEqualTo("FieldValueForbidden");
        ObjectNode undead = terminating.deepCopy();
        ((ObjectNode) undead.get("metadata")).remove("deletionTimestamp");
        assertThat(api.put(NAMESPACE + "/ending", undead).json()).isEqualTo(terminating);
        ((ObjectNode) terminating.get("metadata")).remove("finalizers");
        assertThat(api.put(NAMESPACE + "/ending", terminating).code()).isEqualTo(200);
        assertThat(api.get(NAMESPACE + "/ending").code()).isEqualTo(404);
    }

    /** k8s-wire 136. */
    @Test
    void noUpdateIsLostAmongMany() throws Exception {
        stored("counter");
        int writers = 8;
        int each = 10;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> results = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                results.add(threads.submit(() -> increments(each)));
            }
            for (Future<Integer> result : results) {
                assertThat(result.get()).isEqualTo(each);
            }
        }
        assertThat(api.get(NAMESPACE + "/counter")
                        .json()
                        .at("/report/summary/highCount")
                        .asInt())
                .isEqualTo(1000 + writers * each);
    }

    private static int increments(int count) {
        int done = 0;
        while (done < count) {
            ObjectNode object = (ObjectNode) api.get(NAMESPACE + "/counter").json();
            ObjectNode summary = (ObjectNode) object.at("/report/summary");
            int value = summary.get("highCount").asInt();
            summary.put("highCount", value < 1000 ? 1001 : value + 1);
            Answer answer = api.put(NAMESPACE + "/counter", object);
            if (answer.code() == 200) {
                done++;
            } else {
                assertThat(answer.code()).isEqualTo(409);
            }
        }
        return done;
    }

    /** k8s-wire 137 and 138. */
    @Test
    void aRefusedOrDryUpdateLeavesTheObject() {
        ObjectNode object = stored("intact");
        ObjectNode bad = object.deepCopy();
        ((ObjectNode) bad.at("/report/summary")).put("highCount", -1);
        assertThat(api.put(NAMESPACE + "/intact", bad).code()).isEqualTo(422);
        ObjectNode dry = object.deepCopy();
        ((ObjectNode) dry.at("/report/summary")).put("highCount", 77);
        Answer answer = api.put(NAMESPACE + "/intact?dryRun=All", dry);
        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.json().at("/report/summary/highCount").asInt()).isEqualTo(77);
        assertThat(api.get(NAMESPACE + "/intact").json()).isEqualTo(object);
    }

    /** trivy-operator 1.3: the main resource ignores status, status everything else; its long part is in the status. */
    @Test
    void statusAndMainResourceAreApart() {
        ObjectNode report = compliance("cis");
        report.putObject("status").put("updateTimestamp", "2026-11-20T10:11:12Z");
        ObjectNode created = (ObjectNode) api.post(COMPLIANCE, report).json();
        assertThat(created.has("status")).isFalse();

        ObjectNode status = created.deepCopy();
        status.set(
                "status",
                Api.read("{\"updateTimestamp\":\"2026-11-20T10:11:12Z\",\"summary\":{\"failCount\":3,\"passCount\":4},"
                        + "\"detailReport\":{\"id\":\"c\",\"results\":[{\"id\":\"1\",\"checks\":[]}]}}"));
        ((ObjectNode) status.get("spec")).put("cron", "5 5 * * *");
        ((ObjectNode) status.get("metadata")).putObject("labels").put("no", "no");
        Answer updated = api.put(COMPLIANCE + "/cis/status", status);
        assertThat(updated.code()).as(updated.text()).isEqualTo(200);
        assertThat(updated.json().get("status")).isEqualTo(status.get("status"));
        assertThat(updated.json().at("/spec/cron").asText()).isEqualTo("0 1 * * *");
        assertThat(updated.json().at("/metadata").has("labels")).isFalse();
        assertThat(updated.json().at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(api.get(COMPLIANCE + "/cis/status").json()).isEqualTo(updated.json());

        ObjectNode spec = (ObjectNode) updated.json();
        ((ObjectNode) spec.get("spec")).put("cron", "5 5 * * *");
        spec.remove("status");
        Answer main = api.put(COMPLIANCE + "/cis", spec);
        assertThat(main.json().get("status")).isEqualTo(status.get("status"));
        assertThat(main.json().at("/spec/cron").asText()).isEqualTo("5 5 * * *");
        assertThat(main.json().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(api.get(COMPLIANCE + "/cis", "Accept", Api.TABLE)
                        .json()
                        .at("/rows/0/cells/2")
                        .asInt())
                .isEqualTo(3);
    }
}
