package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.COMPLIANCE;
import static dev.breakwater.apiserver.resources.Api.NAMESPACE;
import static dev.breakwater.apiserver.resources.Api.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.answer.Answers;
import dev.breakwater.apiserver.resources.Api.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients send that is small and becomes much, against a budget of 3 MiB. */
class BoundedBodiesTest {
    private static final String MERGE = "application/merge-patch+json";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String YAML = "application/yaml";
    private static final String JSON = "application/json";
    private static final String ABSENT = NAMESPACE + "/absent";

    @TempDir
    static Path directory;

    private static Api api;

    @BeforeAll
    static void start() {
        api = Api.start(
                directory,
                store -> store,
                resources -> new ResourceSettings(
                        64 << 20, 3 << 20, Duration.ofSeconds(10), 100, Answers.Bounds.defaults(), directory));
        assertThat(api.post(NAMESPACE, report("base")).code()).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static String many(int count, String part) {
        return String.join(",", Collections.nCopies(count, part));
    }

    private static String keys(int count, String value) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"k" + i + "\":" + value)
                .collect(Collectors.joining(","));
    }

    /** A report with something in it: at the top, in the metadata, or in the report. */
    private static String with(String where, String members) {
        String text = report("r").toString();
        String before = where.isEmpty() ? "{" : "\"" + where + "\":{";
        int at = text.indexOf(before) + before.length();
        return text.substring(0, at) + members + "," + text.substring(at);
    }

    private static String yaml(String rest) {
        return "apiVersion: aquasecurity.github.io/v1alpha1\nkind: VulnerabilityReport\nmetadata: {name: y}\n" + rest;
    }

    private static String patched(int depth) {
        return "{\"report\":{\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}}";
    }

    static List<Arguments> bodies() {
        String base = NAMESPACE + "/base";
        String aliases = "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n";
        return List.of(
                body("aliases of YAML", "POST", NAMESPACE, yaml(aliases), YAML, 400),
                body("aliases in options of an absent object", "DELETE", ABSENT, aliases, YAML, 400),
                body("an anchor within itself", "POST", NAMESPACE, yaml("a: &a [*a]\n"), YAML, 400),
                body("a key of YAML that occurs twice", "POST", NAMESPACE, yaml("a: 1\na: 2\n"), YAML, 400),
                body("copies of the document", "PATCH", base, copies(12), JSON_PATCH, 413),
                body("too many operations", "PATCH", base, "[" + many(10_001, "{}") + "]", JSON_PATCH, 413),
                body(
                        "empty arrays in a merge patch",
                        "PATCH",
                        base,
                        "{\"x\":[" + many(60_000, "[]") + "]}",
                        MERGE,
                        413),
                body(
                        "empty arrays in the long part",
                        "PATCH",
                        base,
                        "{\"report\":{\"vulnerabilities\":[" + many(60_000, "[]") + "]}}",
                        MERGE,
                        413),
                body(
                        "empty arrays in a JSON patch",
                        "PATCH",
                        base,
                        "[{\"op\":\"add\",\"path\":\"/x\",\"value\":[" + many(60_000, "[]") + "]}]",
                        JSON_PATCH,
                        413),
                body("empty arrays in YAML", "POST", NAMESPACE, yaml("x: [" + "[],".repeat(60_000) + "]"), YAML, 413),
                body("keys at the top", "POST", NAMESPACE, with("", keys(60_000, "1")), JSON, 413),
                body("keys in report.os", "POST", NAMESPACE, with("os", keys(60_000, "1")), JSON, 413),
                body(
                        "empty arrays in an unknown field",
                        "POST",
                        NAMESPACE,
                        with("report", "\"x\":[" + many(90_000, "[]") + "]"),
                        JSON,
                        413),
                body("labels", "POST", NAMESPACE, with("labels", keys(30_000, "\"v\"")), JSON, 413),
                body(
                        "finalizers",
                        "POST",
                        NAMESPACE,
                        with("metadata", "\"finalizers\":[" + many(90_000, "\"a/b\"") + "]"),
                        JSON,
                        413),
                body(
                        "managed fields",
                        "POST",
                        NAMESPACE,
                        with("metadata", "\"managedFields\":[" + many(30_000, "{}") + "]"),
                        JSON,
                        413),
                body(
                        "bytes that become three",
                        "POST",
                        NAMESPACE,
                        with("report", "\"x\":[" + many(120_000, "1e20") + "]"),
                        JSON,
                        413),
                body(
                        "a status of small nodes",
                        "POST",
                        COMPLIANCE,
                        "{\"status\":{" + keys(60_000, "{}") + "}}",
                        JSON,
                        413),
                body("options of small nodes", "DELETE", ABSENT, "{\"x\":[" + many(60_000, "[]") + "]}", JSON, 413),
                body("options that are too long", "DELETE", ABSENT, " ".repeat(2 << 20), JSON, 413),
                body("a long number", "POST", NAMESPACE, with("report", "\"x\":" + "9".repeat(2000)), JSON, 400),
                body("a long number in a patch", "PATCH", base, "{\"x\":0." + "1".repeat(2000) + "}", MERGE, 400),
                body("an exponent beyond float64", "PATCH", base, "{\"x\":1e99999999}", MERGE, 400),
                body("an exponent in options", "DELETE", ABSENT, "{\"gracePeriodSeconds\":1e99999999}", JSON, 400),
                body("a deep merge patch", "PATCH", base, patched(2000), MERGE, 400),
                body(
                        "a deep JSON patch",
                        "PATCH",
                        base,
                        "[{\"op\":\"add\",\"path\":\"/x\",\"value\":" + "[".repeat(2000) + "]".repeat(2000) + "}]",
                        JSON_PATCH,
                        400),
                body("deep options", "DELETE", ABSENT, "[".repeat(2000), JSON, 400),
                body("deep options in YAML", "DELETE", ABSENT, "[".repeat(2000), YAML, 400),
                body("a deep object", "POST", NAMESPACE, "{\"a\":".repeat(2000), JSON, 400),
                body(
                        "depth in the long part",
                        "POST",
                        NAMESPACE,
                        report("r")
                                .toString()
                                .replace(
                                        "\"resource\":",
                                        "\"x\":" + "[".repeat(2000) + "]".repeat(2000) + ",\"resource\":"),
                        JSON,
                        400),
                body(
                        "a wrong type in the metadata behind a hundred others",
                        "POST",
                        NAMESPACE,
                        "{\"apiVersion\":\"aquasecurity.github.io/v1alpha1\",\"kind\":\"VulnerabilityReport\",\"report\":{\"vulnerabilities\":["
                                + many(200, "7") + "]},\"metadata\":{\"name\":\"r\",\"managedFields\":[1]}}",
                        JSON,
                        400));
    }

    private static Arguments body(String what, String method, String path, String body, String contentType, int code) {
        return Arguments.of(what, method, path, body, contentType, code);
    }

    private static String copies(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"op\":\"copy\",\"from\":\"\",\"path\":\"/c" + i + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void isRefusedInWordsAndTheNextRequestIsServed(
            String what, String method, String path, String body, String contentType, int code) {
        Answer answer = api.send(method, path, body, "Content-Type", contentType);
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        assertThat(answer.message()).isNotEmpty().hasSizeLessThan(4000);
        ObjectNode next = report("after");
        assertThat(api.post(NAMESPACE, next).code()).isEqualTo(201);
        assertThat(api.delete(NAMESPACE + "/after").code()).isEqualTo(200);
    }

    @Test
    void whenLargeRequestsTakeItAllSmallOnesGoOn() throws Exception {
        // Alone it fits and is refused for what it says; several at once do not fit.
        String large = "{\"spec\":[" + many(15_000, "[]") + "],\"metadata\":{\"uid\":\"another\"}}";
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> patches = new ArrayList<>();
            List<Future<Answer>> creates = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String name = "beside-" + i;
                Callable<Answer> patch = () -> api.merge(NAMESPACE + "/base", large);
                Callable<Answer> create = () -> api.post(NAMESPACE, report(name));
                patches.add(clients.submit(patch));
                creates.add(clients.submit(create));
            }
            for (Future<Answer> create : creates) {
                assertThat(create.get().code()).as(create.get().text()).isEqualTo(201);
            }
            for (Future<Answer> patch : patches) {
                Answer answer = patch.get();
                assertThat(answer.code()).as(answer.text()).isIn(422, 429);
                if (answer.code() == 429) {
                    assertThat(answer.header("Retry-After")).isEqualTo("1");
                }
            }
        }
        assertThat(api.merge(NAMESPACE + "/base", large).code()).isEqualTo(422);
    }

    @Test
    void ofAMillionUnknownFieldsTheFirstHundredAreToldAndTheOthersCounted() {
        Answer refused = api.send(
                "POST", NAMESPACE + "?fieldValidation=Strict", with("report", keys(5000, "1")), "Content-Type", JSON);
        assertThat(refused.code()).isEqualTo(400);
        assertThat(refused.message())
                .contains("unknown field \"report.k99\"")
                .doesNotContain("\"report.k100\"")
                .endsWith(", and 4900 more");
    }

    @Test
    void ofManyOwnersThatOccurTwiceOneIsKeptAndFewAreTold() {
        String owner = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"n\",\"uid\":\"u\"}";
        ObjectNode report = report("owned");
        ((ObjectNode) report.get("metadata")).set("ownerReferences", Api.read("[" + many(1500, owner) + "]"));
        Answer created = api.post(NAMESPACE, report);
        assertThat(created.code()).as(created.text()).isEqualTo(201);
        assertThat(created.json().at("/metadata/ownerReferences")).hasSize(1);
        assertThat(created.header("Warning")).contains("duplicate UID(s) observed: u");
    }
}
