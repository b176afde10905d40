package dev.breakwater.controller.scan;

import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.image.RunningImage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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

    /** Name of the ImageScan of an image of which nobody knows the digest: a hash of what the pod asks for. */
    public static String nameOfReference(String image) {
        String reference;
        try {
            ImageReference parsed = ImageReference.parse(image);
            reference = parsed.name() + ":" + parsed.tag() + "@" + parsed.digest();
        } catch (IllegalArgumentException unnamed) {
            reference = image;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(reference.getBytes(StandardCharsets.UTF_8));
            return "reference-" + HexFormat.of().formatHex(digest, 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    public static String name(RunningImage image, String settingsHash) {
        return image.shortHex() + "-" + image.platform().os() + "-"
                + image.platform().architecture() + "-" + settingsHash;
    }
}
