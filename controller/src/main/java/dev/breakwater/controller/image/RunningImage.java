package dev.breakwater.controller.image;

import java.util.Optional;

/**
 * The image that a container really runs, as the node reports it in {@code imageID}: the identity that scans and reports are keyed by. A tag is not
 * an identity; it may point elsewhere by the time of the scan.
 *
 * <p>The platform belongs to it because a node reports the digest of the index for a multi-platform image: the same digest is different content on
 * an arm64 node.
 *
 * @param digest {@code algorithm:hex}
 */
public record RunningImage(String digest, Platform platform) {
    private static final int SHORT_HEX = 40;

    /** Empty while the node has not reported what content it is in a registry. */
    public static Optional<RunningImage> of(String imageId, Platform platform) {
        return ImageId.parse(imageId) instanceof ImageId.InRegistry pulled
                ? Optional.of(new RunningImage(pulled.digest(), platform))
                : Optional.empty();
    }

    /** First 40 hex digits: 160 bits, enough that nobody can make an image that shares another one's reports. */
    public String shortHex() {
        String hex = digest.substring(digest.indexOf(':') + 1);
        return hex.substring(0, Math.min(SHORT_HEX, hex.length()));
    }

    /** Value of the label that finds every report of a digest, for example {@code sha256-} and 40 hex digits. */
    public String digestLabel() {
        return digest.substring(0, digest.indexOf(':')) + "-" + shortHex();
    }
}
