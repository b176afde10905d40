package dev.breakwater.controller.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "24h0m0s, PT24H",
        "0s, PT0S",
        "1.5h, PT1H30M",
        "90m, PT1H30M",
        "1h1m1s, PT1H1M1S",
        "300ms, PT0.3S",
        "2us, PT0.000002S",
        "2µs, PT0.000002S",
        "7ns, PT0.000000007S",
        "1.s, PT1S"
    })
    void whatGoWritesIsRead(String text, Duration duration) {
        assertThat(GoDuration.parse(text)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "24", "1d", "1 day", "-1h", "h", "24h 0m", "999999999h", "1h;", ".h"})
    void whatIsNoneIsNone(String text) {
        assertThat(GoDuration.parse(text)).isEmpty();
    }
}
