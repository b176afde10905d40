package dev.breakwater.apiserver.status;

import static net.javacrumbs.jsonunit.assertj.JsonAssertions.assertThatJson;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.kind.ReportKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusesTest {
    private static final ReportKind KIND = KindTable.load()
            .resource(KindTable.REPORTS, "v1alpha1", "vulnerabilityreports")
            .orElseThrow();

    @Test
    void notFoundNamesTheResourceInThePlural() {
        assertThatJson(StatusBody.of(Statuses.notFound(KIND, "a"))).isEqualTo("""
                {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
                 "message":"vulnerabilityreports.aquasecurity.github.io \\"a\\" not found","reason":"NotFound",
                 "details":{"name":"a","group":"aquasecurity.github.io","kind":"vulnerabilityreports"},"code":404}""");
    }

    @Test
    void invalidNamesTheKindAndEachField() {
        StatusException failure = Statuses.invalid(
                KIND,
                "a",
                List.of(
                        FieldError.required("report.scanner", ""),
                        FieldError.notSupported(
                                "report.vulnerabilities[0].severity",
                                FieldError.quoted("BAD"),
                                List.of("LOW", "HIGH"))));
        assertThat(failure.text())
                .isEqualTo(
                        "VulnerabilityReport.aquasecurity.github.io \"a\" is invalid: [report.scanner: Required value,"
                                + " report.vulnerabilities[0].severity: Unsupported value: \"BAD\": supported values: \"LOW\","
                                + " \"HIGH\"]");
        assertThatJson(StatusBody.of(failure)).node("details").isEqualTo("""
                {"name":"a","group":"aquasecurity.github.io","kind":"VulnerabilityReport","causes":[
                 {"reason":"FieldValueRequired","message":"Required value","field":"report.scanner"},
                 {"reason":"FieldValueNotSupported","message":"Unsupported value: \\"BAD\\": supported values: \\"LOW\\", \\"HIGH\\"",
                  "field":"report.vulnerabilities[0].severity"}]}""");
    }

    @Test
    void anAheadResourceVersionIsATimeoutThatReflectorsRecogniseByItsCause() {
        assertThatJson(StatusBody.of(Statuses.tooLargeResourceVersion(7, 5)))
                .node("details")
                .isEqualTo("""
                {"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}],
                 "retryAfterSeconds":1}""");
    }

    @Test
    void forbiddenWithoutANameLeavesItOut() {
        assertThat(Statuses.forbidden("g.io", "things", null, "User \"u\" cannot", List.of())
                        .text())
                .isEqualTo("things.g.io is forbidden: User \"u\" cannot");
        assertThat(Statuses.forbidden("g.io", "things", "n", "User \"u\" cannot", List.of())
                        .text())
                .isEqualTo("things.g.io \"n\" is forbidden: User \"u\" cannot");
    }

    @Test
    void quotesAndControlCharactersInNamesAreEscaped() {
        assertThat(FieldError.quoted("a\"b\\c\nd")).isEqualTo("\"a\\\"b\\\\c\\nd\"");
    }
}
