package dev.breakwater.controller.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportPageTest {
    private static final String ENTRY = """
            {"category": "c", "checkID": "AVD-KSV-0017", "description": "d", "messages": ["m1", "m2"], "remediation": "r",
             "scope": {"type": "x", "value": "y"}, "severity": "HIGH", "success": false, "title": "t"}""";

    @Test
    void readsNamesLabelsEntriesAndTheNextToken() throws IOException {
        ReportPage page = parse("""
                {"apiVersion": "aquasecurity.github.io/v1alpha1", "kind": "ConfigAuditReportList",
                 "metadata": {"resourceVersion": "7", "continue": "more", "remainingItemCount": 3},
                 "items": [{"apiVersion": "v", "kind": "k",
                   "metadata": {"annotations": {"name": "no", "breakwater.dev/not-assessed": "KCV-0042 KCV-0048"}, "labels": {"a": "b", "trivy-operator.resource.kind": "Pod",
                     "plugin-config-hash": "7d", "name": "no"}, "name": "pod-x", "namespace": "a",
                     "ownerReferences": [{"name": "no"}]},
                   "report": {"scanner": {"name": "Trivy"}, "checks": [%s, {"checkID": "OTHER", "title": {"nested": [1]}}]}}]}""".formatted(ENTRY));

        assertThat(page.next()).isEqualTo("more");
        assertThat(page.reports())
                .containsExactly(new AuditReport(
                        AuditKind.CONFIG,
                        "Pod",
                        "a",
                        "pod-x",
                        "7d",
                        Optional.of(Set.of("KCV-0042", "KCV-0048")),
                        List.of(new AuditReport.Entry(
                                "AVD-KSV-0017", "HIGH", false, "t", "d", "c", List.of("m1", "m2"), "r"))));
    }

    @Test
    void theOrderOfFieldsDoesNotMatter() throws IOException {
        ReportPage page = parse("""
                {"items": [{"report": {"checks": [{"success": true, "title": "t", "severity": "LOW", "checkID": "AVD-KSV-0017"}]},
                            "metadata": {"name": "x"}}],
                 "metadata": {"continue": ""}}""");

        assertThat(page.next()).isEmpty();
        assertThat(page.reports())
                .containsExactly(new AuditReport(
                        AuditKind.CONFIG,
                        "",
                        "",
                        "x",
                        "",
                        Optional.empty(),
                        List.of(new AuditReport.Entry("AVD-KSV-0017", "LOW", true, "t", "", "", List.of(), ""))));
    }

    @Test
    void emptyAndNullListsAreEmpty() throws IOException {
        assertThat(parse("{\"metadata\": {}, \"items\": null}").reports()).isEmpty();
        assertThat(parse("{\"metadata\": null, \"items\": []}").reports()).isEmpty();
        assertThat(parse(
                                "{\"items\": [{\"metadata\": {\"name\": \"x\", \"labels\": null}, \"report\": {\"checks\": null, \"summary\": {}}}]}")
                        .reports())
                .containsExactly(new AuditReport(AuditKind.CONFIG, "", "", "x", "", Optional.empty(), List.of()));
    }

    /** Each of them once ended the page, so that what came after it was missing from the count. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"items\": [null, REPORT], \"metadata\": {\"continue\": \"more\"}}",
                "{\"items\": [7, [{}], REPORT], \"kind\": null, \"metadata\": {\"continue\": \"more\"}}",
                "{\"metadata\": {\"continue\": \"more\"}, \"items\": [REPORT, null]}",
                "{\"metadata\": null, \"items\": null, \"items\": [REPORT], \"metadata\": {\"continue\": \"more\"}}"
            })
    void whatIsNoReportDoesNotHideThoseAfterIt(String page) throws IOException {
        String report =
                "{\"metadata\": {\"name\": [1], \"labels\": 7}, \"report\": {\"scanner\": null, \"checks\": [null, 7, "
                        + ENTRY + ", {\"checkID\": \"OTHER\", \"messages\": null}], \"checks\": []}}";
        ReportPage read = parse(page.replace("REPORT", report));
        assertThat(read.next()).isEqualTo("more");
        assertThat(read.reports())
                .singleElement()
                .satisfies(found -> assertThat(found.entries()).hasSize(1));
    }

    /** Counted, it would be a resource in which nothing failed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"report\": null}",
                "{\"report\": []}",
                "{\"report\": {\"checks\": {}}}",
                "{\"report\": {\"checks\": \"none\"}}"
            })
    void aReportWithoutAListOfChecksIsNotCounted(String report) throws IOException {
        assertThat(parse("{\"items\": [" + report + "]}").reports()).isEmpty();
        assertThatThrownBy(() -> parse("{\"items\": " + report + "}")).isInstanceOf(IOException.class);
    }

    @Test
    void aListThatBreaksOffIsAnErrorAndNotAShortList() {
        assertThatThrownBy(() -> parse("{\"items\": [{\"metadata\": {\"name\": \"x\"}}"))
                .isInstanceOf(IOException.class);
    }

    private static ReportPage parse(String json) throws IOException {
        return ReportPage.parse(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                AuditKind.CONFIG,
                "AVD-KSV-0017"::equals);
    }
}
