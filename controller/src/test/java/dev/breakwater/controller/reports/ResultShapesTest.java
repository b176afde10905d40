package dev.breakwater.controller.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results of other shapes than a version of Trivy that we know writes: none is read as "nothing found" that does not say so. */
@NullUnmarked
class ResultShapesTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String FINDING =
            "{\"VulnerabilityID\":\"CVE-1\",\"PkgName\":\"a\",\"Severity\":\"HIGH\",\"SeveritySource\":\"debian\"}";
    private static final String RESULTS = "\"Results\":[{\"Target\":\"t\",\"Class\":\"os-pkgs\",\"Type\":\"debian\","
            + "\"Vulnerabilities\":[" + FINDING + "],\"Secrets\":[{\"RuleID\":\"r\",\"Severity\":\"HIGH\"}]}]";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"SchemaVersion\":2,\"Metadata\":null,RESULTS}",
                "{\"Metadata\":null,RESULTS,\"SchemaVersion\":2}",
                "{\"SchemaVersion\":2,\"Metadata\":[],RESULTS}",
                "{\"SchemaVersion\":2,\"Metadata\":\"x\",RESULTS}",
                "{\"SchemaVersion\":2,\"Metadata\":7,RESULTS,\"Metadata\":{\"OS\":null}}",
                "{\"SchemaVersion\":2,\"Metadata\":{\"OS\":[{\"Results\":[]}]},RESULTS}",
                "{RESULTS,\"Results\":[],\"SchemaVersion\":2}",
                "{\"Results\":null,RESULTS,\"SchemaVersion\":2,\"SchemaVersion\":2}",
                "{\"Results\":[],\"SchemaVersion\":2,RESULTS,\"Other\":{\"Results\":[]}}"
            })
    void whateverStandsBeforeOrBesideThemFindingsAreFound(String document) throws IOException {
        TrivyResult.Contents contents = trivy(document.replace("RESULTS", RESULTS));
        assertThat(bulk(contents.vulnerabilities())).hasSize(1);
        assertThat(bulk(contents.secrets())).hasSize(1);
        assertThat(contents.vulnerabilities().summary()).containsEntry("highCount", 1L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"SchemaVersion\":2}",
                "{\"SchemaVersion\":2,\"Metadata\":null}",
                "{\"SchemaVersion\":2,\"Metadata\":{}}",
                "{\"SchemaVersion\":2,\"Metadata\":null,\"Results\":null}",
                "{\"SchemaVersion\":2,\"ArtifactName\":\"web\",\"Metadata\":{\"ImageID\":null,\"OS\":null}}",
                "{\"SchemaVersion\":2,\"Metadata\":{\"Results\":[]}}"
            })
    void withoutResultsAndWithoutAnImageNothingWasScanned(String document) {
        assertThatThrownBy(() -> trivy(document))
                .isInstanceOfSatisfying(
                        MalformedResult.class, e -> assertThat(e.isEmpty()).isTrue());
        assertThat(folder).isEmptyDirectory();
    }

    /** As Trivy 0.72 writes it for an image without packages and secrets: with the image's metadata, and no Results. */
    @Test
    void anImageInWhichThereIsNothingToListIsCleanAndNotAFailure() throws IOException {
        TrivyResult.Contents contents = trivy("""
                {"SchemaVersion":2,"ArtifactName":"r/empty@sha256:1","ArtifactType":"container_image","Metadata":{"Size":2048,
                 "ImageID":"sha256:2","DiffIDs":["sha256:3"],"RepoTags":[],"ImageConfig":{"architecture":"amd64"}}}""");
        assertThat(bulk(contents.vulnerabilities())).isEmpty();
        assertThat(bulk(contents.secrets())).isEmpty();
        assertThat(contents.omissions()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null | Results[0] is no object",
                "\"text\" | Results[0] is no object",
                "[[{}]] | Results[0] is no object",
                "{\"Vulnerabilities\":\"none\"} | Results[0].Vulnerabilities is no array",
                "{\"Secrets\":{}} | Results[0].Secrets is no array",
                "{\"Vulnerabilities\":[null]} | Results[0].Vulnerabilities[0] is no object",
                "{\"Vulnerabilities\":[{\"VulnerabilityID\":\"CVE-9\",\"PkgName\":[1]}]} | PkgName of CVE-9 is not as Trivy writes it",
                "{\"Vulnerabilities\":[{\"CVSS\":{\"nvd\":[]}}]} | CVSS.nvd of a vulnerability without id is not as Trivy writes it"
            })
    void whatCannotBeReadIsSaidAndTheRestIsTaken(String entry, String omission) throws IOException {
        TrivyResult.Contents contents =
                trivy("{\"SchemaVersion\":2," + RESULTS.replace("[{\"Target\"", "[" + entry + ",{\"Target\"") + "}");
        assertThat(bulk(contents.vulnerabilities()).findValuesAsText("vulnerabilityID"))
                .contains("CVE-1");
        assertThat(bulk(contents.secrets())).hasSize(1);
        assertThat(contents.omissions()).isEqualTo(omission);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[null]",
                "[7,\"x\"]",
                "[{\"Vulnerabilities\":{}}]",
                "[{\"Vulnerabilities\":[null,null]}]",
                "[{\"Secrets\":\"x\"}]",
                "[{\"Secrets\":[[]]}]"
            })
    void whereNothingOfTheFindingsCanBeReadThereIsNoCleanReport(String results) {
        assertThatThrownBy(() ->
                        trivy("{\"SchemaVersion\":2,\"Metadata\":{\"ImageID\":\"x\"},\"Results\":" + results + "}"))
                .isInstanceOf(MalformedResult.class)
                .hasMessageContaining("Results[0]");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theHeadingOfAResultCountsWhereverItStands() throws IOException {
        TrivyResult.Contents contents = trivy("{\"SchemaVersion\":2,\"Results\":[{\"Secrets\":[{\"RuleID\":\"r\"}],"
                + "\"Vulnerabilities\":[" + FINDING
                + "],\"Type\":\"debian\",\"Class\":\"os-pkgs\",\"Target\":\"late\"},"
                + "{\"Target\":null,\"Class\":[],\"Type\":{},\"Vulnerabilities\":[" + FINDING + "]}]}");
        JsonNode first = bulk(contents.vulnerabilities()).get(0);
        assertThat(first.path("target").asText()).isEqualTo("late");
        assertThat(first.path("class").asText()).isEqualTo("os-pkgs");
        assertThat(first.path("packageType").asText()).isEqualTo("debian");
        assertThat(bulk(contents.secrets()).get(0).path("target").asText()).isEqualTo("late");
        assertThat(bulk(contents.vulnerabilities())).hasSize(2);
        assertThat(bulk(contents.vulnerabilities()).get(1).path("target").asText())
                .isEmpty();
    }

    @Test
    void aListOfFindingsThatComesTwiceCountsTwiceRatherThanNotAtAll() throws IOException {
        TrivyResult.Contents contents =
                trivy("{\"SchemaVersion\":2,\"Results\":[{\"Target\":\"t\",\"Class\":\"c\",\"Type\":\"d\","
                        + "\"Vulnerabilities\":[" + FINDING + "],\"Vulnerabilities\":[]}]}");
        assertThat(bulk(contents.vulnerabilities())).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"CVSS\":{\"redhat\":null}",
                "\"CVSS\":{\"redhat\":null,\"nvd\":{\"V3Score\":null,\"V3Vector\":null}}",
                "\"CVSS\":null,\"VendorSeverity\":null,\"PkgIdentifier\":null,\"References\":null",
                "\"VendorSeverity\":{\"debian\":null},\"References\":[null,\"https://x\"]",
                "\"CVSS\":[],\"VendorSeverity\":\"x\",\"PkgIdentifier\":7,\"References\":{}",
                "\"CVSS\":{\"nvd\":{\"V3Score\":\"NaN\"}}",
                "\"Title\":null,\"Description\":null,\"PrimaryURL\":null,\"PublishedDate\":null,\"Status\":[[]]"
            })
    void aFindingWithoutItsDetailsIsStillThatFinding(String details) throws IOException {
        JsonNode found = bulk(trivy("{\"SchemaVersion\":2,"
                                + RESULTS.replace("\"PkgName\":\"a\"", "\"PkgName\":\"a\"," + details) + "}")
                        .vulnerabilities())
                .get(0);
        assertThat(found.path("vulnerabilityID").asText()).isEqualTo("CVE-1");
        assertThat(found.path("severity").asText()).isEqualTo("HIGH");
        assertThat(found.has("score")).isFalse();
        assertThat(found.toString()).doesNotContain("null");
    }

    @Test
    void aSecretOrAnOperatingSystemThatIsNullIsNotCalledNull() throws IOException {
        TrivyResult.Contents contents = trivy(
                "{\"SchemaVersion\":2,\"Metadata\":{\"OS\":{\"Family\":null,\"Name\":null}},"
                        + "\"Results\":[{\"Secrets\":[{\"RuleID\":null,\"Title\":null,\"Match\":null,\"Severity\":null}]}]}");
        assertThat(contents.vulnerabilities().os()).isEqualTo(ReportContent.OperatingSystem.NONE);
        assertThat(bulk(contents.secrets()).toString()).doesNotContain("null");
    }

    @Test
    void bytesThatAreNoUtf8CostNothingButThemselvesAndAreCounted() throws IOException {
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        document.write("\uFEFF{\"SchemaVersion\":2,\"Broken\":\"a".getBytes(StandardCharsets.UTF_8));
        document.write(new byte[] {(byte) 0xc3});
        document.write("\",".getBytes(StandardCharsets.UTF_8));
        document.write(RESULTS.replace("\"PkgName\":\"a\"", "\"Title\":\"ümlaut \uD83D\uDE00 #\"")
                .getBytes(StandardCharsets.UTF_8));
        document.write("}".getBytes(StandardCharsets.UTF_8));
        byte[] bytes = document.toByteArray();
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf('#')] = (byte) 0xff;

        TrivyResult.Contents contents = trivy(bytes);

        assertThat(bulk(contents.vulnerabilities()).get(0).path("title").asText())
                .isEqualTo("ümlaut \uD83D\uDE00 \uFFFD");
        assertThat(contents.omissions()).isEqualTo("2 bytes of the result are no UTF-8");
    }

    /** Jackson's own limit for one text is 20 million characters. */
    @Test
    void aLongTextThatNobodyReadsCostsNothing() throws IOException {
        String text = "x".repeat(21_000_000);
        TrivyResult.Contents contents = trivy("{\"SchemaVersion\":2,\"Layers\":\"" + text + "\","
                + RESULTS.replace("\"PkgName\":\"a\"", "\"DataSource\":{\"Name\":\"" + text + "\"}") + "}");
        assertThat(bulk(contents.vulnerabilities())).hasSize(1);
    }

    @Test
    void aDeepPartThatNobodyReadsCostsNothing() throws IOException {
        String deep = "[".repeat(3000) + "]".repeat(3000);
        assertThat(bulk(trivy("{\"SchemaVersion\":2,\"Layers\":" + deep + "," + RESULTS + "}")
                        .vulnerabilities()))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"metadata\":null,\"bomFormat\":\"CycloneDX\",\"components\":[{},{}]} | ",
                "{\"bomFormat\":\"CycloneDX\",\"metadata\":7,\"components\":[{},null,{}],\"dependencies\":null} | metadata of the SBOM is no object; an entry of components of the SBOM is no object",
                "{\"components\":[{},{}],\"dependencies\":[],\"bomFormat\":\"CycloneDX\",\"components\":[]} | the SBOM has components twice; the first counts",
                "{\"bomFormat\":\"CycloneDX\",\"components\":null,\"metadata\":{\"component\":{},\"component\":{}},\"components\":[{},{}]} | "
            })
    void anSbomsComponentsAreFoundWhateverStandsBeside(String document, String omissions) throws IOException {
        CycloneDxResult.Contents contents = CycloneDxResult.read(stream(document), folder, "0.72.0", "now");
        JsonNode bom = bulk(contents.components());
        assertThat(bom.path("components")).hasSize(2);
        assertThat(contents.components().summary()).containsEntry("componentsCount", 3L);
        assertThat(contents.omissions()).isEqualTo(omissions == null ? "" : omissions);
        assertThat(bom.toString()).doesNotContain("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"bomFormat\":\"CycloneDX\",\"components\":{}}",
                "{\"bomFormat\":\"CycloneDX\",\"components\":\"none\"}",
                "{\"bomFormat\":null,\"components\":[]}",
                "{\"metadata\":null,\"components\":[{\"bomFormat\":\"CycloneDX\"}]}"
            })
    void anSbomWithoutAListIsNoEmptySbom(String document) {
        assertThatThrownBy(() -> CycloneDxResult.read(stream(document), folder, "0.72.0", "now"))
                .isInstanceOf(MalformedResult.class);
        assertThat(folder).isEmptyDirectory();
    }

    /** Copied to another container, a list that is null would say that there are no findings. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"items\":[{\"report\":{\"vulnerabilities\":null}}]}",
                "{\"items\":[{\"report\":{\"vulnerabilities\":{}}}]}",
                "{\"items\":[{\"report\":null,\"vulnerabilities\":[]}]}",
                "{\"items\":null}",
                "{\"items\":[null]}",
                "{}"
            })
    void aStoredReportWithoutItsListIsNotCopied(String list) throws IOException {
        assertThat(StoredReport.firstOf(stream(list), ReportKind.VULNERABILITY, folder))
                .isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"metadata\":null,\"items\":[null,{\"report\":null},{\"report\":REPORT}]}",
                "{\"items\":[7,{\"status\":null,\"report\":REPORT,\"kind\":null}],\"metadata\":{}}",
                "{\"items\":[{\"report\":{\"vulnerabilities\":null},\"report\":REPORT}]}"
            })
    void aStoredReportIsFoundBehindWhatIsNone(String list) throws IOException {
        String report =
                "{\"updateTimestamp\":null,\"scanner\":null,\"os\":null,\"summary\":{\"highCount\":1,\"lowCount\":null},"
                        + "\"vulnerabilities\":[{\"vulnerabilityID\":\"CVE-1\"}]}";
        Optional<ReportContent> found =
                StoredReport.firstOf(stream(list.replace("REPORT", report)), ReportKind.VULNERABILITY, folder);
        try (ReportContent content = found.orElseThrow()) {
            assertThat(bulk(content).findValuesAsText("vulnerabilityID")).isEqualTo(List.of("CVE-1"));
            assertThat(content.updateTimestamp()).isEmpty();
            assertThat(content.scanner().name()).isEmpty();
            assertThat(content.summary()).hasSize(1);
        }
        assertThat(folder).isEmptyDirectory();
    }

    private TrivyResult.Contents trivy(String json) throws IOException {
        return trivy(json.getBytes(StandardCharsets.UTF_8));
    }

    private TrivyResult.Contents trivy(byte[] json) throws IOException {
        return TrivyResult.read(
                new ByteArrayInputStream(json), folder, "0.72.0", "now", EnumSet.allOf(OptionalField.class));
    }

    private static InputStream stream(String json) {
        return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode bulk(ReportContent content) throws IOException {
        try (InputStream in = content.bulk().read()) {
            return MAPPER.readTree(in);
        }
    }
}
