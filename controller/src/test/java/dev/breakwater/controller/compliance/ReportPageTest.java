package dev.breakwater.controller.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

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
                   "metadata": {"annotations": {"name": "no"}, "labels": {"a": "b", "trivy-operator.resource.kind": "Pod",
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
                        List.of(new AuditReport.Entry("AVD-KSV-0017", "LOW", true, "t", "", "", List.of(), ""))));
    }

    @Test
    void emptyAndNullListsAreEmpty() throws IOException {
        assertThat(parse("{\"metadata\": {}, \"items\": null}").reports()).isEmpty();
        assertThat(parse("{\"metadata\": null, \"items\": []}").reports()).isEmpty();
        assertThat(parse(
                                "{\"items\": [{\"metadata\": {\"name\": \"x\", \"labels\": null}, \"report\": {\"checks\": null, \"summary\": {}}}]}")
                        .reports())
                .containsExactly(new AuditReport(AuditKind.CONFIG, "", "", "x", "", List.of()));
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
