package dev.breakwater.controller.expiry;

import dev.breakwater.controller.bounds.Bounds;
import java.time.Duration;

/**
 * How old reports of images may be.
 *
 * @param reportTtl {@code scanner.reportTtl}: an image is scanned anew when its reports are this old; zero for never
 */
public record ExpirySettings(Duration reportTtl) {
    /** Less would be a Job after the other for nothing: databases come out every few hours. */
    static final Duration SHORTEST = Duration.ofMinutes(1);

    private static final Duration LONGEST = Duration.ofDays(365);

    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public ExpirySettings {
        Bounds bounds = new Bounds("scanner");
        if (!reportTtl.isZero()) {
            bounds.duration("reportTtl", reportTtl, SHORTEST, LONGEST);
        }
        bounds.check();
    }

    public static ExpirySettings defaults() {
        return new ExpirySettings(Duration.ofHours(24));
    }
}
