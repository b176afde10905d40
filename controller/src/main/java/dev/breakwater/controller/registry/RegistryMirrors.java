package dev.breakwater.controller.registry;

import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.registry.credentials.DockerHub;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where to pull instead. A prefix is whole elements of a name ({@code registry.example/team} says nothing of {@code registry.example/team-a}), and the
 * longest that fits counts. Reports show the image as the pod names it.
 */
public final class RegistryMirrors {
    private final Map<String, String> byPrefix = new TreeMap<>();

    /** @throws IllegalArgumentException for what is no beginning of an image's name */
    public RegistryMirrors(Map<String, String> mirrors) {
        mirrors.forEach((prefix, replacement) -> byPrefix.put(canonical(prefix), canonical(replacement)));
    }

    /** The same content elsewhere; the reference itself where nothing is said of it. */
    public ImageReference of(ImageReference reference) {
        @Nullable String longest = null;
        for (String prefix : byPrefix.keySet()) {
            boolean fits = reference.name().equals(prefix) || reference.name().startsWith(prefix + "/");
            if (fits && (longest == null || prefix.length() > longest.length())) {
                longest = prefix;
            }
        }
        if (longest == null) {
            return reference;
        }
        String name = byPrefix.get(longest) + reference.name().substring(longest.length());
        int slash = name.indexOf('/');
        return new ImageReference(
                name.substring(0, slash), name.substring(slash + 1), reference.tag(), reference.digest());
    }

    private static String canonical(String prefix) {
        String text = prefix.strip();
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        String path = slash < 0 ? "" : text.substring(slash);
        // Whether it is a name that a registry takes; a host alone is none.
        ImageReference.parse(host + (path.isEmpty() ? "/any" : path));
        if (!host.equals("localhost") && host.indexOf('.') < 0 && host.indexOf(':') < 0) {
            throw new IllegalArgumentException("'" + prefix + "' does not begin with a host");
        }
        return DockerHub.canonical(host) + path;
    }
}
