package dev.breakwater.controller.image;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An image as a pod names it, split the way go-containerregistry splits it, because reports must show the same three words as the Trivy Operator's
 * (trivy-operator 2.5).
 *
 * @param registry host with optional port; Docker Hub is {@code index.docker.io}
 * @param repository path in the registry; {@code nginx} on Docker Hub is {@code library/nginx}
 * @param tag {@code latest} where neither tag nor digest is given, empty where only a digest is
 * @param digest {@code sha256:...}, or empty
 */
public record ImageReference(String registry, String repository, String tag, String digest) {
    private static final String DOCKER_HUB = "index.docker.io";
    private static final Pattern REPOSITORY = Pattern.compile("[a-z0-9]([a-z0-9._/-]*[a-z0-9])?");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    /**
     * @throws IllegalArgumentException for a reference no registry would accept
     */
    public static ImageReference parse(String reference) {
        if (ImageId.CONFIGURATION.matcher(reference).matches()) {
            // Split like a name it would be a repository of Docker Hub that is called sha256.
            throw new IllegalArgumentException("'" + reference + "' is the id of an image and names no registry");
        }
        String rest = reference;
        String digest = "";
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
        }
        String tag = "";
        boolean tagged = false;
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tagged = true;
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
        } else if (digest.isEmpty()) {
            tag = "latest";
        }
        String registry = DOCKER_HUB;
        String repository = rest;
        int slash = rest.indexOf('/');
        // A first element without dot, colon or "localhost" is a Docker Hub account, not a host.
        if (slash > 0 && isHost(rest.substring(0, slash))) {
            registry = rest.substring(0, slash);
            repository = rest.substring(slash + 1);
        }
        if (registry.equals("docker.io")) {
            registry = DOCKER_HUB;
        }
        if (registry.equals(DOCKER_HUB) && repository.indexOf('/') < 0) {
            repository = "library/" + repository;
        }
        if (!REPOSITORY.matcher(repository).matches()
                || (tagged && !TAG.matcher(tag).matches())) {
            throw new IllegalArgumentException("image reference '" + reference + "' is not [HOST/]PATH[:TAG][@DIGEST]");
        }
        return new ImageReference(registry, repository, tag, digest);
    }

    /** Registry and repository, without tag and digest. */
    public String name() {
        return registry + "/" + repository;
    }

    /** The digest that a text of a pod names; empty where it names none, or none that a registry has. */
    static Optional<String> digestOf(String image) {
        int at = image.indexOf('@');
        String digest = at < 0 ? "" : image.substring(at + 1);
        return DIGEST.matcher(digest).matches() ? Optional.of(digest) : Optional.empty();
    }

    private static boolean isHost(String element) {
        return element.indexOf('.') >= 0 || element.indexOf(':') >= 0 || element.equals("localhost");
    }
}
