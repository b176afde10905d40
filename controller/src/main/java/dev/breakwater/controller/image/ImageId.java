package dev.breakwater.controller.image;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node says about the image of a container ({@code imageID} of its status). Each container runtime writes it in a way of its own, and not each way
 * names content in a registry; {@code docs/imagescan.md} has the table.
 */
public sealed interface ImageId {
    /** Content in a registry: containerd and CRI-O after a pull, cri-dockerd with {@code docker-pullable://} before it. */
    record InRegistry(String repository, String digest) implements ImageId {}

    /**
     * The id of the image's configuration, which no registry knows it by: CRI-O's 64 digits, or {@code sha256:} of containerd and cri-dockerd for an
     * image that was not pulled, or was pulled under a name that is gone.
     */
    record OfConfiguration(String digest) implements ImageId {}

    /** A form that we do not know. */
    record Unknown(String text) implements ImageId {}

    /** The node has not said anything yet. */
    record Unsaid() implements ImageId {}

    /** What precedes it says which runtime the node has. */
    Pattern SCHEME = Pattern.compile("^[a-z][a-z0-9+.-]*://");

    Pattern IN_REGISTRY = Pattern.compile("([^@\\s]+)@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})");
    Pattern CONFIGURATION = Pattern.compile("(?:sha256:)?([0-9a-f]{64})");

    static ImageId parse(String imageId) {
        String text = SCHEME.matcher(imageId.strip()).replaceFirst("");
        if (text.isEmpty()) {
            return new Unsaid();
        }
        Matcher pulled = IN_REGISTRY.matcher(text);
        if (pulled.matches()) {
            return new InRegistry(pulled.group(1), pulled.group(2));
        }
        Matcher configuration = CONFIGURATION.matcher(text);
        return configuration.matches() ? new OfConfiguration("sha256:" + configuration.group(1)) : new Unknown(text);
    }

    /** The digest that content has in a registry, from what the node says or else from what the pod asks for; empty where neither says it. */
    static Optional<String> digest(ImageId id, String image) {
        return switch (id) {
            case InRegistry pulled -> Optional.of(pulled.digest());
            case OfConfiguration configuration -> ImageReference.digestOf(image);
            case Unknown unknown -> ImageReference.digestOf(image);
            // Nothing runs: what the pod asks for may never come.
            case Unsaid unsaid -> Optional.empty();
        };
    }
}
