package dev.breakwater.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.testkit.Helm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No value of the Trivy Operator's chart is taken and then forgotten. */
class ChartValuesTest {
    private static final Set<String> OUTCOMES = Set.of("key", "flag", "chart", "none", "later");
    /** Each needs others beside it, or is one of a pair of which one counts. */
    private static final Set<String> NOT_ALONE = Set.of(
            "trivy.mode",
            "trivy.serverURL",
            "trivy.serverToken",
            "trivy.externalRegoPoliciesEnabled",
            "trivyOperator.policiesConfig",
            "operator.namespace",
            "serviceAccount.create");

    @TempDir
    Path folder;

    @Test
    void eachOfTheOriginalsValuesHasExactlyOneOutcome() throws Exception {
        Map<String, Map<String, Object>> rows = Chart.originalValues();
        assertThat(rows.values().stream().filter(row -> !row.containsKey("extra")))
                .hasSize(222);
        rows.forEach((name, row) -> {
            assertThat(row.keySet().stream().filter(OUTCOMES::contains))
                    .as(name)
                    .hasSize(1);
            boolean honoured = !row.containsKey("none") && !row.containsKey("later");
            assertThat(row.containsKey("example")).as(name + " has an example").isEqualTo(honoured);
        });
    }

    @ParameterizedTest
    @EnumSource(Helm.Version.class)
    void whatIsASettingBecomesThatSetting(Helm.Version version) throws Exception {
        Chart chart = new Chart(version, folder);
        Map<String, Map<String, Object>> rows = Chart.originalValues();
        // Two values may be one setting, of which the later name counts: those before it are tried in a round of their
        // own.
        List<Map<String, Map<String, Object>>> rounds = new ArrayList<>();
        rows.forEach((name, row) -> {
            if (row.containsKey("key") || row.containsKey("flag")) {
                String key = row.getOrDefault("key", name).toString();
                Map<String, Map<String, Object>> round = rounds.stream()
                        .filter(others -> others.values().stream().noneMatch(other -> key.equals(other.get("key"))))
                        .findFirst()
                        .orElseGet(() -> {
                            rounds.add(new TreeMap<>());
                            return rounds.getLast();
                        });
                round.put(name, row);
            }
        });
        assertThat(rounds).hasSizeGreaterThan(1);
        for (Map<String, Map<String, Object>> round : rounds) {
            Map<String, Object> values = new LinkedHashMap<>();
            round.forEach((name, row) -> Chart.put(values, name, row.get("example")));
            Map<String, Object> settings = chart.settings(chart.values(values));
            round.forEach((name, row) -> {
                Object expected = row.getOrDefault("becomes", row.get("example"));
                if (row.containsKey("flag")) {
                    assertThat(new ArrayList<Object>((List<?>) Chart.at(settings, "control.scanner.extraArguments")))
                            .as(name)
                            .containsAll((List<?>) expected);
                } else {
                    assertThat(Chart.at(settings, row.get("key").toString()))
                            .as(name)
                            .isEqualTo(expected);
                    if (row.containsKey("also")) {
                        assertThat(Chart.at(settings, row.get("also").toString()))
                                .as(name)
                                .isEqualTo(expected);
                    }
                }
            });
        }
    }

    @Test
    void whatTheTemplatesHonourChangesWhatIsInstalled() throws Exception {
        Chart chart = new Chart(Helm.Version.FOUR, folder);
        String before = chart.text();
        for (Map.Entry<String, Map<String, Object>> row : Chart.originalValues().entrySet()) {
            if (row.getValue().containsKey("chart") && !NOT_ALONE.contains(row.getKey())) {
                Map<String, Object> values = new LinkedHashMap<>();
                Chart.put(values, row.getKey(), row.getValue().get("example"));
                assertThat(chart.text(chart.values(values))).as(row.getKey()).isNotEqualTo(before);
            }
        }
        assertThat(chart.text(
                        "--set",
                        "trivy.mode=ClientServer,trivy.serverURL=http://t.example:4954,trivy.serverToken=secret"))
                .contains(
                        "serverUrl: http://t.example:4954",
                        "serverTokenSecret: breakwater-trivy-server",
                        "token: \"secret\"");
        assertThat(chart.text(chart.values("""
                        trivy: {externalRegoPoliciesEnabled: true}
                        trivyOperator:
                          policiesConfig: |
                            policy.team.kinds: Workload
                        """)))
                .contains("name: trivy-operator-policies-config", "policy.team.kinds: Workload");
        List<Map<String, Object>> theirs =
                chart.objects("--set", "serviceAccount.create=false,serviceAccount.name=theirs");
        assertThat(theirs.stream()
                        .filter(object -> object.get("kind").equals("ServiceAccount"))
                        .map(object -> Chart.at(object, "metadata.name")))
                .containsExactlyInAnyOrder("breakwater-apiserver", "breakwater-scan", "breakwater-ready");
        assertThat(Chart.at(Chart.named(theirs, "ClusterRoleBinding", "breakwater-controller"), "subjects"))
                .asString()
                .contains("name=theirs");
        assertThat(Chart.at(
                        Chart.named(theirs, "Deployment", "breakwater-controller"),
                        "spec.template.spec.serviceAccountName"))
                .isEqualTo("theirs");
        assertThat(chart.settings("--set", "serviceAccount.name=theirs").toString())
                .contains("controllerUser=system:serviceaccount:breakwater:theirs");
    }

