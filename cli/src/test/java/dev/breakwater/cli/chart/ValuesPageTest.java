package dev.breakwater.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docs/helm-values.md says of each value what the chart does with it. Where it differs, the page that it should be is in target. */
class ValuesPageTest {
    private static final Path PAGE = Path.of("..", "docs", "helm-values.md");
    private static final String HEAD = """
            # Values of the Trivy Operator's chart, one by one

            Who comes from that chart keeps the names: each of the 222 values of its version 0.34.0 is below, with what becomes of it. This page is made from
            `manifests/chart/files/original-values.yaml`, which the chart itself acts on. How to install: [install-helm](install-helm.md).

            - A setting in `code`: the value is that setting of the programs (`breakwater control --help`).
            - *nothing*: it means nothing here, and why. *not yet*: it is not built. Both are named in the notes of `helm install` when they are set, unless to
              the value in brackets, which is what happens anyway; with `breakwater.unusedValues: fail` they end the installation.

            | value | what becomes of it |
            | --- | --- |
            """;

    @Test
    void thePageSaysWhatTheTableSays() throws Exception {
        StringBuilder page = new StringBuilder(HEAD);
        Chart.originalValues()
                .forEach((name, row) -> page.append("| `")
                        .append(name)
                        .append("` | ")
                        .append(words(row).replace("|", "\\|"))
                        .append(" |\n"));
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "helm-values.md"), page);
        assertThat(PAGE).hasContent(page.toString());
    }

    private static String words(Map<String, Object> row) {
        return outcome(row) + (row.containsKey("note") ? "; " + row.get("note") : "");
    }

    private static String outcome(Map<String, Object> row) {
        if (row.containsKey("key")) {
            return "`" + row.get("key") + "`" + (row.containsKey("also") ? " and `" + row.get("also") + "`" : "");
        }
        if (row.containsKey("flag")) {
            return "`" + row.get("flag") + "` of each scan";
        }
        if (row.containsKey("chart")) {
            return row.get("chart").toString();
        }
        String always = row.containsKey("always") ? " [`" + row.get("always") + "`]" : "";
        return row.containsKey("none")
                ? "*nothing*: " + row.get("none") + always
                : "*not yet*: " + row.get("later") + always;
    }
}
