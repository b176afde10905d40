package dev.breakwater.controller.rematch;

import dev.breakwater.controller.bounds.Bounds;
import java.time.Duration;

/**
 * How stored package lists are matched with a new vulnerability database. Only where there is a Trivy server ({@code scanner.serverUrl}).
 *
 * @param poll {@code scanner.databasePoll}: how often the server is asked for its database's version; zero for never, and for no matching
 * @param serverTokenFile {@code scanner.serverTokenFile}: where the controller finds what {@code scanner.serverTokenSecret} is for Jobs; empty for none
 */
public record RematchSettings(Duration poll, String serverTokenFile) {
    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public RematchSettings {
        Bounds bounds = new Bounds("scanner");
        if (!poll.isZero()) {
            bounds.duration("databasePoll", poll, Duration.ofSeconds(1), Duration.ofDays(7));
        }
        if (!serverTokenFile.isEmpty()) {
            bounds.absolutePath("serverTokenFile", serverTokenFile);
        }
        bounds.check();
    }

    public static RematchSettings defaults() {
        return new RematchSettings(Duration.ofMinutes(5), "");
    }
}
