package dev.breakwater.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.chart.Chart;
import dev.breakwater.cli.logging.LoggingSettings;
import dev.breakwater.cli.serve.ServeCommand;
import dev.breakwater.cli.settings.LayeredSettings;
import dev.breakwater.controller.ControllerSettings;
import dev.breakwater.controller.reports.OptionalField;
import dev.breakwater.testkit.Helm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The settings file that the chart makes is one that the programs take. */
class ChartSettingsTest {
    @TempDir
    Path folder;

    @Command(name = "breakwater")
    static final class Root {}

    @Test
    void theProgramsTakeEveryValueThatTheChartHonours() throws Exception {
        Map<String, Object> values = new LinkedHashMap<>();
        Chart.originalValues().forEach((name, row) -> {
            if (row.containsKey("example")) {
                Chart.put(values, name, row.get("example"));
            }
        });
        Chart chart = new Chart(Helm.Version.FOUR, folder);
        ControllerSettings settings = read(chart.settingsText(chart.values(values)));
        assertThat(settings.scanner().image()).isEqualTo("mirror.example/mirror/trivy:0.73.0");
        assertThat(settings.scanner().serverUrl()).isEqualTo("http://trivy.example:4954");
        assertThat(settings.scanner().databaseRepository()).isEqualTo("registry.example/mirror/trivy-db");
        assertThat(settings.scanner().ignoreUnfixed()).isTrue();
        assertThat(settings.scanner().optionalFields()).contains(OptionalField.PACKAGE_PATH, OptionalField.CVSS);
        assertThat(settings.scanner().extraArguments()).contains("--skip-dirs=proc", "--offline-scan");
        assertThat(settings.jobs().deadline()).isEqualTo(Duration.ofMinutes(20));
        assertThat(settings.jobs().requests())
                .isEqualTo(Map.of("cpu", "200m", "memory", "200M", "ephemeral-storage", "1G"));
        assertThat(settings.registry().secrets()).isEqualTo(Map.of("shop", List.of("hub", "harbor")));
        assertThat(settings.registry().mirrors()).isEqualTo(Map.of("docker.io", "mirror.example/hub"));
        assertThat(settings.nodes().selector()).isEqualTo("kubernetes.io/os=linux,no-audit!=true");
        assertThat(settings.nodes().concurrent()).isEqualTo(2);
        assertThat(settings.audit().mergeRbac()).isTrue();
    }

    @Test
    void auditsAndNodesAreSwitchedOffByTheirOldNames() throws Exception {
        ControllerSettings settings = read(new Chart(Helm.Version.FOUR, folder)
                .settingsText(
                        "--set",
                        "operator.configAuditScannerEnabled=false,operator.infraAssessmentScannerEnabled=false,"
                                + "operator.scanNodeCollectorLimit=3"));
        assertThat(settings.audit().enabled()).isFalse();
        assertThat(settings.nodes().enabled()).isFalse();
        assertThat(settings.nodes().concurrent()).isEqualTo(3);
    }

    @Test
    void theOriginalsDefaultsOfTimeLimitsLeaveTimeForPulling() throws Exception {
        ControllerSettings settings = read(new Chart(Helm.Version.FOUR, folder)
                .settingsText("--set", "operator.scanJobTimeout=5m,trivy.timeout=5m0s"));
        assertThat(settings.scanner().timeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.jobs().deadline()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void ownSettingsCountOverAllOthersAndLargeNumbersStayNumbers() throws Exception {
        Chart chart = new Chart(Helm.Version.THREE, folder);
        ControllerSettings settings = read(chart.settingsText(chart.values("""
                operator: {scanJobsConcurrentLimit: 5}
                breakwater:
                  settings:
                    control:
                      jobs: {concurrent: 7, maxResultBytes: 134217728}
                """)));
        assertThat(settings.jobs().concurrent()).isEqualTo(7);
        assertThat(settings.jobs().maxResultBytes()).isEqualTo(134_217_728);
    }

    private ControllerSettings read(String text) throws Exception {
        Path file = Files.writeString(Files.createTempFile(folder, "settings-", ".yaml"), text);
        ControlCommand control = new ControlCommand();
        CommandLine root = new CommandLine(new Root()).addSubcommand(control).addSubcommand(new ServeCommand());
        root.setCaseInsensitiveEnumValuesAllowed(true);
        List<String> arguments = List.of("control", "--config=" + file);
        LayeredSettings layers = LayeredSettings.install(root, List.of(LoggingSettings.SETTINGS), arguments, Map.of());
        layers.configure(root.parseArgs(arguments.toArray(String[]::new))
                .subcommand()
                .commandSpec()
                .commandLine());
        return control.settings();
    }
}
