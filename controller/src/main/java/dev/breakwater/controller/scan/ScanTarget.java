package dev.breakwater.controller.scan;

import dev.breakwater.controller.image.RunningImage;

/**
 * One thing to scan. Two targets are the same scan exactly if their names are equal.
 *
 * @param pullReference where the content can be had; not part of the identity, the same digest may lie in several repositories
 * @param settingsHash of the scanner settings that shape the result
 */
public record ScanTarget(RunningImage image, String pullReference, String settingsHash) {
    /**
     * Name of the ImageScan and value of the label that ties Jobs and reports to it: digest, platform and settings, at most 63 characters as a label
     * must. The digest's 40 digits come first, so that a prefix finds every platform.
     */
    public String name() {
        return name(image, settingsHash);
    }

    public static String name(RunningImage image, String settingsHash) {
        return image.shortHex() + "-" + image.platform().os() + "-"
                + image.platform().architecture() + "-" + settingsHash;
    }
}
