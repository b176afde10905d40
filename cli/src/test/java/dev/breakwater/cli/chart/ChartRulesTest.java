package dev.breakwater.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.cli.Breakwater;
import dev.breakwater.testkit.Helm;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others, and we ourselves, have to say of the chart. */
class ChartRulesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Helm.Version.class)
    void helmFindsNothingWrongWithIt(Helm.Version version) {
        String said = new Chart(version, folder).helm().succeed("lint", "--strict", Chart.FOLDER.toString());
        assertThat(said).contains("0 chart(s) failed").doesNotContain("[WARNING]", "[ERROR]");
    }

    @ParameterizedTest
    @EnumSource(Helm.Version.class)
    void aPackageHoldsWhatTheLinksLeadTo(Helm.Version version) {
        Chart chart = new Chart(version, folder);
        chart.helm().succeed("package", Chart.FOLDER.toString(), "-d", folder.toString());
        Helm.Result packaged = chart.helm()
                .run(
                        "template",
                        "breakwater",
                        folder.resolve("breakwater-0.1.0.tgz").toString(),
                        "-n",
                        "breakwater");
        assertThat(packaged.stdout()).isEqualTo(chart.text());
        assertThat(packaged.stderr()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "breakwater.retention=",
                "breakwater.database.secret=breakwater-database",
                "operator.accessGlobalSecretsAndServiceAccount=true,breakwater.kubeletConfigz=true,"
                        + "breakwater.networkPolicy.controlPlane={192.0.2.0/24}"
            })
    void ourOwnAuditFindsNothingUnanswered(String values) throws Exception {
        Path rendered = Files.writeString(
                folder.resolve("rendered.yaml"), new Chart(Helm.Version.FOUR, folder).text("--set", values));
        StringWriter out = new StringWriter();
        int exitCode = Breakwater.run(
                new String[] {"audit", "--format=jsonl", "--fail-on=low", rendered.toString()},
                Map.of(),
                new PrintWriter(out, true),
                new PrintWriter(System.err, true));
        Map<String, Set<String>> findings = new TreeMap<>();
        Set<String> judged = new TreeSet<>();
        for (String line : out.toString().lines().toList()) {
            JsonNode object = new ObjectMapper().readTree(line);
            String name =
                    object.path("kind").asText() + " " + object.path("name").asText();
            judged.add(name);
            for (JsonNode failed : object.path("failed")) {
                findings.computeIfAbsent(name, _ -> new TreeSet<>())
                        .add(failed.path("id").asText());
            }
        }
        assertThat(judged).contains("Deployment breakwater-apiserver", "Job breakwater-ready", "Pod breakwater-test");
        assertThat(findings).isEmpty();
        assertThat(exitCode).isZero();
    }

    @Test
    void theSchemaKnowsTheTableAndOurOwnNamesAndNoOthers() throws Exception {
        JsonNode schema = new ObjectMapper().readTree(Files.readString(Chart.FOLDER.resolve("values.schema.json")));
        Set<String> known = new TreeSet<>();
        leaves(schema, "", known);
        known.removeIf(name -> name.startsWith("breakwater."));
        assertThat(known).isEqualTo(new TreeSet<>(Chart.originalValues().keySet()));
    }

    @ParameterizedTest
    @EnumSource(Helm.Version.class)
    void aMisspeltNameIsRefusedByItsName(Helm.Version version) {
        Chart chart = new Chart(version, folder);
        for (String name : List.of(
                "trivyy.severity",
                "trivy.ignoreUnfix",
                "operator.scanJobLimit",
                "breakwater.databse.secret",
                "breakwater.storage.storageClass",
                "trivy.server.resources.requests.gpu",
                "breakwater.settings.controll.x")) {
            Helm.Result result = chart.dryRun("--set", name + "=1");
            assertThat(result.exitCode()).as(name).isNotZero();
            String wrong = List.of(name.split("\\.")).stream()
                    .filter(part -> List.of(
                                    "trivyy",
                                    "ignoreUnfix",
                                    "scanJobLimit",
                                    "databse",
                                    "storageClass",
                                    "gpu",
                                    "controll")
                            .contains(part))
                    .findFirst()
                    .orElseThrow();
            assertThat(result.all()).as(name).contains(wrong);
        }
        // What a chart around this one hands down, and a whole values file of the original's, are taken.
        assertThat(chart.dryRun("--set", "global.storageClass=fast").exitCode()).isZero();
        assertThat(chart.dryRun("--set-string", "trivy.ignoreUnfixed=true,operator.replicas=1")
                        .exitCode())
                .isZero();
    }

    private static void leaves(JsonNode schema, String path, Set<String> found) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String name = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
            if (property.getValue().has("properties")) {
                leaves(property.getValue(), name, found);
            } else {
                found.add(name);
            }
        }
    }
}
