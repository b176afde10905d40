package dev.breakwater.controller.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.controller.kubernetes.ScanNode;
import dev.breakwater.controller.reports.Spool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class ScanLogTest {
    private static final String REPORT =
            "{\"SchemaVersion\":2,\"Results\":[" + "{\"Target\":\"x\"},".repeat(500) + "{}]}";
    private static final String SBOM = "{\"bomFormat\":\"CycloneDX\"}";
    private static final Set<String> PARTS = Set.of("report", "sbom");
    private static final long LIMIT = 1024 * 1024;

    @TempDir
    Path folder;

    @Test
    void aWholeLogGivesBothResults() throws IOException {
        try (ScanOutput.Complete complete = (ScanOutput.Complete) read(ScanNode.log(REPORT, SBOM))) {
            assertThat(text(complete.part("report"))).isEqualTo(REPORT);
            assertThat(text(complete.part("sbom"))).isEqualTo(SBOM);
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** Every cut, wherever it falls: at both ends of each line, in the Base64 text, in the checksum. */
    @Test
    void aLogCutAnywhereIsNeverAResult() throws IOException {
        byte[] log = ScanNode.log(REPORT, SBOM);
        // The line end after the last word may be missing: nothing of the result is.
        for (int end = 0; end < log.length - 1; end++) {
            byte[] cut = java.util.Arrays.copyOf(log, end);
            assertThat(read(cut)).as("cut after %d bytes", end).isInstanceOf(ScanOutput.Broken.class);
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** A node that rotated the log hands out its end only. */
    @Test
    void aLogWithoutItsBeginningIsCut() throws IOException {
        byte[] log = ScanNode.log(REPORT, SBOM);
        for (int begin : new int[] {1, 7, 20, 200, log.length / 2, log.length - 20}) {
            byte[] rest = java.util.Arrays.copyOfRange(log, begin, log.length);
            assertThat(reason(read(rest))).isEqualTo(FailureReason.OUTPUT_CUT);
        }
    }

    @Test
    void anEmptyLogIsEmpty() throws IOException {
        assertThat(reason(read(new byte[0]))).isEqualTo(FailureReason.OUTPUT_EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no such thing\n", "{\"SchemaVersion\":2}", "#done\n", "#begin other\n", "\0\0\0\0"})
    void aLogOfSomethingElseIsCut(String log) throws IOException {
        assertThat(reason(read(log.getBytes(StandardCharsets.UTF_8)))).isEqualTo(FailureReason.OUTPUT_CUT);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void aWrongChecksumOrLengthIsDamage(int which) throws IOException {
        String log = new String(ScanNode.log(REPORT, SBOM), StandardCharsets.UTF_8);
        String end = log.lines()
                .filter(line -> line.startsWith("#end report"))
                .findFirst()
                .orElseThrow();
        String wrong = switch (which) {
            case 0 -> end.substring(0, end.length() - 1) + (end.endsWith("0") ? "1" : "0");
            case 1 -> end.replace(" " + REPORT.length() + " ", " " + (REPORT.length() + 1) + " ");
            default -> "#end report";
        };
        assertThat(reason(read(log.replace(end, wrong).getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(FailureReason.OUTPUT_DAMAGED);
    }

    @Test
    void aResultBeyondTheLimitIsRefusedWithoutBeingWritten() throws IOException {
        String large = "x".repeat(100_000);
        ScanOutput output = ScanLog.read(new ByteArrayInputStream(ScanNode.log(large, SBOM)), 99_999, folder, PARTS);
        assertThat(reason(output)).isEqualTo(FailureReason.OUTPUT_TOO_LARGE);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aScannerThatRefusesToSendALargeResultIsBelieved() throws IOException {
        ScanOutput output = read("#large report 123456789\n".getBytes(StandardCharsets.UTF_8));
        assertThat(reason(output)).isEqualTo(FailureReason.OUTPUT_TOO_LARGE);
        assertThat(((ScanOutput.Broken) output).failure().message()).contains("123456789");
    }

    @Test
    void aConnectionThatBreaksIsNoVerdictOnTheScan() {
        byte[] log = ScanNode.log(REPORT, SBOM);
        InputStream broken =
                new SequenceInputStream(new ByteArrayInputStream(log, 0, log.length / 2), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset");
                    }
                });
        assertThatThrownBy(() -> ScanLog.read(broken, LIMIT, folder, PARTS)).hasMessageContaining("connection reset");
        assertThat(folder).isEmptyDirectory();
    }

    /** The real script with the machine's shell, gzip, base64 and sha256sum; only Trivy is played. */
    @Test
    void theScriptWritesWhatTheReaderReads() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path out = Files.createDirectory(folder.resolve("out"));
        Path trivy = bin.resolve("trivy");
        Files.writeString(trivy, """
                #!/bin/sh
                while [ $# -gt 0 ]; do
                  case "$1" in
                    --output) out="$2"; shift ;;
                    bad) echo "FATAL no" >&2; exit 1 ;;
                    convert) sbom=yes ;;
                  esac
                  shift
                done
                if [ -n "$sbom" ]; then printf '%s' "$SBOM" >"$out"; else printf '%s' "$REPORT" >"$out"; fi
                """);
        assertThat(trivy.toFile().setExecutable(true)).isTrue();

        Process good = script(bin, LIMIT, "--some flag", "image; exit 7");
        try (ScanOutput.Complete complete =
                (ScanOutput.Complete) ScanLog.read(good.getInputStream(), LIMIT, out, PARTS)) {
            assertThat(text(complete.part("report"))).isEqualTo(REPORT);
            assertThat(text(complete.part("sbom"))).isEqualTo(SBOM);
        }
        assertThat(good.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(good.exitValue()).isZero();

        Process large = script(bin, 100, "image");
        assertThat(reason(ScanLog.read(large.getInputStream(), 100, out, PARTS)))
                .isEqualTo(FailureReason.OUTPUT_TOO_LARGE);

        Process bad = script(bin, LIMIT, "bad");
        assertThat(new String(bad.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("FATAL no\n");
        assertThat(bad.waitFor()).isEqualTo(1);
    }

    private Process script(Path bin, long limit, String... arguments) throws IOException {
        var command = new java.util.ArrayList<>(java.util.List.of("/bin/sh", "-c", ScanScript.text(limit), "scan"));
        command.addAll(java.util.List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PATH", bin + ":/usr/bin:/bin");
        builder.environment().put("TMPDIR", folder.toString());
        builder.environment().put("REPORT", REPORT);
        builder.environment().put("SBOM", SBOM);
        return builder.start();
    }

    private ScanOutput read(byte[] log) throws IOException {
        return ScanLog.read(new ByteArrayInputStream(log), LIMIT, folder, PARTS);
    }

    private static FailureReason reason(ScanOutput output) {
        return ((ScanOutput.Broken) output).failure().reason();
    }

    private static String text(Spool spool) throws IOException {
        try (InputStream in = spool.read()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
