package dev.breakwater.controller.bundle;

import dev.breakwater.controller.bounds.Bounds;
import dev.breakwater.controller.image.ImageReference;
import java.time.Duration;

/**
 * Where a bundle of checks is. Keys under {@code audit}.
 *
 * @param reference {@code audit.checksBundle}: {@code HOST/PATH[:TAG][@DIGEST]}; empty for none
 * @param refresh {@code audit.checksBundleRefresh}: how often the registry is asked whether the tag has moved
 */
public record BundleSettings(String reference, Duration refresh) {
    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public BundleSettings {
        Bounds bounds = new Bounds("");
        if (!reference.isEmpty()) {
            bounds.parsed("checksBundle", reference, ImageReference::parse, "HOST/PATH[:TAG][@DIGEST]");
        }
        bounds.duration("checksBundleRefresh", refresh, Duration.ofSeconds(10), Duration.ofDays(365));
        bounds.check();
    }

    public static BundleSettings none() {
        return new BundleSettings("", Duration.ofHours(1));
    }
}
