package dev.breakwater.controller.lease;

import dev.breakwater.controller.bounds.Bounds;
import java.time.Duration;

/**
 * Leader election. Keys under {@code lease}.
 *
 * @param enabled {@code lease.enabled}: false only where nobody else can run, as in tests
 * @param name {@code lease.name} in the controller's namespace
 * @param duration {@code lease.duration}: after which others may take over
 * @param renewDeadline {@code lease.renewDeadline}: shorter than the duration; after it a leader that cannot renew gives up
 * @param retryPeriod {@code lease.retryPeriod}: shorter than the deadline
 */
public record LeaseSettings(
        boolean enabled, String name, Duration duration, Duration renewDeadline, Duration retryPeriod) {
    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public LeaseSettings {
        Bounds bounds = new Bounds("lease");
        if (enabled) {
            bounds.name("name", name);
        }
        bounds.duration("retryPeriod", retryPeriod, Duration.ofMillis(100), Duration.ofMinutes(10))
                .duration("duration", duration, Duration.ofSeconds(1), Duration.ofHours(1))
                .require(
                        renewDeadline.compareTo(retryPeriod) > 0 && renewDeadline.compareTo(duration) < 0,
                        "renewDeadline",
                        renewDeadline,
                        "more than lease.retryPeriod and less than lease.duration");
        bounds.check();
    }

    public static LeaseSettings defaults() {
        return new LeaseSettings(
                true, "breakwater-controller", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    }
}
