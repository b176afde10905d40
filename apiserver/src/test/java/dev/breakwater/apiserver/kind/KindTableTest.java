package dev.breakwater.apiserver.kind;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KindTableTest {
    private static final KindTable TABLE = KindTable.load();

    static java.util.stream.Stream<ReportKind> kinds() {
        return TABLE.all().stream();
    }

    @Test
    void theTwelveReportKindsAreThere() {
        assertThat(TABLE.in(KindTable.REPORTS))
                .extracting(ReportKind::plural)
                .containsExactlyInAnyOrder(
                        "vulnerabilityreports",
                        "clustervulnerabilityreports",
                        "configauditreports",
                        "clusterconfigauditreports",
                        "exposedsecretreports",
                        "rbacassessmentreports",
                        "clusterrbacassessmentreports",
                        "infraassessmentreports",
                        "clusterinfraassessmentreports",
                        "sbomreports",
                        "clustersbomreports",
                        "clustercompliancereports");
    }

    @Test
    void numbersAndNamesAreGivenOnce() {
        Set<Object> seen = new HashSet<>();
        for (ReportKind kind : TABLE.all()) {
            assertThat(seen.add(kind.id())).as(kind.kind()).isTrue();
            assertThat(seen.add(kind.qualifiedResource())).as(kind.kind()).isTrue();
            kind.shortNames()
                    .forEach(name -> assertThat(seen.add(name)).as(name).isTrue());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void clusterScopedKindsAreThoseThatSaySo(ReportKind kind) {
        if (kind.group().equals(KindTable.REPORTS)) {
            assertThat(kind.namespaced()).isEqualTo(!kind.kind().startsWith("Cluster"));
        } else {
            assertThat(kind.namespaced()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyColumnAndTheBulkAreInTheSchema(ReportKind kind) {
        for (Column column : kind.columns()) {
            if (!column.path().equals("metadata.creationTimestamp")) {
                JsonNode field = at(kind, column.path().split("\\."));
                assertThat(field.path("type").asText()).as(column.path()).isEqualTo(column.type());
            }
            assertThat(column.description()).isNotBlank();
        }
        assertThat(at(kind, kind.bulkPath().toArray(String[]::new)).isMissingNode())
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void schemasAreStructural(ReportKind kind) {
        assertStructural(kind.kind(), kind.schema());
        assertThat(kind.schema().toString()).doesNotContain("$include");
    }

    @Test
    void onlyTheTwoKindsOfTheOriginalHaveAClosedRoot() {
        assertThat(TABLE.in(KindTable.REPORTS))
                .filteredOn(kind -> !kind.schema().has("x-kubernetes-preserve-unknown-fields"))
                .extracting(ReportKind::kind)
                .containsExactly("InfraAssessmentReport", "ClusterSbomReport");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 */6 * * *", "59 23 31 dec sun", "*/5 * * * 7", "0 0 1 okt 0"})
    void cronOfComplianceAccepts(String cron) {
        assertThat(cron).matches(cronPattern());
    }

    @ParameterizedTest
    @ValueSource(strings = {"60 0 * * *", "0 24 * * *", "0 0 * *", "0 0 0 * *", "1-5 * * * *", "0 0 * * 8"})
    void cronOfComplianceRefuses(String cron) {
        assertThat(cron).doesNotMatch(cronPattern());
    }

    private static Pattern cronPattern() {
        ReportKind kind = TABLE.resource(KindTable.REPORTS, "v1alpha1", "clustercompliancereports")
                .orElseThrow();
        return Pattern.compile(at(kind, "spec", "cron").required("pattern").textValue());
    }

    private static JsonNode at(ReportKind kind, String... path) {
        JsonNode node = kind.schema();
        for (String step : path) {
            node = node.path("properties").path(step);
        }
        return node;
    }

    /** Every node has a type, every required property is declared. */
    private static void assertStructural(String where, JsonNode schema) {
        assertThat(schema.path("type").asText()).as(where).isNotEmpty();
        for (JsonNode required : schema.path("required")) {
            assertThat(schema.path("properties").has(required.textValue()))
                    .as(where + "." + required)
                    .isTrue();
        }
        schema.path("properties")
                .properties()
                .forEach(field -> assertStructural(where + "." + field.getKey(), field.getValue()));
        if (schema.has("items")) {
            assertStructural(where + "[]", schema.get("items"));
        }
        if (schema.has("additionalProperties")) {
            assertStructural(where + "{}", schema.get("additionalProperties"));
        }
    }
}
