package dev.breakwater.controller.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScannerWordsTest {
    /** Texts of Trivy 0.72.0, the first four taken from real runs. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ManifestUnknown | unable to find the specified image \"r/web:1\" in [\"remote\"]: 1 error occurred: * remote error: GET http://r/v2/web/manifests/1: MANIFEST_UNKNOWN: manifest unknown; map[Tag:1]",
                "DatabaseUnavailable | run error: init error: DB error: failed to download vulnerability DB: OCI artifact error: GET http://r/v2/db/manifests/2: MANIFEST_UNKNOWN: manifest unknown",
                "DatabaseUnavailable | run error: init error: DB error: database error: --skip-db-update cannot be specified on the first run",
                "RegistryUnavailable | remote error: Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused",
                "PullDenied | remote error: GET https://r/v2/web/manifests/1: UNAUTHORIZED: authentication required",
                "PullDenied | remote error: GET https://r/token: DENIED: requested access to the resource is denied",
                "RateLimited | remote error: GET https://index.docker.io/v2/x: TOOMANYREQUESTS: You have reached your pull rate limit",
                "DatabaseUnavailable | DB error: failed to download vulnerability DB: TOOMANYREQUESTS: allowed: 44000/minute",
                "UnsupportedPlatform | remote error: no child with platform linux/amd64 in index r/web@sha256:11",
                "TimedOut | image scan error: scan failed: failed analysis: analyze error: context deadline exceeded",
                "ScannerFailed | something new"
            })
    void trivysWordsBecomeAReason(String reason, String words) {
        assertThat(ScannerWords.explain("INFO\tbegin\n2026-11-21T09:57:41Z\tFATAL\tFatal error\t" + words)
                        .reason()
                        .word())
                .isEqualTo(reason);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource
    void theLastWordsOfRealRunsBecomeTheReasonThatTheyHad(String reason, String run, String words) {
        ScanFailure failure = ScannerWords.explain(words);
        assertThat(failure.reason().word()).as(failure.message()).isEqualTo(reason);
        assertThat(failure.message()).doesNotContain("<html>").hasSizeLessThan(710);
    }

    static List<Arguments> theLastWordsOfRealRunsBecomeTheReasonThatTheyHad() throws IOException {
        try (InputStream in = ScannerWordsTest.class.getResourceAsStream("last-words.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" \\| ", 3))
                    .map(part -> Arguments.of(
                            part[0], part[1], part[2].replace("\\n", "\n").replace("\\t", "\t")))
                    .toList();
        }
    }

    /** A team may call its image anything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "denied",
                "unauthorized",
                "manifest_unknown",
                "toomanyrequests",
                "java-db",
                "twirp",
                "out-of-memory",
                "eof",
                "deadline-exceeded",
                "connection-refused",
                "x509",
                "vex"
            })
    void theNameOfAnImageIsNoReason(String name) {
        String words =
                "FATAL\tFatal error\trun error: image scan error: scan error: unable to initialize container image: unable to"
                        + " find the specified image \"r.example/NAME/NAME:NAME\" in [\"remote\"]: 1 error occurred:\n\t* remote error: GET"
                        + " https://r.example/v2/NAME/NAME/manifests/NAME: ";
        assertThat(ScannerWords.explain(words.replace("NAME", name) + "unexpected status code 404 Not Found")
                        .reason())
                .isEqualTo(FailureReason.MANIFEST_UNKNOWN);
        assertThat(ScannerWords.explain(
                                words.replace("NAME", name) + "unexpected status code 500 Internal Server Error: x")
                        .reason())
                .isEqualTo(FailureReason.REGISTRY_UNAVAILABLE);
    }

    @Test
    void whatFitsNoneSaysSoAndShowsTrivysOwnWords() {
        ScanFailure failure = ScannerWords.explain("FATAL\tFatal error\tsomething: the flux was not found");
        assertThat(failure.reason()).isEqualTo(FailureReason.SCANNER_FAILED);
        assertThat(failure.message())
                .contains("not known here")
                .endsWith("Fatal error something: the flux was not found");
    }

    /** A digest is full of digits that look like status codes. */
    @Test
    void theDigestOfAnImageIsNoStatusCode() {
        assertThat(ScannerWords.explain("FATAL\tcannot scan r/web@sha256:4294014034044294290dddd00000000")
                        .reason())
                .isEqualTo(FailureReason.SCANNER_FAILED);
    }

    @Test
    void onlyTheLastErrorIsTheMessage() {
        assertThat(ScannerWords.explain("2026\tINFO\ta\n2026\tFATAL\tFatal error\tb:\n\t* c\n")
                        .message())
                .endsWith(": Fatal error b: * c");
    }

    @Test
    void silenceIsSaidInWords() {
        assertThat(ScannerWords.explain("").message()).isEqualTo("the scanner failed without a word");
    }
}
