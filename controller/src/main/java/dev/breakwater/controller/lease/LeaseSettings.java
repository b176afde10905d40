package dev.breakwater.controller.lease;

import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Rules;
import java.time.Duration;

/**
 * Leader election. A user may turn it off ({@code leaderElection}); its times are for tests.
 *
 * @param enabled false only where nobody else can run, as in tests
 * @param name in the controller's namespace
 * @param duration after which others may take over
 * @param renewDeadline shorter than the duration; after it a leader that cannot renew gives up
 * @param retryPeriod shorter than the deadline
 */
public record LeaseSettings(
        boolean enabled, String name, Duration duration, Duration renewDeadline, Duration retryPeriod) {
    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public LeaseSettings {
        Bounds bounds = new Bounds();
        if (enabled) {
            bounds.obey("lease name", name, Rules.name());
        }
        bounds.obey("lease retryPeriod", retryPeriod, Rules.duration(Duration.ofMillis(100), Duration.ofMinutes(10)))
                .obey("lease duration", duration, Rules.duration(Duration.ofSeconds(1), Duration.ofHours(1)))
                .require(
                        renewDeadline.compareTo(retryPeriod) > 0 && renewDeadline.compareTo(duration) < 0,
                        "lease renewDeadline",
                        renewDeadline,
                        "more than the retryPeriod and less than the duration");
        bounds.check();
    }

    public static LeaseSettings defaults() {
        return new LeaseSettings(
                true, "breakwater-controller", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    }

    /** With nobody to elect. */
    public LeaseSettings disabled() {
        return new LeaseSettings(false, name, duration, renewDeadline, retryPeriod);
    }
}
