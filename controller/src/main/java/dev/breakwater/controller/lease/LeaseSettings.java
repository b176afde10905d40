package dev.breakwater.controller.lease;

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
    public static LeaseSettings defaults() {
        return new LeaseSettings(
                true, "breakwater-controller", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    }
}
