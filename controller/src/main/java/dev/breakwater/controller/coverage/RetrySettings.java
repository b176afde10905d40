package dev.breakwater.controller.coverage;

import dev.breakwater.controller.bounds.Bounds;
import java.time.Duration;

/**
 * When a failed scan is tried again. Keys under {@code retry}.
 *
 * @param first {@code retry.first}: pause after the first failure; doubled after each further one
 * @param longest {@code retry.longest}: it never grows beyond this
 */
public record RetrySettings(Duration first, Duration longest) {
    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public RetrySettings {
        new Bounds("retry")
                .duration("first", first, Duration.ofMillis(100), Duration.ofDays(30))
                .duration("longest", longest, first, Duration.ofDays(30))
                .check();
    }

    public static RetrySettings defaults() {
        return new RetrySettings(Duration.ofMinutes(1), Duration.ofHours(6));
    }

    /** Pause after so many failures, 1 or more. */
    Duration after(int failures) {
        Duration pause = first;
        for (int i = 1; i < failures && pause.compareTo(longest) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longest) > 0 ? longest : pause;
    }
}
