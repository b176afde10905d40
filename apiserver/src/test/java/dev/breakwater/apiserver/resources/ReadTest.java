package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.METADATA;
import static dev.breakwater.apiserver.resources.Api.NAMESPACE;
import static dev.breakwater.apiserver.resources.Api.TABLE;
import static dev.breakwater.apiserver.resources.Api.report;
import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.intake.SampleReports;
import dev.breakwater.apiserver.resources.Api.Answer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class ReadTest {
    private static final String ITEM = NAMESPACE + "/one";

    @TempDir
    static Path directory;

    private static Api api;

    @BeforeAll
    static void start() {
        api = Api.start(directory);
        api.post(NAMESPACE, report("one"));
        api.post(NAMESPACE, SampleReports.vulnerabilityReport("t", "long", 300, new Random(1)));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    /** k8s-wire 117 and 122. */
    @Test
    void whatIsMissingIs404WithDetails() {
        Answer missing = api.get(NAMESPACE + "/none");
        assertThat(missing.code()).isEqualTo(404);
        assertThat(missing.reason()).isEqualTo("NotFound");
        assertThat(missing.message()).isEqualTo("vulnerabilityreports.aquasecurity.github.io \"none\" not found");
        assertThatJson(missing.text())
                .node("details")
                .isEqualTo(
                        "{\"name\":\"none\",\"group\":\"aquasecurity.github.io\",\"kind\":\"vulnerabilityreports\"}");
        assertThat(api.get(NAMESPACE + "/a%2Cb%20%C3%A9").code()).isEqualTo(404);
    }

    /** k8s-wire 119 to 121. */
    @Test
    void presentedVersionsAreHonoured() {
        String version = api.get(ITEM).version();
        assertThat(api.get(ITEM + "?resourceVersion=0").code()).isEqualTo(200);
        assertThat(api.get(ITEM + "?resourceVersion=" + version).version()).isEqualTo(version);
        assertThat(api.get(ITEM + "?resourceVersion=abc").code()).isEqualTo(400);
        // Up to a uint64 it is a version, if not one that was given; beyond, it is none.
        assertThat(api.get(ITEM + "?resourceVersion=18446744073709551616").code())
                .isEqualTo(400);
        assertThat(api.get(ITEM + "?resourceVersion=" + "9".repeat(6000)).code())
                .isEqualTo(400);
        assertThat(api.get(ITEM + "?resourceVersion=18446744073709551615").code())
                .isEqualTo(504);
        Answer ahead = api.get(ITEM + "?resourceVersion=9223372036854775807");
        assertThat(ahead.code()).isEqualTo(504);
        assertThat(ahead.reason()).isEqualTo("Timeout");
        assertThat(ahead.json().at("/details/causes/0/reason").asText()).isEqualTo("ResourceVersionTooLarge");
    }

    /** k8s-wire 123. */
    @Test
    void aKindWithoutStatusHasNone() {
        assertThat(api.get(ITEM + "/status").code()).isEqualTo(404);
    }

    /** k8s-wire 64, 66, 80. */
    @Test
    void aTableOfOneHasCellsForItsColumnsAndTheMetadata() {
        Answer table = api.get(ITEM, "Accept", TABLE);
        assertThat(table.header("Content-Type")).isEqualTo("application/json");
        assertThatJson(table.text()).node("kind").isEqualTo("Table");
        assertThatJson(table.text()).node("apiVersion").isEqualTo("meta.k8s.io/v1");
        assertThat(table.version()).isEqualTo(api.get(ITEM).version());
        assertThat(table.json().at("/columnDefinitions/0/format").asText()).isEqualTo("name");
        assertThat(table.json().get("columnDefinitions"))
                .extracting(column -> column.get("name").asText())
                .containsExactly(
                        "Name", "Repository", "Tag", "Scanner", "Age", "Critical", "High", "Medium", "Low", "Unknown");
        assertThat(table.json().at("/rows/0/cells")).hasSameSizeAs(table.json().get("columnDefinitions"));
        assertThat(table.json().at("/rows/0/cells/0").asText()).isEqualTo("one");
        assertThat(table.json().at("/rows/0/cells/1").asText()).isEqualTo("shop/web");
        assertThat(table.json().at("/rows/0/cells/4").asText()).matches("\\d+s");
        assertThat(table.json().at("/rows/0/cells/6").isInt()).isTrue();
        assertThatJson(table.text()).node("rows[0].object.kind").isEqualTo("PartialObjectMetadata");
        assertThatJson(table.text()).node("rows[0].object.metadata.namespace").isEqualTo("t");
        assertThat(api.get(NAMESPACE + "/none", "Accept", TABLE)
                        .json()
                        .get("kind")
                        .asText())
                .isEqualTo("Status");
    }

    /** k8s-wire 67 and 68. */
    @Test
    void aRowHoldsAsMuchOfTheObjectAsAskedFor() {
        assertThat(api.get(ITEM + "?includeObject=None", "Accept", TABLE)
                        .json()
                        .at("/rows/0")
                        .has("object"))
                .isFalse();
        Answer whole = api.get(ITEM + "?includeObject=Object", "Accept", TABLE);
        assertThat(whole.json().at("/rows/0/object")).isEqualTo(api.get(ITEM).json());
        assertThat(api.get(ITEM + "?includeObject=Bogus", "Accept", TABLE).code())
                .isEqualTo(400);
        assertThat(api.get(ITEM, "Accept", TABLE.replace("v1", "v1beta1"))
                        .json()
                        .get("apiVersion")
                        .asText())
                .isEqualTo("meta.k8s.io/v1beta1");
    }

    /** k8s-wire 71. */
    @Test
    void metadataAloneIsPartialObjectMetadata() {
        Answer meta = api.get(
                ITEM,
                "Accept",
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1," + METADATA
                        + ",application/json");
        ObjectNode expected = (ObjectNode) api.get(ITEM).json();
        expected.retain("metadata");
        expected.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        assertThat(meta.json()).isEqualTo(expected);
    }

    /** k8s-wire 76: what YAML says is what JSON says. */
    @ParameterizedTest
    @CsvSource({"one", "long"})
    void yamlReadsBackAsTheSameObject(String name) {
        Answer yaml = api.get(NAMESPACE + "/" + name, "Accept", "application/yaml");
        assertThat(yaml.header("Content-Type")).isEqualTo("application/yaml");
        assertThat(yaml.text()).contains("\nkind: VulnerabilityReport\n");
        Map<String, Object> tree = new Yaml().load(yaml.text());
        assertThatJson(new ObjectMapper().valueToTree(tree).toString())
                .isEqualTo(api.get(NAMESPACE + "/" + name).text());
    }

    /** k8s-wire 87. */
    @Test
    void peopleGetIndentedJson() {
        Answer curl = api.get(ITEM, "User-Agent", "curl/8.1");
        assertThat(curl.text()).startsWith("{\n  \"metadata\": {\n    \"resourceVersion\": \"");
        assertThatJson(curl.text()).isEqualTo(api.get(ITEM).text());
        assertThat(api.get(ITEM + "?pretty=false", "User-Agent", "curl/8.1").text())
                .doesNotContain("\n");
        assertThat(api.get(ITEM + "?pretty=true").text()).contains("\n  ");
    }

    /** k8s-wire 81, 82, 86. */
    @Test
    void aLongAnswerIsGzipForWhoTakesItAndThatIsToldToCaches() {
        Answer zipped = api.get(NAMESPACE + "/long", "Accept-Encoding", "gzip");
        assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(zipped.header("Vary")).isEqualTo("Accept-Encoding");
        assertThat(zipped.header("Cache-Control")).isEqualTo("no-cache, private");
        assertThat(zipped.header("Content-Length"))
                .isEqualTo(String.valueOf(zipped.raw().body().length));
        Answer plain = api.get(NAMESPACE + "/long");
        assertThat(plain.header("Content-Encoding")).isEmpty();
        assertThat(plain.text()).isEqualTo(zipped.text());
        assertThat(api.get(NAMESPACE + "/long", "Accept-Encoding", "gzip;q=0").header("Content-Encoding"))
                .isEmpty();
        assertThat(api.get(ITEM, "Accept-Encoding", "gzip").header("Content-Encoding"))
                .isEmpty();
    }
}
