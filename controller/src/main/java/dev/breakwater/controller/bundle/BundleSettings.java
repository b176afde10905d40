package dev.breakwater.controller.bundle;

import java.time.Duration;

/**
 * Where a bundle of checks is. Keys under {@code audit}.
 *
 * @param reference {@code audit.checksBundle}: {@code HOST/PATH[:TAG][@DIGEST]}; empty for none
 * @param refresh {@code audit.checksBundleRefresh}: how often the registry is asked whether the tag has moved
 */
public record BundleSettings(String reference, Duration refresh) {
    public static BundleSettings none() {
        return new BundleSettings("", Duration.ofHours(1));
    }
}
