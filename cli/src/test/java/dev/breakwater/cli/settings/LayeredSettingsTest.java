package dev.breakwater.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.Breakwater;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayeredSettingsTest {
    @TempDir
    Path folder;

    @Test
    void aFlagOverridesTheEnvironmentWhichOverridesTheFile() throws IOException {
        Path file = write("logFormat: nonsense-of-the-file");
        assertThat(run(Map.of(), "version", "--config", file.toString()).err())
                .contains("'nonsense-of-the-file'", "(from logFormat in " + file + ")");
        assertThat(run(Map.of("BREAKWATER_LOG_FORMAT", "nonsense-of-the-variable"), "version", "--config=" + file)
                        .err())
                .contains("'nonsense-of-the-variable'", "(from BREAKWATER_LOG_FORMAT)");
        assertThat(run(Map.of("BREAKWATER_LOG_FORMAT", "nonsense"), "version", "--config=" + file, "--log-format=text")
                        .code())
                .isZero();
    }

    @Test
    void aSectionHoldsForItsCommandOnly() throws IOException {
        Path file = write("logLevel: info\nversion:\n  logLevel: shout\n");
        Outcome outcome = run(Map.of(), "version", "--config=" + file);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err())
                .contains("--log-level", "'shout'", "error, warn, info, debug, trace", "version.logLevel");
    }

    @Test
    void anUnknownKeyStopsTheStartWithKeyValueAndWhatIsKnown() throws IOException {
        Outcome outcome = run(Map.of(), "version", "--config=" + write("version:\n  logLevle: debug\n"));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("unknown key version.logLevle: debug", "logFormat, logLevel");
    }

    @Test
    void aKeyThatStandsTwiceStopsTheStartAndIsNamedWithItsLine() throws IOException {
        Path file = write("logLevel: warn\nversion:\n  logLevel: info\n  logLevel: warn\n");
        Outcome outcome = run(Map.of(), "version", "--config=" + file);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).hasLineCount(1).contains(file + ":4 ", "duplicate key logLevel");
    }

    @Test
    void keysMayBeNested() throws IOException {
        Outcome outcome = run(Map.of(), "version", "--config=" + write("version:\n  log:\n    level: shout\n"));
        assertThat(outcome.err()).contains("'shout'", "version.logLevel");
        assertThat(run(Map.of(), "version", "--config=" + write("version:\n  log:\n    levle: info\n"))
                        .err())
                .contains("unknown key version.logLevle: info");
    }

    @Test
    void anUnknownVariableStopsTheStart() {
        Outcome outcome = run(Map.of("BREAKWATER_LOGLEVEL", "debug"), "version");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("BREAKWATER_LOGLEVEL=debug is not a setting", "BREAKWATER_LOG_LEVEL");
    }

    @Test
    void whatKubernetesSaysOfAServiceIsNoSetting() {
        assertThat(run(
                                Map.of(
                                        "BREAKWATER_APISERVER_SERVICE_HOST", "10.96.0.7",
                                        "BREAKWATER_APISERVER_SERVICE_PORT_HTTPS", "443",
                                        "BREAKWATER_APISERVER_PORT", "tcp://10.96.0.7:443",
                                        "BREAKWATER_APISERVER_PORT_443_TCP_ADDR", "10.96.0.7"),
                                "version")
                        .code())
                .isZero();
    }

    @Test
    void aMissingOrBrokenFileIsNamedInOneLine() throws IOException {
        Outcome missing = run(Map.of(), "version", "--config=" + folder.resolve("absent.yaml"));
        assertThat(missing.err().lines()).singleElement().asString().contains("there is no configuration file");
        Outcome broken = run(Map.of("BREAKWATER_CONFIG", write("a: [").toString()), "version");
        assertThat(broken.err().lines()).singleElement().asString().contains("is not YAML");
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("breakwater.yaml"), yaml);
    }

    private static Outcome run(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Breakwater.run(arguments, environment, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Outcome(code, out.toString(), err.toString());
    }

    private record Outcome(int code, String out, String err) {}
}
