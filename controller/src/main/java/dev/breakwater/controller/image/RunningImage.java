package dev.breakwater.controller.image;

import java.util.Optional;
import java.util.regex.Pattern;

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
    /** Digest part of an {@code imageID}; what precedes it differs between container runtimes. */
    private static final Pattern DIGEST = Pattern.compile("(?:^|@|//)([a-z0-9]+):([0-9a-f]{40,128})$");

    private static final int SHORT_HEX = 40;

    /** Empty while the node has not reported a digest. */
    public static Optional<RunningImage> of(String imageId, Platform platform) {
        var match = DIGEST.matcher(imageId);
        return match.find()
                ? Optional.of(new RunningImage(match.group(1) + ":" + match.group(2), platform))
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

    /**
     * What a scanner must pull to see what runs: the reference by digest where the node reports one, otherwise the image as the pod names it (an
     * image loaded by hand has an id and no digest in a registry).
     */
    public static String pullReference(String imageId, String image) {
        String reference = imageId.substring(imageId.indexOf("://") < 0 ? 0 : imageId.indexOf("://") + 3);
        return reference.indexOf('@') > 0 ? reference : image;
    }
}
