package dev.breakwater.controller.compliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 */6 * * *   | 2026-11-21T06:00:00Z | 2026-11-21T12:00:00Z",
                "0 */6 * * *   | 2026-11-21T05:59:59Z | 2026-11-21T06:00:00Z",
                "30 4 * * *    | 2026-11-21T05:00:00Z | 2026-11-22T04:30:00Z",
                "0 0 1 okt *   | 2026-11-21T05:00:00Z | 2027-10-01T00:00:00Z",
                "0 0 * * sun   | 2026-11-21T05:00:00Z | 2026-11-22T00:00:00Z",
                "0 0 * * 7     | 2026-11-21T05:00:00Z | 2026-11-22T00:00:00Z",
                "15,45 9-17 * * 1-5 | 2026-11-20T17:45:00Z | 2026-11-23T09:15:00Z",
            })
    void theNextTimeIsTheFirstThatMatchesAfterTheLast(String cron, Instant last, Instant next) throws InvalidSpec {
        assertThat(Schedule.parse(cron, ZoneOffset.UTC).after(last)).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource({"UTC, 2026-11-22T04:30:00Z", "Europe/Berlin, 2026-11-22T03:30:00Z", "Asia/Kolkata, 2026-11-21T23:00:00Z"
    })
    void hoursAreThoseOfTheZone(String zone, Instant next) throws InvalidSpec {
        assertThat(Schedule.parse("30 4 * * *", ZoneId.of(zone)).after(Instant.parse("2026-11-21T05:00:00Z")))
                .isEqualTo(next);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "* * * *", "61 * * * *", "@hourly x", "0 0 0 0 0 0"})
    void whatIsNoScheduleIsNamed(String cron) {
        assertThatThrownBy(() -> Schedule.parse(cron, ZoneOffset.UTC))
                .isInstanceOf(InvalidSpec.class)
                .hasMessageContaining("spec.cron is \"" + cron + "\"");
    }
}
