package dev.breakwater.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.cli.Breakwater;
import dev.breakwater.cli.control.ControlCommand;
import dev.breakwater.cli.logging.LoggingSettings;
import dev.breakwater.controller.ControllerSettings;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.nodes.CollectorSettings;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.YamlReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The configuration file: YAML 1.2, letter by letter, maps as maps, errors with file and line. */
class SettingsFileTest {
    @TempDir
    Path folder;

    @Test
    void aMapIsAMapAndItsValuesMayHaveCommas() throws IOException {
        SettingValues values = read("""
                control:
                  jobs:
                    environment:
                      NO_PROXY: "a.example,b.example"
                      HTTPS_PROXY: http://proxy.example:3128
                    labels: {example.com/team: security}
                """);
        assertThat(values.get(JobSettings.ENVIRONMENT))
                .isEqualTo(Map.of("NO_PROXY", "a.example,b.example", "HTTPS_PROXY", "http://proxy.example:3128"));
        assertThat(values.get(JobSettings.LABELS)).isEqualTo(Map.of("example.com/team", "security"));
    }

    @Test
    void textsStayAsTheyAreWritten() throws IOException {
        SettingValues values = read("""
                control:
                  jobs:
                    concurrent: 010
                    annotations: {version: 1.10, mode: 010, time: 12:30, switch: on, off: yes, day: 2026-11-28}
                    priorityClass: on
                  scanner: {extraArguments: [1.10, 010, 12:30, on]}
                """);
        assertThat(values.get(JobSettings.ANNOTATIONS))
                .isEqualTo(Map.of(
                        "version",
                        "1.10",
                        "mode",
                        "010",
                        "time",
                        "12:30",
                        "switch",
                        "on",
                        "off",
                        "yes",
                        "day",
                        "2026-11-28"));
        assertThat(values.get(JobSettings.PRIORITY_CLASS)).isEqualTo("on");
        assertThat(values.get(JobSettings.CONCURRENT)).isEqualTo(10);
        assertThat(values.get(ScannerSettings.EXTRA_ARGUMENTS)).containsExactly("1.10", "010", "12:30", "on");
    }

    @Test
    void aSwitchTakesTheWordsThatItTookBefore() throws IOException {
        SettingValues values = read("control: {leaderElection: off, audit: no, failedChecksOnly: False}");
        assertThat(values.get(ControllerSettings.LEADER_ELECTION)).isFalse();
        assertThat(values.get(AuditSettings.ENABLED)).isFalse();
        assertThat(values.get(AuditSettings.FAILED_CHECKS_ONLY)).isFalse();
    }

    @Test
    void aSwitchCanStandBesideWhatIsBelowIt() throws IOException {
        SettingValues values = read("control: {nodes: {enabled: false, concurrent: 3}}");
        assertThat(values.get(CollectorSettings.ENABLED)).isFalse();
        assertThat(values.get(CollectorSettings.CONCURRENT)).isEqualTo(3);
    }

    @Test
    void aListMayStandForATextAndATextForAList() throws IOException {
        SettingValues values = read("""
                control:
                  scanner: {databaseRepository: [a.example/db:2, b.example/db:2], severities: "HIGH, LOW"}
                  jobs: {environment: ["A=1", "B=2"]}
                """);
        assertThat(values.get(ScannerSettings.DATABASE_REPOSITORY)).isEqualTo("a.example/db:2,b.example/db:2");
        assertThat(values.get(ScannerSettings.SEVERITIES)).containsExactly("HIGH", "LOW");
        assertThat(values.get(JobSettings.ENVIRONMENT)).isEqualTo(Map.of("A", "1", "B", "2"));
    }

