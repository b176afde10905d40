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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchTest {
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

    private static String item(String name) {
        ObjectNode report = report(name);
        ((ObjectNode) report.get("metadata")).putArray("finalizers").add("example.com/a");
        Answer created = api.post(NAMESPACE, report);
        assertThat(created.code()).as(created.text()).isEqualTo(201);
        return NAMESPACE + "/" + name;
    }

    /** k8s-wire 140 and 145. */
    @Test
    void aMergePatchAddsChangesAndRemoves() {
        String item = item("merged");
        JsonNode before = api.get(item).json();
        Answer patched = api.merge(
                item,
                "{\"metadata\":{\"labels\":{\"new\":\"x\",\"trivy-operator.resource.kind\":null},\"finalizers\":null},"
                        + "\"report\":{\"scanner\":{\"version\":\"1\"}}}");
        assertThat(patched.code()).as(patched.text()).isEqualTo(200);
        assertThat(patched.json().at("/metadata/labels/new").asText()).isEqualTo("x");
        assertThat(patched.json().at("/metadata/labels").has("trivy-operator.resource.kind"))
                .isFalse();
        assertThat(patched.json().at("/metadata").has("finalizers")).isFalse();
        assertThat(patched.json().at("/report/scanner/version").asText()).isEqualTo("1");
        assertThat(patched.json().at("/report/scanner/name").asText()).isEqualTo("Trivy");
        assertThat(patched.json().at("/report/vulnerabilities")).isEqualTo(before.at("/report/vulnerabilities"));
        assertThat(patched.json().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(api.get(item).json()).isEqualTo(patched.json());
    }

    @Test
    void aPatchMayReplaceOrRemoveTheLongPart() {
        String item = item("long-part");
        Answer replaced = api.merge(item, "{\"report\":{\"vulnerabilities\":[]}}");
        assertThat(replaced.json().at("/report/vulnerabilities")).isEmpty();
        assertThat(replaced.json().at("/metadata/generation").asInt()).isEqualTo(2);
        Answer removed = api.merge(item, "{\"report\":{\"vulnerabilities\":null}}");
        assertThat(removed.code()).isEqualTo(422);
        assertThat(removed.json().at("/details/causes/0/field").asText()).isEqualTo("report.vulnerabilities");
        JsonNode one = report("x").at("/report/vulnerabilities/0");
        Answer added =
                api.jsonPatch(item, "[{\"op\":\"add\",\"path\":\"/report/vulnerabilities/-\",\"value\":" + one + "}]");
        assertThat(added.json().at("/report/vulnerabilities")).hasSize(1);
        assertThat(api.get(item).json()).isEqualTo(added.json());
    }

    /** k8s-wire 141. */
    @Test
    void jsonPatchKnowsAllItsOperations() {
        String item = item("operations");
        Answer patched = api.jsonPatch(item, """
                [{"op":"test","path":"/report/scanner/name","value":"Trivy"},
                 {"op":"add","path":"/metadata/labels/a~1b","value":"1"},
                 {"op":"copy","from":"/metadata/labels/a~1b","path":"/metadata/labels/c"},
                 {"op":"move","from":"/metadata/labels/a~1b","path":"/metadata/labels/d"},
                 {"op":"replace","path":"/report/artifact/tag","value":"new"},
                 {"op":"remove","path":"/report/registry"}]""");
        assertThat(patched.code()).as(patched.text()).isEqualTo(200);
        assertThat(patched.json().at("/metadata/labels/c").asText()).isEqualTo("1");
        assertThat(patched.json().at("/metadata/labels/d").asText()).isEqualTo("1");
        assertThat(patched.json().at("/metadata/labels").has("a/b")).isFalse();
        assertThat(patched.json().at("/report/artifact/tag").asText()).isEqualTo("new");
        assertThat(patched.json().at("/report").has("registry")).isFalse();
        assertThat(patched.json().at("/report/vulnerabilities")).hasSize(2);
    }

    /** k8s-wire 141, 148, 151, 153. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "json-patch | [{\"op\":\"test\",\"path\":\"/kind\",\"value\":\"Pod\"}] | 422 | Invalid",
                "json-patch | [{\"op\":\"remove\",\"path\":\"/nothing\"}] | 422 | Invalid",
                "json-patch | [{\"op\":\"add\",\"path\":\"/a/b/c\",\"value\":1}] | 422 | Invalid",
                "json-patch | [{\"op\":\"dance\",\"path\":\"/kind\"}] | 400 | BadRequest",
                "json-patch | {\"op\":\"remove\"} | 400 | BadRequest",
                "json-patch | [{\"op\":\"add\",\"path\":\"kind\",\"value\":1}] | 400 | BadRequest",
                "json-patch | [{ | 400 | BadRequest",
                "merge-patch | {\"a\": | 400 | BadRequest",
                "merge-patch | '' | 400 | BadRequest",
                "merge-patch | [] | 400 | BadRequest",
                "merge-patch | {\"metadata\":{\"name\":\"other\"}} | 400 | BadRequest",
                "merge-patch | {\"metadata\":{\"namespace\":\"other\"}} | 400 | BadRequest",
                "merge-patch | {\"metadata\":{\"uid\":\"other\"}} | 422 | Invalid",
                "merge-patch | {\"metadata\":{\"deletionTimestamp\":\"2020-01-02T03:04:05Z\"}} | 422 | Invalid",
                "merge-patch | {\"metadata\":{\"deletionGracePeriodSeconds\":5}} | 422 | Invalid",
                "json-patch | [{\"op\":\"replace\",\"path\":\"/metadata/uid\",\"value\":\"other\"}] | 422 | Invalid",
                "merge-patch | {\"metadata\":{\"labels\":{\"a\":1}}} | 400 | BadRequest",
                "merge-patch | {\"kind\":\"Pod\"} | 400 | BadRequest",
                "merge-patch | {\"report\":null} | 422 | Invalid",
                "merge-patch | {\"report\":{\"summary\":{\"highCount\":\"x\"}}} | 422 | Invalid",
                "strategic-merge-patch | {} | 415 | UnsupportedMediaType",
                "apply-patch | {} | 415 | UnsupportedMediaType",
            })
    void aPatchThatCannotBeAppliedChangesNothing(String type, String patch, int code, String reason) {
        if (api.get(NAMESPACE + "/unpatched").code() == 404) {
            item("unpatched");
        }
        JsonNode before = api.get(NAMESPACE + "/unpatched").json();
        Answer answer =
                api.send("PATCH", NAMESPACE + "/unpatched", patch, "Content-Type", "application/" + type + "+json");
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.message()).doesNotContain("Exception");
        assertThat(api.get(NAMESPACE + "/unpatched").json()).isEqualTo(before);
    }

    /** k8s-wire 141, 151. */
    @Test
    void tooManyOperationsAndForceAreRefused() {
        String item = item("bounded");
        String operation = "{\"op\":\"test\",\"path\":\"/kind\",\"value\":\"VulnerabilityReport\"},";
        String patch = "[" + operation.repeat(10_001);
        assertThat(api.jsonPatch(item, patch.substring(0, patch.length() - 1) + "]")
                        .code())
                .isEqualTo(413);
        assertThat(api.merge(item + "?force=true", "{}").code()).isEqualTo(422);
    }

    /** k8s-wire 144. */
    @Test
    void aVersionInThePatchIsAPrecondition() {
        String item = item("locked");
        String version = api.get(item).version();
        assertThat(api.merge(item, "{\"metadata\":{\"resourceVersion\":\"" + version + "\",\"labels\":{\"a\":\"b\"}}}")
                        .code())
                .isEqualTo(200);
        Answer stale =
                api.merge(item, "{\"metadata\":{\"resourceVersion\":\"" + version + "\",\"labels\":{\"a\":\"c\"}}}");
        assertThat(stale.code()).isEqualTo(409);
        assertThat(stale.reason()).isEqualTo("Conflict");
    }

    /** k8s-wire 145 and 150. */
    @Test
    void patchingAwayTheLastFinalizerEndsATerminatingObject() {
        String item = item("patched-end");
        api.delete(item);
        assertThat(api.merge(item, "{\"metadata\":{\"finalizers\":[]}}").code()).isEqualTo(200);
        assertThat(api.get(item).code()).isEqualTo(404);
    }

    /** k8s-wire 146. */
    @Test
    void concurrentPatchesAllSucceed() throws Exception {
        String item = item("contended");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> codes = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String patch = "{\"metadata\":{\"labels\":{\"n" + i + "\":\"x\"}}}";
                codes.add(threads.submit(() -> api.merge(item, patch).code()));
            }
            for (Future<Integer> code : codes) {
                assertThat(code.get()).isEqualTo(200);
            }
        }
        assertThat(api.get(item).json().at("/metadata/labels")).hasSize(43);
    }

    /** k8s-wire 147, 149, 164. */
    @Test
    void nothingIsStoredForNothing() {
        String item = item("unmoved");
        String version = api.get(item).version();
        Answer noop = api.merge(item, "{\"report\":{\"scanner\":{\"name\":\"Trivy\"}}}");
        assertThat(noop.code()).isEqualTo(200);
        assertThat(noop.version()).isEqualTo(version);
        Answer dry = api.merge(item + "?dryRun=All", "{\"metadata\":{\"labels\":{\"dry\":\"x\"}}}");
        assertThat(dry.json().at("/metadata/labels/dry").asText()).isEqualTo("x");
        assertThat(api.get(item).version()).isEqualTo(version);
        assertThat(api.merge(NAMESPACE + "/absent", "{}").code()).isEqualTo(404);
    }

    /** k8s-wire 152; kubectl sends Strict with every label, also to objects that hold unknown fields already. */
    @Test
    void onlyUnknownFieldsThatThePatchBringsAreItsFault() {
        String item = item("strict");
        Answer refused = api.merge(item + "?fieldValidation=Strict", "{\"report\":{\"novel\":1}}");
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.json().at("/details/causes/0/field").asText()).isEqualTo("patch");
        assertThat(api.merge(item, "{\"report\":{\"novel\":1}}").header("Warning"))
                .contains("report.novel");
        Answer label = api.merge(item + "?fieldValidation=Strict", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertThat(label.code()).as(label.text()).isEqualTo(200);
        assertThat(label.json().at("/report/novel").asInt()).isEqualTo(1);
    }

    @Test
    void theStatusIsPatchedThroughItsSubresourceAlone() {
        api.post(COMPLIANCE, compliance("patched"));
        String status = "{\"status\":{\"updateTimestamp\":\"2026-11-20T10:11:12Z\",\"detailReport\":{\"id\":\"1\"}}}";
        assertThat(api.merge(COMPLIANCE + "/patched", status).json().has("status"))
                .isFalse();
        assertThat(api.merge(COMPLIANCE + "/patched/status", status)
                        .json()
                        .at("/status/detailReport/id")
                        .asText())
                .isEqualTo("1");
        Answer merged = api.merge(
                COMPLIANCE + "/patched/status",
                "{\"status\":{\"detailReport\":{\"title\":\"t\"},\"summary\":{\"failCount\":1}}}");
        assertThat(merged.json().at("/status/detailReport").toString()).isEqualTo("{\"id\":\"1\",\"title\":\"t\"}");
        assertThat(api.merge(COMPLIANCE + "/patched", "{\"spec\":{\"reportType\":\"summary\"}}")
                        .json()
                        .at("/status/detailReport/id")
                        .asText())
                .isEqualTo("1");
    }
}
