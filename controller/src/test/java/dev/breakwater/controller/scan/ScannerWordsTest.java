package dev.breakwater.controller.scan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                "RateLimited | DB error: failed to download vulnerability DB: TOOMANYREQUESTS: allowed: 44000/minute",
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
                .isEqualTo("Fatal error b: * c");
    }

    @Test
    void silenceIsSaidInWords() {
        assertThat(ScannerWords.explain("").message()).isEqualTo("the scanner failed without a word");
    }
}
