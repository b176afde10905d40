package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.ALL;
import static dev.breakwater.apiserver.resources.Api.COMPLIANCE;
import static dev.breakwater.apiserver.resources.Api.METADATA_LIST;
import static dev.breakwater.apiserver.resources.Api.NAMESPACE;
import static dev.breakwater.apiserver.resources.Api.TABLE;
import static dev.breakwater.apiserver.resources.Api.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.resources.Api.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListTest {
    private static final int OBJECTS = 120;
    private static final String OTHERS = NAMESPACE.replace("/t/", "/t-b/");

    @TempDir
    static Path directory;

    private static Api api;

    @BeforeAll
    static void start() {
        api = Api.start(directory);
        for (int i = 0; i < OBJECTS; i++) {
            ObjectNode report = report("r-%03d".formatted(i));
            ((ObjectNode) report.at("/metadata/labels")).put("n", "" + i % 10).put("even", i % 2 == 0 ? "yes" : "no");
            assertThat(api.post(NAMESPACE, report).code()).isEqualTo(201);
        }
        ObjectNode other = report("x");
        ((ObjectNode) other.get("metadata")).put("namespace", "t-b");
        api.post(OTHERS, other);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static List<String> names(JsonNode list) {
        return list.get("items")
                .valueStream()
                .map(item -> item.at("/metadata/name").asText())
                .toList();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** k8s-wire 83, 84, 190, 193. */
    @Test
    void aListHasKindVersionAndItemsEvenIfEmpty() {
        Answer empty = api.get(NAMESPACE.replace("/t/", "/nothing/"));
        assertThat(empty.code()).isEqualTo(200);
        assertThat(empty.json().get("items").isArray()).isTrue();
        assertThat(empty.json().get("items")).isEmpty();
        assertThat(empty.version()).matches("[1-9]\\d*");
        Answer full = api.get(NAMESPACE);
        assertThat(full.json().get("kind").asText()).isEqualTo("VulnerabilityReportList");
        assertThat(full.json().get("apiVersion").asText()).isEqualTo("aquasecurity.github.io/v1alpha1");
        Set<String> versions = new HashSet<>();
        for (JsonNode item : full.json().get("items")) {
            assertThat(item.get("kind").asText()).isEqualTo("VulnerabilityReport");
            assertThat(item.get("apiVersion").asText()).isEqualTo("aquasecurity.github.io/v1alpha1");
            assertThat(item.at("/metadata/resourceVersion").asLong())
                    .isLessThanOrEqualTo(Long.parseLong(full.version()));
            assertThat(versions.add(item.at("/metadata/resourceVersion").asText()))
                    .isTrue();
            assertThat(item)
                    .isEqualTo(
                            api.get(NAMESPACE + "/" + item.at("/metadata/name").asText())
                                    .json());
        }
        assertThat(versions).hasSize(OBJECTS);
    }

    /** k8s-wire 222 and 223: namespace and name are one string, in which t-b/x comes before t/. */
    @Test
    void theOrderIsThatOfTheKey() {
        List<String> all = names(api.get(ALL).json());
        assertThat(names(api.get(ALL).json())).isEqualTo(all);
        // Tests share the server, and some add objects of other names.
        assertThat(all.stream().filter(name -> name.matches("x|r-\\d{3}")))
                .hasSize(OBJECTS + 1)
                .startsWith("x", "r-000");
        assertThat(names(api.get(NAMESPACE).json())).isSorted().doesNotContain("x");
    }

    /** k8s-wire 65, 204, 205, 207. */
    @ParameterizedTest
    @CsvSource({"application/json", TABLE, METADATA_LIST})
    void pagesShowOneSnapshotWhole(String accept) {
        List<String> names = new ArrayList<>();
        String token = "";
        String version = "";
        String added = "r-050-" + accept.length();
        do {
            Answer page = api.get(
                    NAMESPACE + "?limit=17" + (token.isEmpty() ? "" : "&continue=" + encode(token)), "Accept", accept);
            assertThat(page.code()).as(page.text()).isEqualTo(200);
            JsonNode rows = page.json().has("rows")
                    ? page.json().get("rows")
                    : page.json().get("items");
            for (JsonNode row : rows) {
                names.add((row.has("object") ? row.get("object") : row)
                        .at("/metadata/name")
                        .asText());
            }
            version = version.isEmpty() ? page.version() : version;
            assertThat(page.version()).isEqualTo(version);
            token = page.json().at("/metadata/continue").asText();
            long remaining = page.json().at("/metadata/remainingItemCount").asLong();
            assertThat(remaining + names.size()).isEqualTo(OBJECTS);
            assertThat(page.json().at("/metadata").has("remainingItemCount")).isEqualTo(!token.isEmpty());
            if (names.size() == 17) {
                api.post(NAMESPACE, report(added));
                api.merge(NAMESPACE + "/r-100", "{\"metadata\":{\"labels\":{\"later\":\"" + accept.length() + "\"}}}");
            }
        } while (!token.isEmpty());
        assertThat(names).hasSize(OBJECTS).isSorted().doesNotHaveDuplicates().doesNotContain(added);
        api.delete(NAMESPACE + "/" + added);
    }

    /** k8s-wire 198: content as of then, whatever happened since. */
    @Test
    void anExactVersionShowsThatState() {
        String version = api.get(NAMESPACE).version();
        api.merge(NAMESPACE + "/r-001", "{\"metadata\":{\"labels\":{\"exact\":\"x\"}}}");
        Answer then = api.get(NAMESPACE + "?resourceVersion=" + version + "&resourceVersionMatch=Exact");
        assertThat(then.version()).isEqualTo(version);
        assertThat(then.text()).doesNotContain("\"exact\"");
        Answer now = api.get(NAMESPACE + "?resourceVersion=" + version + "&resourceVersionMatch=NotOlderThan");
        assertThat(now.text()).contains("\"exact\"");
        assertThat(api.get(NAMESPACE + "?resourceVersion=" + version + "&limit=500")
                        .version())
                .isEqualTo(version);
        assertThat(Long.parseLong(
                        api.get(NAMESPACE + "?resourceVersion=" + version).version()))
                .isGreaterThan(Long.parseLong(version));
    }

    /** k8s-wire 195, 199 to 203, 208, 209, 213, 215, 217, 219 to 221. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resourceVersion=0 | 200",
                "resourceVersion=0&resourceVersionMatch=NotOlderThan | 200",
                "resourceVersion=0&resourceVersionMatch=Exact | 422",
                "resourceVersionMatch=Exact | 422",
                "resourceVersion=1&resourceVersionMatch=Bogus | 422",
                "resourceVersion=1&resourceVersionMatch=Exact | 410",
                "resourceVersion=abc | 400",
                "resourceVersion=-1 | 400",
                "resourceVersion=9223372036854775807 | 504",
                "resourceVersion=18446744073709551615 | 504",
                "sendInitialEvents=true | 422",
                "continue=abc | 400",
                "continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi8uLi8ifQ | 400",
                "continue=%21%21 | 400",
                "continue=abc&resourceVersion=5 | 400",
                "continue=abc&resourceVersionMatch=Exact&resourceVersion=5 | 422",
                "limit=0 | 200",
                "limit=-1 | 200",
                "limit=abc | 400",
                "labelSelector=a+in | 400",
                "labelSelector=%3Db | 400",
                "fieldSelector=spec.x%3D1 | 400",
                "watch=0 | 200",
                "watch=false | 200",
                "unknown=1 | 200",
            })
    void parametersAreHonouredOrRefused(String query, int code) {
        Answer answer = api.get(NAMESPACE + "?" + query);
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        assertThat(answer.json().get("kind").asText()).isEqualTo(code == 200 ? "VulnerabilityReportList" : "Status");
    }

    /** k8s-wire 202, 219. */
    @Test
    void refusalsSayWhy() {
        Answer old = api.get(NAMESPACE + "?resourceVersion=1&resourceVersionMatch=Exact");
        assertThat(old.reason()).isEqualTo("Expired");
        assertThat(api.get(NAMESPACE + "?fieldSelector=spec.x%3D1").message())
                .isEqualTo("field label not supported: spec.x");
        assertThat(api.get(COMPLIANCE + "?fieldSelector=metadata.namespace%3Dx").code())
                .isEqualTo(400);
        assertThat(api.get(NAMESPACE + "?sendInitialEvents=true")
                        .json()
                        .at("/details/kind")
                        .asText())
                .isEqualTo("ListOptions");
    }

    /** k8s-wire 284. */
    @ParameterizedTest
    @ValueSource(strings = {"", "&limit=1", "&labelSelector=none"})
    void aListThatIsNotReadInTheTimeAskedForIs504(String parameters) {
        Answer late = api.get(NAMESPACE + "?timeout=1ns" + parameters);
        assertThat(late.code()).isEqualTo(504);
        assertThat(late.reason()).isEqualTo("Timeout");
        assertThat(api.get(NAMESPACE + "?timeout=1m" + parameters).code()).isEqualTo(200);
    }

    /** k8s-wire 209: a token is good for its own collection and selectors alone. */
    @Test
    void aTokenOfAnotherCollectionIsRefused() {
        String token =
                api.get(NAMESPACE + "?limit=3").json().at("/metadata/continue").asText();
        assertThat(api.get(NAMESPACE + "?limit=3&continue=" + encode(token)).code())
                .isEqualTo(200);
        assertThat(api.get(NAMESPACE + "?limit=3&resourceVersion=0&continue=" + encode(token))
                        .code())
                .isEqualTo(200);
        for (String other : List.of(ALL, OTHERS, COMPLIANCE)) {
            assertThat(api.get(other + "?limit=3&continue=" + encode(token)).code())
                    .isEqualTo(400);
        }
        assertThat(api.get(NAMESPACE + "?labelSelector=n&limit=3&continue=" + encode(token))
                        .code())
                .isEqualTo(400);
        String forged = (token.startsWith("A") ? "B" : "A") + token.substring(1);
        assertThat(api.get(NAMESPACE + "?limit=3&continue=" + encode(forged)).code())
                .isEqualTo(400);
    }

    /** k8s-wire 206, 214, 216, 218. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "labelSelector | n=3 | 12",
                "labelSelector | n in (1,2),even=yes | 12",
                "labelSelector | even!=yes | 60",
                "labelSelector | !n | 0",
                "labelSelector | n>7 | 24",
                "labelSelector | nothing=x | 0",
                "fieldSelector | metadata.name=r-007 | 1",
                "fieldSelector | metadata.name=r-007,metadata.namespace=other | 0",
                "fieldSelector | metadata.name!=r-007 | 119",
                "fieldSelector | metadata.name=none | 0",
            })
    void selectorsNarrow(String parameter, String selector, int count) {
        String query = NAMESPACE + "?" + parameter + "=" + encode(selector);
        assertThat(names(api.get(query).json())).hasSize(count);
        List<String> paged = new ArrayList<>();
        String token = "";
        do {
            JsonNode page =
                    api.get(query + "&limit=5&continue=" + encode(token)).json();
            assertThat(page.at("/metadata").has("remainingItemCount")).isFalse();
            token = page.at("/metadata/continue").asText();
            assertThat(page.get("items").size())
                    .isEqualTo(token.isEmpty() ? page.get("items").size() : 5);
            paged.addAll(names(page));
        } while (!token.isEmpty());
        assertThat(paged).hasSize(count).doesNotHaveDuplicates();
    }

    @Test
    void theNamespaceCanBeSelectedAcrossAll() {
        assertThat(names(
                        api.get(ALL + "?fieldSelector=metadata.namespace%3Dt-b").json()))
                .containsExactly("x");
        assertThat(names(api.get(ALL + "?fieldSelector=metadata.name%3Dx").json()))
                .containsExactly("x");
    }

    /** k8s-wire 70, 72. */
    @Test
    void metadataListsHoldMetadataAlone() {
        Answer list = api.get(NAMESPACE, "Accept", METADATA_LIST);
        assertThat(list.json().get("kind").asText()).isEqualTo("PartialObjectMetadataList");
        assertThat(list.json().get("apiVersion").asText()).isEqualTo("meta.k8s.io/v1");
        assertThat(list.json().get("items")).hasSize(OBJECTS).allSatisfy(item -> {
            assertThat(item.get("kind").asText()).isEqualTo("PartialObjectMetadata");
            assertThat(item.has("report")).isFalse();
        });
        assertThat(api.get(NAMESPACE, "Accept", Api.METADATA).code()).isEqualTo(406);
        assertThat(api.get(NAMESPACE + "/r-001", "Accept", METADATA_LIST).code())
                .isEqualTo(406);
    }

    /** k8s-wire 64, 76, 87: every form says the same, compressed or not. */
    @Test
    void allFormsOfAListAgree() {
        JsonNode plain = api.get(NAMESPACE).json();
        Stream.of(
                        api.get(NAMESPACE, "Accept-Encoding", "gzip"),
                        api.get(NAMESPACE + "?pretty=true"),
                        api.get(NAMESPACE + "?limit=2000"),
                        api.get(NAMESPACE + "?limit=999", "Accept-Encoding", "gzip"))
                .forEach(answer -> assertThat(answer.json().get("items")).isEqualTo(plain.get("items")));
        assertThat(api.get(NAMESPACE, "Accept-Encoding", "gzip").header("Content-Encoding"))
                .isEqualTo("gzip");
        Answer yaml = api.get(NAMESPACE + "?limit=2", "Accept", "application/yaml");
        assertThat(yaml.text()).startsWith("kind: VulnerabilityReportList\n").contains("\nitems:\n  - metadata:\n");
        Answer table = api.get(NAMESPACE, "Accept", TABLE);
        assertThat(table.json().get("rows"))
                .hasSize(OBJECTS)
                .allSatisfy(row -> assertThat(row.get("cells")).hasSize(10));
    }

    /** A limit beyond what is read ahead has its metadata at the end, and is a page all the same. */
    @Test
    void aLargeLimitIsAPageToo() {
        String big = NAMESPACE.replace("/t/", "/big/");
        for (int i = 0; i < 1003; i++) {
            ObjectNode report = report("b-%04d".formatted(i));
            ((ObjectNode) report.get("metadata")).put("namespace", "big");
            ((ObjectNode) report.get("report")).putArray("vulnerabilities");
            assertThat(api.post(big, report, "Accept", Api.METADATA).code()).isEqualTo(201);
        }
        JsonNode page = api.get(big + "?limit=1001", "Accept-Encoding", "gzip").json();
        assertThat(page.get("items")).hasSize(1001);
        assertThat(page.at("/metadata/remainingItemCount").asInt()).isEqualTo(2);
        String token = page.at("/metadata/continue").asText();
        JsonNode rest = api.get(big + "?limit=1001&continue=" + encode(token)).json();
        assertThat(names(rest)).containsExactly("b-1001", "b-1002");
        assertThat(rest.at("/metadata").has("continue")).isFalse();
        assertThat(api.get(big + "?limit=1003").json().at("/metadata").has("continue"))
                .isFalse();
    }
}
