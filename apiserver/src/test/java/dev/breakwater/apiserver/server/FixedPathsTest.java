package dev.breakwater.apiserver.server;

import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.apiserver.authorization.Decision;
import dev.breakwater.apiserver.health.BoundedCheck;
import dev.breakwater.apiserver.health.HealthCheck;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.kind.ReportKind;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Discovery, OpenAPI and health, as checklist A of k8s-wire arranges it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FixedPathsTest {
    private static final String GROUP = "/apis/aquasecurity.github.io/v1alpha1";
    private static final String IN_ONE = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static final KindTable KINDS = KindTable.load();

    private final ObjectMapper json = new ObjectMapper();
    private final AtomicBoolean storeIsDown = new AtomicBoolean();
    private TestEdge edge;

    @BeforeAll
    void start() {
        HealthCheck store = new BoundedCheck("store", Duration.ofMillis(200), () -> {
            if (storeIsDown.get()) {
                throw new IllegalStateException("down");
            }
        });
        edge = TestEdge.start(
                request -> {},
                List.of(TestEdge.certificates()),
                (user, proxy, target) -> new Decision.Allowed(),
                List.of(store));
    }

    @AfterAll
    void stop() {
        edge.close();
    }

    @Test
    @DisplayName("1, 14, 15: the resource list has every kind, all verbs, and /status where it is served")
    void theResourceListHasEveryKind() throws Exception {
        JsonNode list = get(GROUP);
        assertThat(list.path("kind").asText()).isEqualTo("APIResourceList");
        assertThat(list.path("groupVersion").asText()).isEqualTo("aquasecurity.github.io/v1alpha1");
        List<String> names = new ArrayList<>();
        for (JsonNode row : list.path("resources")) {
            names.add(row.path("name").asText());
            if (!row.path("name").asText().contains("/")) {
                assertThatJson(row.path("verbs"))
                        .isArray()
                        .containsExactlyInAnyOrder(
                                "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
            }
        }
        assertThat(names).hasSize(13).contains("vulnerabilityreports", "clustercompliancereports/status");
    }

    @Test
    @DisplayName("6, 7: the aggregated document names what a client needs of each resource")
    void theAggregatedDocumentNamesWhatAClientNeeds() throws Exception {
        HttpResponse<String> response = edge.get(TestEdge.ADMIN, "/apis", "Accept", IN_ONE);
        assertThat(response.headers().firstValue("Content-Type")).contains(IN_ONE);
        JsonNode document = json.readTree(response.body());
        assertThat(document.at("/items/0/metadata/name").asText()).isEqualTo("aquasecurity.github.io");
        assertThat(document.at("/items/0/versions/0/freshness").asText()).isEqualTo("Current");
        assertThat(document.at("/items/0/versions/0/resources")).hasSize(12);
        for (JsonNode row : document.at("/items/0/versions/0/resources")) {
            assertThat(row.at("/responseKind/kind").asText()).isNotEmpty();
            assertThat(row.path("scope").asText()).isIn("Namespaced", "Cluster");
            assertThat(row.path("singularResource").asText()).isNotEmpty();
            assertThat(row.path("verbs")).hasSize(8);
        }
        assertThat(document.at("/items/1/metadata/name").asText()).isEqualTo("breakwater.dev");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/apis", GROUP, "/openapi/v2", "/openapi/v3", "/openapi/v3" + GROUP})
    @DisplayName("8, 9, 20, 24: a document has a tag that depends on its content alone, and is not sent twice")
    void aDocumentHasATagAndIsNotSentTwice(String path) throws Exception {
        HttpResponse<String> first = edge.get(TestEdge.ADMIN, path, "Accept", "application/json");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(tag).startsWith("\"").endsWith("\"");
        assertThat(first.headers().allValues("Vary")).contains("Accept");
        HttpResponse<String> again = edge.get(TestEdge.ADMIN, path, "Accept", "application/json", "If-None-Match", tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("Location")).isEmpty();
        try (TestEdge replica = TestEdge.start(request -> {})) {
            assertThat(replica.get(TestEdge.ADMIN, path, "Accept", "application/json")
                            .headers()
                            .firstValue("ETag"))
                    .contains(tag);
        }
    }

    @ParameterizedTest
    @DisplayName("10, 12, 13: each Accept gets a document it can read")
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | APIGroupList",
                "*/* | APIGroupList",
                "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json | APIGroupList",
                "application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io;profile=nopeer,application/json | APIGroupDiscoveryList",
                "application/json;q=0.1,application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList | APIGroupDiscoveryList",
            })
    void eachAcceptGetsADocumentItCanRead(String accept, String kind) throws Exception {
        JsonNode document = json.readTree(
                edge.get(TestEdge.ADMIN, "/apis", "Accept", accept).body());
        assertThat(document.path("kind").asText()).isEqualTo(kind);
    }

    @Test
    @DisplayName("11: a group shows its preferred version")
    void aGroupShowsItsPreferredVersion() throws Exception {
        assertThatJson(get("/apis/breakwater.dev")).isEqualTo("""
                {"kind":"APIGroup","apiVersion":"v1","name":"breakwater.dev",
                 "versions":[{"groupVersion":"breakwater.dev/v1alpha1","version":"v1alpha1"}],
                 "preferredVersion":{"groupVersion":"breakwater.dev/v1alpha1","version":"v1alpha1"}}""");
    }

    @Test
    @DisplayName("17 to 20: the index leads to the document, whose hash makes it immutable")
    void theIndexLeadsToTheDocument() throws Exception {
        JsonNode index = get("/openapi/v3");
        String url = index.at("/paths")
                .path("apis/aquasecurity.github.io/v1alpha1")
                .path("serverRelativeURL")
                .asText();
        assertThat(url).startsWith("/openapi/v3" + GROUP + "?hash=");
        HttpResponse<String> right = edge.get(TestEdge.ADMIN, url);
        assertThat(right.headers().firstValue("Cache-Control")).contains("public, immutable");
        assertThat(right.headers().firstValue("Expires")).isPresent();
        assertThat(right.headers().firstValue("ETag")).contains("\"" + url.substring(url.indexOf('=') + 1) + "\"");
        HttpResponse<String> wrong = edge.get(TestEdge.ADMIN, "/openapi/v3" + GROUP + "?hash=WRONG");
        assertThat(wrong.statusCode()).isEqualTo(200);
        assertThat(wrong.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(value -> assertThat(value).doesNotContain("immutable"));
        assertThat(wrong.body()).isEqualTo(right.body());
    }

    @Test
    @DisplayName("18, 21: every kind and list has its schema, and PATCH says what it takes")
    void everyKindHasItsSchemaAndPatchSaysWhatItTakes() throws Exception {
        JsonNode document = get("/openapi/v3" + GROUP);
        List<String> kinds = new ArrayList<>();
        document.at("/components/schemas")
                .forEach(schema -> schema.path("x-kubernetes-group-version-kind")
                        .forEach(gvk -> kinds.add(gvk.path("kind").asText())));
        for (ReportKind kind : KINDS.in(KindTable.REPORTS)) {
            assertThat(kinds).contains(kind.kind(), kind.listKind());
            String item =
                    (kind.namespaced() ? GROUP + "/namespaces/{namespace}/" : GROUP + "/") + kind.plural() + "/{name}";
            JsonNode patch = document.path("paths").path(item).path("patch");
            assertThat(patch.path("x-kubernetes-action").asText()).isEqualTo("patch");
            assertThatJson(patch.path("x-kubernetes-group-version-kind"))
                    .isEqualTo("{group:'aquasecurity.github.io',version:'v1alpha1',kind:'" + kind.kind() + "'}");
            assertThat(patch.path("parameters").findValuesAsText("name")).contains("fieldValidation");
            List<String> types = new ArrayList<>();
            patch.at("/requestBody/content").fieldNames().forEachRemaining(types::add);
            assertThat(types)
                    .containsExactly(
                            "application/apply-patch+yaml",
                            "application/json-patch+json",
                            "application/merge-patch+json");
        }
        assertEveryReferenceLeadsSomewhere(document, document);
    }

    @Test
    @DisplayName("22: who wants nothing but protobuf is told so")
    void whoWantsNothingButProtobufIsToldSo() throws Exception {
        assertThat(edge.get(
                                TestEdge.ADMIN,
                                "/openapi/v3" + GROUP,
                                "Accept",
                                "application/com.github.proto-openapi.spec.v3.v1.0+protobuf")
                        .statusCode())
                .isEqualTo(406);
    }

    @Test
    @DisplayName("23: version 2 has paths, and definitions that they reach")
    void version2HasPathsAndDefinitions() throws Exception {
        JsonNode document = get("/openapi/v2");
        assertThat(document.path("swagger").asText()).isEqualTo("2.0");
        assertThat(document.path("paths").has(GROUP + "/namespaces/{namespace}/sbomreports/{name}"))
                .isTrue();
        assertThat(document.path("definitions").has("io.github.aquasecurity.v1alpha1.SbomReport"))
                .isTrue();
        assertThat(document.toString()).doesNotContain("allOf");
        assertEveryReferenceLeadsSomewhere(document, document);
    }

    @Test
    @DisplayName("26, 27: readiness needs the store, liveness does not")
    void readinessNeedsTheStoreAndLivenessDoesNot() throws Exception {
        assertThat(edge.get(null, "/readyz").body()).isEqualTo("ok");
        HttpResponse<String> verbose = edge.get(null, "/readyz?verbose");
        assertThat(verbose.body()).isEqualTo("[+]ping ok\n[+]store ok\nreadyz check passed\n");
        assertThat(verbose.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        storeIsDown.set(true);
        try {
            HttpResponse<String> down = edge.get(null, "/readyz");
            assertThat(down.statusCode()).isEqualTo(500);
            assertThat(down.body()).isEqualTo("[+]ping ok\n[-]store failed: reason withheld\nreadyz check failed\n");
            assertThat(edge.get(null, "/livez").body()).isEqualTo("ok");
            assertThat(edge.get(null, "/readyz?exclude=store").body()).isEqualTo("ok");
            assertThat(edge.get(TestEdge.ADMIN, "/readyz/store").statusCode()).isEqualTo(500);
            assertThat(edge.get(TestEdge.ADMIN, "/readyz/ping").body()).isEqualTo("ok");
        } finally {
            storeIsDown.set(false);
        }
    }

    @Test
    void aStoreThatHangsIsNotReadyAndDoesNotHoldTheProbe() throws Exception {
        try (TestEdge hanging = TestEdge.start(
                request -> {},
                List.of(TestEdge.certificates()),
                (user, proxy, target) -> new Decision.Allowed(),
                List.of(new BoundedCheck("store", Duration.ofMillis(200), () -> new CountDownLatch(1).await())))) {
            assertThat(hanging.get(null, "/readyz").statusCode()).isEqualTo(500);
            assertThat(hanging.get(null, "/readyz").statusCode()).isEqualTo(500);
        }
    }

    @ParameterizedTest
    @DisplayName("29, 3.1: what leads nowhere is a Status with the right code")
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /nonexistent                                                          | 404 | NotFound",
                "GET    | /api                                                                  | 404 | NotFound",
                "GET    | /apis/aquasecurity.github.io/v1alpha1/unknowns                        | 404 | NotFound",
                "GET    | /apis/aquasecurity.github.io/v1alpha1/vulnerabilityreports/n          | 404 | NotFound",
                "POST   | /apis/aquasecurity.github.io/v1alpha1/vulnerabilityreports            | 404 | NotFound",
                "DELETE | /apis/aquasecurity.github.io/v1alpha1/vulnerabilityreports            | 404 | NotFound",
                "GET    | /apis/aquasecurity.github.io/v1alpha1/namespaces/t/clustersbomreports | 404 | NotFound",
                "GET    | /apis/aquasecurity.github.io/v1alpha1/watch/vulnerabilityreports      | 404 | NotFound",
                "GET    | /apis/aquasecurity.github.io/v1alpha1/namespaces/t/sbomreports/n/status | 404 | NotFound",
                "GET    | /apis/aquasecurity.github.io/v1alpha1/namespaces/t                    | 404 | NotFound",
                "PUT    | /apis/aquasecurity.github.io/v1alpha1/namespaces/t/sbomreports        | 405 | MethodNotAllowed",
                "POST   | /apis/aquasecurity.github.io/v1alpha1/namespaces/t/sbomreports/n      | 405 | MethodNotAllowed",
                "DELETE | /apis/aquasecurity.github.io/v1alpha1/clustercompliancereports/n/status | 405 | MethodNotAllowed",
                "POST   | /apis                                                                 | 405 | MethodNotAllowed",
            })
    void whatLeadsNowhereIsAStatus(String method, String path, int code, String reason) throws Exception {
        HttpResponse<String> response = edge.send(TestEdge.ADMIN, method, path);
        assertThat(response.statusCode()).isEqualTo(code);
        assertThatJson(response.body()).node("reason").isEqualTo(reason);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    }

    @ParameterizedTest
    @DisplayName("284: a timeout that is no duration is 400")
    @CsvSource({"?timeout=abc,400", "?timeout=1s,200", "?timeout=10h,200", "?timeout=1m30s,200", "?timeout=-5s,400"})
    void aTimeoutThatIsNoDurationIs400(String query, int code) throws Exception {
        assertThat(edge.get(TestEdge.ADMIN, GROUP + "/sbomreports" + query).statusCode())
                .isEqualTo(code);
    }

    @Test
    @DisplayName("86: nothing is cached, and the audit id comes back")
    void nothingIsCachedAndTheAuditIdComesBack() throws Exception {
        HttpResponse<String> response = edge.get(TestEdge.ADMIN, GROUP + "/sbomreports", "Audit-ID", "1-2-3");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache, private");
        assertThat(response.headers().firstValue("Audit-ID")).contains("1-2-3");
        assertThat(edge.get(TestEdge.ADMIN, "/nonexistent").headers().firstValue("Audit-ID"))
                .hasValueSatisfying(id -> assertThat(id).isNotBlank());
    }

    @Test
    void metricsCountRequestsByVerbResourceAndCode() throws Exception {
        edge.get(TestEdge.ADMIN, GROUP + "/vulnerabilityreports");
        assertThat(edge.get(TestEdge.ADMIN, "/metrics").body())
                .contains(
                        "breakwater_apiserver_requests_total{verb=\"list\",resource=\"vulnerabilityreports\",code=\"200\"} ");
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = edge.get(TestEdge.ADMIN, path, "Accept", "application/json");
        assertThat(response.statusCode()).isEqualTo(200);
        return json.readTree(response.body());
    }

    private static void assertEveryReferenceLeadsSomewhere(JsonNode root, JsonNode node) {
        if (node.path("$ref").isTextual()) {
            String pointer = node.path("$ref").asText();
            assertThat(root.at(pointer.substring(1)).isMissingNode())
                    .as(pointer)
                    .isFalse();
        }
        node.forEach(child -> assertEveryReferenceLeadsSomewhere(root, child));
    }
}
