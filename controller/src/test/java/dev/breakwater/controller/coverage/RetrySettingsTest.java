package dev.breakwater.controller.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetrySettingsTest {
    @Test
    void pausesDoubleUpToTheLongest() {
        RetrySettings settings = new RetrySettings(Duration.ofMinutes(1), Duration.ofMinutes(5));
        assertThat(settings.after(1)).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.after(2)).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.after(3)).isEqualTo(Duration.ofMinutes(4));
        assertThat(settings.after(4)).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.after(1_000_000)).isEqualTo(Duration.ofMinutes(5));
    }
}