    @Test
    void whatDoesNothingIsNamedInTheNotes() throws Exception {
        Chart chart = new Chart(Helm.Version.FOUR, folder);
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Object> asItAlwaysIs = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        Chart.originalValues().forEach((name, row) -> {
            if (row.containsKey("none") || row.containsKey("later")) {
                names.add(name);
                Chart.put(values, name, other(name, row.get("always")));
                if (row.containsKey("always")) {
                    Chart.put(asItAlwaysIs, name, row.get("always"));
                }
            }
        });
        assertThat(names).hasSizeGreaterThan(100);
        Chart.put(values, "trivy.ignorePolicy", "package trivy");
        values.put("extraEnv", List.of(Map.of("name", "OPERATOR_LOG_DEV_MODE", "value", "true")));
        List<String> told = notes(chart.dryRun(chart.values(values)));
        names.forEach(name -> assertThat(told).as(name).anyMatch(line -> line.startsWith("- " + name + ": ")));
        assertThat(told)
                .anyMatch(line -> line.startsWith("- trivy.ignorePolicy: "))
                .anyMatch(line -> line.startsWith("- extraEnv: OPERATOR_LOG_DEV_MODE"));

        assertThat(notes(chart.dryRun(chart.values(asItAlwaysIs)))).noneMatch(line -> line.startsWith("- "));
        assertThat(notes(chart.dryRun())).noneMatch(line -> line.contains("WARNING"));

        Helm.Result strict = chart.dryRun("--set", "breakwater.unusedValues=fail,trivy.slow=true");
        assertThat(strict.exitCode()).isNotZero();
        assertThat(strict.all()).contains("- trivy.slow: ");
    }

    @ParameterizedTest
    @EnumSource(Helm.Version.class)
    void theFlagsOfPublishedGuidesAreTaken(Helm.Version version) {
        Chart chart = new Chart(version, folder);
        String[] flags = {
            "--set", "trivy.ignoreUnfixed=true",
            "--set", "operator.scannerReportTTL=24h",
            "--set", "operator.vulnerabilityScannerScanOnlyCurrentRevisions=true",
            "--set", "trivyOperator.scanJobsConcurrentLimit=5"
        };
        Map<String, Object> settings = chart.settings(flags);
        assertThat(Chart.at(settings, "control.scanner.ignoreUnfixed")).isEqualTo(true);
        assertThat(Chart.at(settings, "control.jobs.concurrent")).isEqualTo(5);
        assertThat(Chart.at(settings, "control.scanner.reportTtl")).isEqualTo("24h");
        Helm.Result result = chart.dryRun(flags);
        assertThat(result.exitCode()).as(result.all()).isZero();
        if (version == Helm.Version.FOUR) {
            assertThat(notes(result)).noneMatch(line -> line.startsWith("- "));
        }
    }

    @Test
    void whatCannotWorkIsRefusedInWords() {
        Chart chart = new Chart(Helm.Version.FOUR, folder);
        refused(chart, "image.repository=aquasec/trivy-operator", "the Trivy Operator's image");
        refused(chart, "breakwater.apiserver.replicas=2", "SQLite has one writer");
        refused(chart, "trivy.mode=ClientServer", "trivy.serverURL names no server");
        refused(chart, "operator.namespace=trivy-system", "--namespace trivy-system");
        refused(chart, "operator.scanJobTimeout=2m,trivy.timeout=3m", "the first must be longer");
        refused(chart, "nodeCollector.excludeNodes=a=b\\,c=d", "breakwater.settings.control.nodesSelector");
        refused(
                chart,
                "operator.configAuditScannerEnabled=false,breakwater.settings.control.audit.concurrent=2",
                "breakwater.settings.control.audit");
        refused(chart, "breakwater.registryCa.configMap=a,breakwater.registryCa.secret=b", "one of them");
    }

    private static void refused(Chart chart, String values, String words) {
        Helm.Result result = chart.dryRun("--set", values);
        assertThat(result.exitCode()).as(values).isNotZero();
        assertThat(result.all()).contains(words);
    }

    private static List<String> notes(Helm.Result result) {
        assertThat(result.exitCode()).as(result.all()).isZero();
        return result.stdout()
                .substring(result.stdout().indexOf("\nNOTES:\n"))
                .lines()
                .map(String::strip)
                .toList();
    }

    /** Another value of the same type. */
    private static Object other(String name, Object value) {
        return switch (value) {
            case null -> name.startsWith("nodeCollector.volume") ? List.of(Map.of("name", "x")) : "something";
            case Boolean is -> !is;
            case Integer number -> number + 1;
            case List<?> _ -> List.of(Map.of("name", "x"));
            case Map<?, ?> _ -> Map.of("a", "b");
            default -> value + "x";
        };
    }
}