    @Test
    void aFlagHasCommasInValuesToo() {
        ControlCommand control = new ControlCommand();
        SettingValues values = configure(
                control,
                "control",
                "--jobs-environment",
                "NO_PROXY=a.example\\,b.example,A=1",
                "--jobs-environment=B=2");
        assertThat(values.get(JobSettings.ENVIRONMENT))
                .isEqualTo(Map.of("NO_PROXY", "a.example,b.example", "A", "1", "B", "2"));
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceWithLinesAndTheNearestName() throws IOException {
        Path file = write("""
                logLevle: info
                jobs: {concurrent: 2}
                control:
                  jobs:
                    concurent: 5
                    deadline: soon
                  jobsKeepFinished: 1h
                  jobs.keepFinished: 2h
                  audit: {concurrent: 0, severities: {KSV-0014: }}
                """);
        String said = run(Map.of("BREAKWATER_JOBS_CONCURENT", "7"), "control", "--config=" + file, "--probe-port=x");
        assertThat(said)
                .contains(
                        file + ":1: unknown key logLevle: info; did you mean logLevel?",
                        file + ":2: unknown key jobs; it belongs below control",
                        file + ":5: unknown key control.jobsConcurent: 5; did you mean jobs.concurrent?",
                        file + ":8: unknown key control.jobs.keepFinished: 2h; did you mean jobs.keepFinished?",
                        "BREAKWATER_JOBS_CONCURENT=7 is not a setting; did you mean BREAKWATER_JOBS_CONCURRENT?",
                        "--jobs-deadline: 'soon' is not a duration such as 90s, 10m or 1h30m; allowed is 10s to 24h (from"
                                + " control.jobsDeadline in " + file + ")",
                        "--audit-concurrent is 0; allowed is 1 to 200",
                        "--audit-severities: line 9 has no value there",
                        "--probe-port: 'x' is not an integer");
    }

    @Test
    void oneSettingInTwoSpellingsIsRefusedWithBothLines() throws IOException {
        Path file = write("control:\n  jobsConcurrent: 1\n  jobs:\n    concurrent: 2\n");
        assertThat(run(Map.of(), "control", "--config=" + file))
                .contains(file + ":4: control.jobsConcurrent stands in line 2 too");
    }

    @Test
    void whatMightBeAPasswordWithAMisspeltNameIsNotRepeated() throws IOException {
        Path file = write("serve:\n  databse: jdbc:postgresql://db/x?password=hidden\n");
        assertThat(run(Map.of("BREAKWATER_DATABSE", "jdbc:hidden"), "serve", "--config=" + file))
                .contains(
                        file + ":2: unknown key serve.databse; did you mean database?",
                        "BREAKWATER_DATABSE is not a setting")
                .doesNotContain("hidden");
    }

    @Test
    void theFileOfTheManifestsIsTaken() throws IOException {
        JsonNode map = new ObjectMapper()
                .valueToTree(YamlReader.of(Reading.KUBERNETES)
                        .value("config.yaml", Files.readString(Path.of("..", "manifests", "base", "config.yaml"))));
        String yaml = map.at("/data/breakwater.yaml").asText();
        StringWriter err = new StringWriter();
        int exit = Breakwater.run(
                new String[] {"version", "--config=" + write(yaml)},
                Map.of(),
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true));
        assertThat(exit).as(err.toString()).isZero();
    }

    @Test
    void helpIsShownWhateverIsWrong() throws IOException {
        StringWriter out = new StringWriter();
        int exit = Breakwater.run(
                new String[] {"control", "--help", "--config=" + write("contol: {}\n")},
                Map.of(),
                new PrintWriter(out, true),
                new PrintWriter(new StringWriter()));
        assertThat(exit).isZero();
        assertThat(out.toString()).contains("--jobs-concurrent");
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("breakwater.yaml"), yaml);
    }

    private SettingValues read(String yaml) throws IOException {
        return configure(new ControlCommand(), "control", "--config=" + write(yaml));
    }

    private static SettingValues configure(ControlCommand control, String... arguments) {
        CommandLine root = new CommandLine(new SettingMappingTest.Root()).addSubcommand("control", control);
        LayeredSettings layers =
                LayeredSettings.install(root, List.of(LoggingSettings.SETTINGS), List.of(arguments), Map.of());
        root.parseArgs(arguments);
        return layers.configure(Objects.requireNonNull(root.getSubcommands().get("control")));
    }

    private static String run(Map<String, String> environment, String... arguments) {
        StringWriter err = new StringWriter();
        int exit =
                Breakwater.run(arguments, environment, new PrintWriter(new StringWriter()), new PrintWriter(err, true));
        assertThat(exit).as(err.toString()).isEqualTo(2);
        return err.toString();
    }
}
