package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.NAMESPACE;
import static dev.breakwater.apiserver.resources.Api.report;
import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.intake.SampleReports;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.resources.Api.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateTest {
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

    /** k8s-wire 88 and 63. */
    @Test
    void aNewObjectComesBackWithWhatTheServerSets() {
        ObjectNode report = report("new");
        Answer created = api.post(NAMESPACE, report);
        assertThat(created.code()).isEqualTo(201);
        assertThat(created.header("Content-Type")).isEqualTo("application/json");
        JsonNode meta = created.json().get("metadata");
        assertThat(meta.get("uid").asText()).matches("[0-9a-f-]{36}");
        assertThat(meta.get("creationTimestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(meta.get("resourceVersion").asText()).matches("[1-9]\\d*");
        assertThat(meta.get("generation").asInt()).isEqualTo(1);
        Answer read = api.get(NAMESPACE + "/new");
        assertThatJson(read.text()).isEqualTo(created.text());
        assertThatJson(read.text())
                .node("report")
                .isEqualTo(report.get("report").toString());
        assertThatJson(read.text()).node("kind").isEqualTo("VulnerabilityReport");
    }

    /** k8s-wire 89. */
    @Test
    void whatOnlyTheServerSetsIsOverwritten() {
        ObjectNode report = report("server-side");
        ((ObjectNode) report.get("metadata"))
                .put("uid", "mine")
                .put("creationTimestamp", "2001-01-01T00:00:00Z")
                .put("deletionTimestamp", "2001-01-01T00:00:00Z")
                .put("deletionGracePeriodSeconds", 5)
                .put("selfLink", "/x")
                .put("generation", 7);
        JsonNode meta = api.post(NAMESPACE, report).json().get("metadata");
        assertThat(meta.get("uid").asText()).isNotEqualTo("mine");
        assertThat(meta.get("creationTimestamp").asText()).doesNotStartWith("2001");
        assertThat(meta.get("generation").asInt()).isEqualTo(1);
        assertThat(meta.has("deletionTimestamp")).isFalse();
        assertThat(meta.has("deletionGracePeriodSeconds")).isFalse();
        assertThat(meta.has("selfLink")).isFalse();
    }

    /** k8s-wire 90. */
    @Test
    void aResourceVersionIsRefused() {
        ObjectNode report = report("versioned");
        ((ObjectNode) report.get("metadata")).put("resourceVersion", "5");
        assertThat(api.post(NAMESPACE, report).code()).isEqualTo(400);
        assertThat(api.get(NAMESPACE + "/versioned").code()).isEqualTo(404);
    }

    /** k8s-wire 91 and 92. */
    @Test
    void aTakenNameIsAlreadyExists() {
        ObjectNode report = report("taken");
        ((ObjectNode) report.get("metadata")).putArray("finalizers").add("example.com/keep");
        api.post(NAMESPACE, report);
        Answer again = api.post(NAMESPACE, report);
        assertThat(again.code()).isEqualTo(409);
        assertThat(again.reason()).isEqualTo("AlreadyExists");
        assertThat(again.message()).isEqualTo("vulnerabilityreports.aquasecurity.github.io \"taken\" already exists");
        assertThatJson(again.text())
                .node("details")
                .isEqualTo(
                        "{\"name\":\"taken\",\"group\":\"aquasecurity.github.io\",\"kind\":\"vulnerabilityreports\"}");
        api.delete(NAMESPACE + "/taken");
        assertThat(api.post(NAMESPACE, report).message()).startsWith("object is being deleted: ");
    }

    /** k8s-wire 93. */
    @Test
    void generatedNamesAreDistinct() throws Exception {
        Set<String> names = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new java.util.ArrayList<>();
            for (int i = 0; i < 60; i++) {
                answers.add(threads.submit(() -> {
                    ObjectNode report = report("x");
                    ((ObjectNode) report.get("metadata")).remove("name");
                    ((ObjectNode) report.get("metadata")).put("generateName", "g".repeat(70) + "-");
                    return api.post(NAMESPACE, report)
                            .json()
                            .at("/metadata/name")
                            .asText();
                }));
            }
            for (Future<String> answer : answers) {
                names.add(answer.get());
            }
        }
        assertThat(names).hasSize(60).allMatch(name -> name.matches("g{58}[bcdfghjklmnpqrstvwxz2456789]{5}"));
    }

    /** k8s-wire 94, 95, 100 to 102, 104, 113. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/metadata/name | | metadata.name | FieldValueRequired",
                "/metadata/name | \"A_B\" | metadata.name | FieldValueInvalid",
                "/metadata/name | \"a/b\" | metadata.name | FieldValueInvalid",
                "/metadata/labels | {\"a\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"} | metadata.labels | FieldValueInvalid",
                "/metadata/labels | {\"-\":\"x\"} | metadata.labels | FieldValueInvalid",
                "/metadata/annotations | {\"a b\":\"x\"} | metadata.annotations | FieldValueInvalid",
                "/metadata/ownerReferences | [{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p\"}] | metadata.ownerReferences[0].uid | FieldValueInvalid",
                "/metadata/ownerReferences | [{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"p\",\"uid\":\"1\"}] | metadata.ownerReferences[0] | FieldValueInvalid",
                "/metadata/ownerReferences | [{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p\",\"uid\":\"1\",\"controller\":true},{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"q\",\"uid\":\"2\",\"controller\":true}] | metadata.ownerReferences | FieldValueInvalid",
                "/metadata/finalizers | [\"orphan\",\"foregroundDeletion\"] | metadata.finalizers | FieldValueInvalid",
                "/report/summary/highCount | \"x\" | report.summary.highCount | FieldValueTypeInvalid",
                "/report/scanner | | report.scanner | FieldValueRequired",
            })
    void brokenObjectsAre422WithTheField(String pointer, String value, String field, String reason) {
        ObjectNode report = report("broken");
        int slash = pointer.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) report.at(pointer.substring(0, slash));
        if (value == null) {
            parent.remove(pointer.substring(slash + 1));
        } else {
            parent.set(pointer.substring(slash + 1), Api.read(value));
        }
        Answer answer = api.post(NAMESPACE, report);
        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.reason()).isEqualTo("Invalid");
        assertThat(answer.json().at("/details/kind").asText()).isEqualTo("VulnerabilityReport");
        assertThat(answer.json().at("/details/causes/0/field").asText()).isEqualTo(field);
        assertThat(answer.json().at("/details/causes/0/reason").asText()).isEqualTo(reason);
        assertThat(api.get(NAMESPACE + "/broken").code()).isEqualTo(404);
    }

    /** k8s-wire 96. */
    @Test
    void theNamespaceIsThatOfTheUrl() {
        ObjectNode other = report("elsewhere");
        ((ObjectNode) other.get("metadata")).put("namespace", "other");
        Answer refused = api.post(NAMESPACE, other);
        assertThat(refused.code()).isEqualTo(400);
        assertThat(refused.message())
                .isEqualTo("the namespace of the provided object does not match the namespace sent on the request");
        ((ObjectNode) other.get("metadata")).remove("namespace");
        assertThat(api.post(NAMESPACE, other).json().at("/metadata/namespace").asText())
                .isEqualTo("t");
    }

    /** k8s-wire 97 and 99, issue of malformed input: nothing is stored, the reason is said. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | {\"kind\":\"Pod\",\"apiVersion\":\"aquasecurity.github.io/v1alpha1\"} | 400 | BadRequest",
                "application/json | {\"kind\":\"VulnerabilityReport\",\"apiVersion\":\"v1\"} | 400 | BadRequest",
                "application/json | {\"kind\":\"VulnerabilityReport\"} | 400 | BadRequest",
                "application/json | {\"apiVersion\":\"aquasecurity.github.io/v1alpha1\"} | 400 | BadRequest",
                "application/json | {\"kind\": | 400 | BadRequest",
                "application/json | '' | 400 | BadRequest",
                "application/json | [] | 400 | BadRequest",
                "application/json | {\"kind\":\"VulnerabilityReport\",\"apiVersion\":\"aquasecurity.github.io/v1alpha1\",\"metadata\":{\"labels\":{\"a\":1}}} | 400 | BadRequest",
                "application/json | {\"kind\":\"VulnerabilityReport\",\"apiVersion\":\"aquasecurity.github.io/v1alpha1\",\"metadata\":7} | 400 | BadRequest",
                "application/yaml | 'a: b: c' | 400 | BadRequest",
                "text/plain | {} | 415 | UnsupportedMediaType",
            })
    void whatCannotBeReadIsRefusedInWords(String contentType, String body, int code, String reason) {
        Answer answer = api.send("POST", NAMESPACE, body, "Content-Type", contentType);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.message()).isNotEmpty().doesNotContain("Exception").doesNotContain("com.fasterxml");
    }

    /** What nobody reads need not be known: Java's list of character sets is not the client's matter. */
    @Test
    void aCharacterSetThatDoesNotExistIsNoFault() {
        String type = "; charset=no-such";
        assertThat(api.send("POST", NAMESPACE, report("odd").toString(), "Content-Type", "application/json" + type)
                        .code())
                .isEqualTo(201);
        assertThat(api.send("PATCH", NAMESPACE + "/odd", "{}", "Content-Type", "application/merge-patch+json" + type)
                        .code())
                .isEqualTo(200);
        assertThat(api.send("DELETE", NAMESPACE + "/odd", "{}", "Content-Type", "application/json" + type)
                        .code())
                .isEqualTo(200);
    }

    /** k8s-wire 99. */
    @Test
    void noContentTypeIsJsonAndYamlIsRead() {
        assertThat(api.send("POST", NAMESPACE, report("untyped").toString()).code())
                .isEqualTo(201);
        assertThat(api.send(
                                "POST",
                                NAMESPACE,
                                report("charset").toString(),
                                "Content-Type",
                                "application/json; charset=utf-8")
                        .code())
                .isEqualTo(201);
        String yaml = """
                apiVersion: aquasecurity.github.io/v1alpha1
                kind: VulnerabilityReport
                metadata:
                  name: from-yaml
                  labels: {when: "2026"}
                report:
                  updateTimestamp: 2026-11-20T10:11:12Z
                  scanner: {name: Trivy, vendor: Aqua, version: "0.72"}
                  artifact: {repository: a/b, tag: "1.0"}
                  os: {family: debian}
                  summary: {criticalCount: 0, highCount: 0, mediumCount: 0, lowCount: 0, unknownCount: 0}
                  vulnerabilities: []
                """;
        Answer created = api.send("POST", NAMESPACE, yaml, "Content-Type", "application/yaml");
        assertThat(created.code()).as(created.text()).isEqualTo(201);
        assertThat(created.json().at("/report/updateTimestamp").asText()).isEqualTo("2026-11-20T10:11:12Z");
    }

    /** k8s-wire 98. */
    @Test
    void aBodyBeyondTheLimitIs413AndTheConnectionGoesOn() {
        byte[] large = new byte[65 << 20];
        Arrays.fill(large, (byte) ' ');
        Answer refused = api.send(
                "POST",
                NAMESPACE,
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)),
                "Content-Type",
                "application/json");
        assertThat(refused.code()).isEqualTo(413);
        assertThat(api.get(NAMESPACE + "/none").code()).isEqualTo(404);
    }

    @Test
    void aReportLargerThanEtcdTakesIsStoredAndReadBack() {
        ObjectNode report = SampleReports.vulnerabilityReport("t", "large", 5_000, new Random(1));
        String body = report.toString();
        assertThat(body.length()).isGreaterThan(3_000_000);
        assertThat(api.send("POST", NAMESPACE, body, "Accept", Api.METADATA).code())
                .isEqualTo(201);
        Answer read = api.get(NAMESPACE + "/large", "Accept-Encoding", "gzip");
        assertThat(read.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(CanonicalJson.bytes(read.json().get("report")))
                .isEqualTo(CanonicalJson.bytes(Api.read(body).get("report")));
    }

    /** k8s-wire 101. */
    @Test
    void annotationsAreBoundedInAll() {
        ObjectNode report = report("annotated");
        ((ObjectNode) report.get("metadata")).putObject("annotations").put("a", "x".repeat(262_143));
        assertThat(api.post(NAMESPACE, report).code()).isEqualTo(201);
        ObjectNode longer = report("annotated-more");
        ((ObjectNode) longer.get("metadata")).putObject("annotations").put("a", "x".repeat(262_144));
        assertThat(api.post(NAMESPACE, longer)
                        .json()
                        .at("/details/causes/0/field")
                        .asText())
                .isEqualTo("metadata.annotations");
    }

    /** k8s-wire 103. */
    @Test
    void duplicateOwnersAreStoredOnceWithAWarning() {
        ObjectNode report = report("owned");
        String owner = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p\",\"uid\":\"1\"}";
        ((ObjectNode) report.get("metadata")).set("ownerReferences", Api.read("[" + owner + "," + owner + "]"));
        Answer created = api.post(NAMESPACE, report);
        assertThat(created.json().at("/metadata/ownerReferences")).hasSize(1);
        assertThat(created.header("Warning")).startsWith("299 - \".metadata.ownerReferences contains duplicate");
    }

    /** k8s-wire 107 and 108. */
    @Test
    void aDryRunStoresNothing() {
        long before = api.store.current();
        Answer dry = api.post(NAMESPACE + "?dryRun=All", report("dry"));
        assertThat(dry.code()).isEqualTo(201);
        assertThat(dry.json().at("/metadata/uid").asText()).isNotEmpty();
        assertThat(dry.json().at("/metadata/resourceVersion").isMissingNode()).isTrue();
        assertThat(api.get(NAMESPACE + "/dry").code()).isEqualTo(404);
        assertThat(api.store.current()).isEqualTo(before);
        Answer some = api.post(NAMESPACE + "?dryRun=Some", report("dry"));
        assertThat(some.code()).isEqualTo(422);
        assertThat(some.json().at("/details/causes/0/reason").asText()).isEqualTo("FieldValueNotSupported");
    }

    /** k8s-wire 109 to 111. */
    @Test
    void unknownFieldsAreRefusedToldOrPassedOver() {
        ObjectNode report = report("unknown");
        ((ObjectNode) report.get("report")).put("novel", 1);
        Answer strict = api.post(NAMESPACE + "?fieldValidation=Strict", report);
        assertThat(strict.code()).isEqualTo(400);
        assertThat(strict.message()).contains("strict decoding error: unknown field \"report.novel\"");
        Answer warned = api.post(NAMESPACE, report);
        assertThat(warned.code()).isEqualTo(201);
        assertThat(warned.header("Warning")).isEqualTo("299 - \"unknown field \\\"report.novel\\\"\"");
        assertThat(warned.json().at("/report/novel").asInt()).isEqualTo(1);
        ((ObjectNode) report.get("metadata")).put("name", "ignored");
        Answer ignored = api.post(NAMESPACE + "?fieldValidation=Ignore", report);
        assertThat(ignored.code()).isEqualTo(201);
        assertThat(ignored.header("Warning")).isEmpty();
        String twice = report("twice").toString().replaceFirst("\\{", "{\"kind\":\"VulnerabilityReport\",");
        Answer duplicate = api.send("POST", NAMESPACE + "?fieldValidation=Strict", twice);
        assertThat(duplicate.code()).isEqualTo(400);
        assertThat(duplicate.message()).contains("duplicate field \"kind\"");
        assertThat(api.post(NAMESPACE + "?fieldValidation=bogus", report).code())
                .isEqualTo(422);
        assertThat(api.post(NAMESPACE + "?fieldManager=" + "x".repeat(129), report)
                        .code())
                .isEqualTo(422);
        assertThat(api.post(NAMESPACE + "?fieldManager=%07", report).code()).isEqualTo(422);
    }

    /** k8s-wire 115. */
    @Test
    void aNamespacedKindIsNotCreatedWithoutNamespace() {
        assertThat(api.post(Api.ALL, report("nowhere")).code()).isIn(404, 405);
    }

    /** k8s-wire 116. */
    @Test
    void ofManyWhoCreateOneNameOneSucceeds() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> codes = new java.util.ArrayList<>();
            for (int i = 0; i < 16; i++) {
                codes.add(
                        threads.submit(() -> api.post(NAMESPACE, report("race")).code()));
            }
            int created = 0;
            for (Future<Integer> code : codes) {
                created += code.get() == 201 ? 1 : 0;
                assertThat(code.get()).isIn(201, 409);
            }
            assertThat(created).isEqualTo(1);
        }
    }

    /** k8s-wire 78. */
    @Test
    void whatCannotBeAnsweredIsNotDone() {
        assertThat(api.post(NAMESPACE, report("unwanted"), "Accept", "text/html")
                        .code())
                .isEqualTo(406);
        assertThat(api.get(NAMESPACE + "/unwanted").code()).isEqualTo(404);
    }

    @Test
    void numbersAndStringsComeBackAsKubernetesGivesThemBack() {
        String body = report("numbers").toString();
        body = body.replaceFirst(
                "\"report\":\\{", "\"report\":{\"extra\":{\"b\":1.0,\"a\":1e3,\"c\":\"\\\\u00e9\\\\/\"},");
        Answer created = api.send("POST", NAMESPACE, body);
        assertThat(created.text()).contains("\"extra\":{\"a\":1000,\"b\":1,\"c\":\"\u00e9/\"}");
    }
}
