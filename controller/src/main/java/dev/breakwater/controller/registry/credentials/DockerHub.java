package dev.breakwater.controller.registry.credentials;

import dev.breakwater.controller.image.ImageReference;
import java.util.Locale;
import java.util.Set;

/** The one registry that has several names, of which any may stand in a docker config or in a setting. */
public final class DockerHub {
    /** The name that {@link ImageReference} uses. */
    public static final String HOST = "index.docker.io";

    private static final Set<String> NAMES =
            Set.of(HOST, "docker.io", "registry-1.docker.io", "registry.hub.docker.com");

    private DockerHub() {}

    /** The host under its one name, in lower case; other hosts as they are. */
    public static String canonical(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return NAMES.contains(lower) ? HOST : lower;
    }
}
