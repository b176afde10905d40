package dev.breakwater.controller.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script of a Job says of a Trivy that fails; the shell is a real one. */
@NullUnmarked
class ScanScriptTest {
    /** Of a container's log the kubelet keeps so much of the end as the message of its termination. */
    private static final int KEPT = 2048;

    @TempDir
    Path folder;

    @Test
    void theErrorIsSaidHoweverMuchAProxysPageHasBehindIt() throws Exception {
        String page = "<!DOCTYPE html><html>" + "<p>Please log in.</p>\n".repeat(500) + "</html>";
        String words = run("2026-11-28T00:00:00Z\tINFO\tsomething before\n"
                + "2026-11-28T00:00:01Z\tFATAL\tFatal error\trun error: image scan error: 1 error occurred:\n"
                + "\t* remote error: GET http://r.example/v2/: unexpected status code 407 Proxy Authentication Required: "
                + page + "\n");

        assertThat(words.length()).isLessThanOrEqualTo(KEPT);
        ScanFailure failure = ScannerWords.explain(words);
        assertThat(failure.reason()).isEqualTo(FailureReason.REGISTRY_UNAVAILABLE);
        assertThat(failure.message())
                .contains("407 Proxy Authentication Required")
                .endsWith("(a web page)");
    }

    @Test
    void aPageInOneLineIsCutAndTheErrorBeforeItIsNot() throws Exception {
        String words = run("2026-11-28T00:00:01Z\tFATAL\tFatal error\trun error: 1 error occurred:\n"
                + "\t* GET http://r.example/v2/: unexpected status code 403 Forbidden: <html>" + "x".repeat(50_000)
                + "\n");

        assertThat(words.length()).isLessThanOrEqualTo(KEPT);
        assertThat(ScannerWords.explain(words).message()).contains("403 Forbidden");
    }

    @Test
    void aTrivyThatDiesWithoutAnErrorHasItsLastWordsSaid() throws Exception {
        assertThat(run("x".repeat(5_000) + "\nthe end")).endsWith("the end").hasSizeLessThanOrEqualTo(KEPT);
        assertThat(run("")).isBlank();
    }

    private String run(String stderr) throws IOException, InterruptedException {
        Path programs = Files.createDirectories(folder.resolve("bin"));
        Path trivy = programs.resolve("trivy");
        Files.writeString(folder.resolve("stderr"), stderr);
        Files.writeString(trivy, "#!/bin/sh\ncat '" + folder.resolve("stderr") + "' >&2\nexit 1\n");
        assertThat(trivy.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", ScanScript.text(1000), "scan", "r.example/web:1");
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        builder.environment().put("TMPDIR", folder.toString());
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        return said;
    }
}
