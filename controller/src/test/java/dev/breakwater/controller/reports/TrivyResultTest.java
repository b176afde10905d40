package dev.breakwater.controller.reports;

import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.ControllerSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** trivy-operator 2.5, rule by rule. */
@NullUnmarked
class TrivyResultTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    @TempDir
    Path folder;

    @Test
    void aVulnerabilityIsShownAsTheOriginalShowsIt() throws IOException {
        TrivyResult.Contents contents = read(Set.of());
        assertThatJson(bulk(contents.vulnerabilities()).get(0).toString()).isEqualTo("""
                        {"vulnerabilityID":"CVE-2023-5678","resource":"libssl3","installedVersion":"3.0.11-1",
                         "fixedVersion":"3.0.13-1","publishedDate":"2023-11-06T16:15:42Z",
                         "lastModifiedDate":"2024-10-14T15:15:13Z","severity":"MEDIUM",
                         "title":"A title with \\"quotes\\" and ümlauts","links":[],
                         "primaryLink":"https://avd.aquasec.com/nvd/cve-2023-5678","score":4.1,"target":"",
                         "packagePURL":"pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.5"}""");
    }

    @Test
    void optionalFieldsAppearWhenAskedFor() throws IOException {
        JsonNode first =
                bulk(read(EnumSet.allOf(OptionalField.class)).vulnerabilities()).get(0);
        assertThat(first.path("description").asText()).isEqualTo("A description.");
        assertThat(first.path("links")).hasSize(2);
        assertThat(first.path("target").asText()).isEqualTo("registry.example/shop/web (debian 12.5)");
        assertThat(first.path("class").asText()).isEqualTo("os-pkgs");
        assertThat(first.path("packageType").asText()).isEqualTo("debian");
        assertThatJson(first.path("cvss").toString()).isEqualTo("""
                        {"amazon":{"V2Score":1.2},"nvd":{"V3Vector":"CVSS:3.1/AV:N","V3Score":5.3},
                         "redhat":{"V3Vector":"CVSS:3.1/AV:L","V3Score":4.1}}""");
    }

    @Test
    void trivysOwnSeverityStandsInWhereItsSourceHasNone() throws IOException {
        JsonNode all = bulk(read(Set.of()).vulnerabilities());
        assertThat(all.get(1).path("severity").asText()).isEqualTo("HIGH");
        assertThat(all.get(2).path("severity").asText()).isEqualTo("UNKNOWN");
    }

    @Test
    void findingsAreCounted() throws IOException {
        TrivyResult.Contents contents = read(Set.of());
        assertThat(contents.vulnerabilities().summary())
                .isEqualTo(Map.of(
                        "criticalCount",
                        0L,
                        "highCount",
                        1L,
                        "mediumCount",
                        1L,
                        "lowCount",
                        0L,
                        "unknownCount",
                        1L,
                        "noneCount",
                        0L));
        assertThat(contents.secrets().summary())
                .isEqualTo(Map.of("criticalCount", 1L, "highCount", 0L, "mediumCount", 0L, "lowCount", 1L));
        assertThat(contents.vulnerabilities().os())
                .isEqualTo(new ReportContent.OperatingSystem("debian", "12.5", false));
    }

    @Test
    void aSecretOfUnknownSeverityIsLowBecauseTheKindKnowsNoUnknown() throws IOException {
        JsonNode secrets = bulk(read(Set.of()).secrets());
        assertThatJson(secrets.toString()).isEqualTo("""
                        [{"target":"/app/.env","ruleID":"aws-access-key-id","title":"AWS Access Key ID","category":"AWS",
                          "severity":"CRITICAL","match":"AWS_ACCESS_KEY_ID=********************"},
                         {"target":"/app/.env","ruleID":"own-rule","title":"Own","category":"own","severity":"LOW",
                          "match":"***"}]""");
    }

    @Test
    void aResultWithoutFindingsGivesEmptyLists() throws IOException {
        TrivyResult.Contents nulls =
                read("{\"SchemaVersion\":2,\"Results\":[{\"Target\":\"x\",\"Vulnerabilities\":null}]}", Set.of());
        assertThat(bulk(nulls.vulnerabilities())).isEmpty();
        assertThat(bulk(nulls.secrets())).isEmpty();
        assertThat(nulls.omissions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "{}",
                "{\"SchemaVersion\":3}",
                "{\"SchemaVersion\":\"two\"}",
                "{\"SchemaVersion\":2,\"Results\":{}}",
                "{\"SchemaVersion\":2,\"Results\":[{\"Vulnerabilities\":[{",
                "{\"SchemaVersion\":2} {}"
            })
    void whatIsNoTrivyResultIsRefusedAndLeavesNothing(String json) {
        assertThatThrownBy(() -> read(json, Set.of())).isInstanceOf(MalformedResult.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anSbomIsTheBomWithoutWhatTheKindHasNot() throws IOException {
        try (ReportContent sbom = CycloneDxResult.read(resource("cyclonedx-debian.json"), folder, "0.72.0", "now")
                .components()) {
            JsonNode bom = bulk(sbom);
            assertThat(bom.has("vulnerabilities")).isFalse();
            assertThat(bom.has("$schema")).isFalse();
            assertThat(bom.path("components")).hasSize(2);
            assertThatJson(bom.at("/metadata/tools").toString()).isEqualTo("""
                            {"components":[{"type":"application","group":"aquasecurity","name":"trivy","version":"0.72.0"}]}""");
            assertThat(sbom.summary()).isEqualTo(Map.of("componentsCount", 3L, "dependenciesCount", 2L));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"bomFormat\":\"SPDX\"}", "{\"bomFormat\":\"CycloneDX\"", "nothing"})
    void whatIsNoSbomIsRefusedAndLeavesNothing(String json) {
        assertThatThrownBy(() -> CycloneDxResult.read(
                        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), folder, "0.72.0", "now"))
                .isInstanceOf(MalformedResult.class);
        assertThat(folder).isEmptyDirectory();
    }

    private TrivyResult.Contents read(Set<OptionalField> fields) throws IOException {
        return TrivyResult.read(resource("trivy-debian.json"), folder, "0.72.0", "2026-11-21T09:00:00Z", fields);
    }

    private TrivyResult.Contents read(String json, Set<OptionalField> fields) throws IOException {
        return TrivyResult.read(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), folder, "0.72.0", "now", fields);
    }

    private static JsonNode bulk(ReportContent content) throws IOException {
        try (InputStream in = content.bulk().read()) {
            return MAPPER.readTree(in);
        }
    }

    private static InputStream resource(String name) {
        return ControllerSettings.class.getResourceAsStream(name);
    }
}
