package dev.breakwater.controller.registry.credentials;

import dev.breakwater.controller.image.ImageReference;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key of a docker config: what its credential is for. Matched as the kubelet does ({@code pkg/credentialprovider/keyring.go}): scheme and a leading
 * {@code /v1/} or {@code /v2/} do not count; {@code *} in the host stands for any part of one name between dots; the port must be the same; the path is
 * the beginning of the repository's, letter by letter, so that {@code HOST/team} also leads to {@code HOST/team-a/app}.
 *
 * @param host may have {@code *}; Docker Hub under its one name
 * @param port with its colon; empty for none
 * @param path with a leading slash; empty for the whole registry
 */
record ConfigKey(String host, String port, String path) {
    private static final Pattern KEY = Pattern.compile(
            "(?:https?://)?([^/:\\s]+|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?(/[^\\s]*)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern VERSION = Pattern.compile("^/v[12](?=/)");

    /** The more telling key first: longer paths before what they begin with, and names before stars. */
    static final Comparator<ConfigKey> MOST_TELLING_FIRST = Comparator.comparing(
                    (ConfigKey key) -> key.host + key.port + key.path)
            .reversed();

    /** Null for what names no registry. */
    static @Nullable ConfigKey parse(String key) {
        Matcher matcher = KEY.matcher(key.strip());
        if (!matcher.matches()) {
            return null;
        }
        String path = matcher.group(3) == null ? "" : matcher.group(3);
        path = VERSION.matcher(path).replaceFirst("");
        String port = matcher.group(2) == null ? "" : matcher.group(2);
        return new ConfigKey(DockerHub.canonical(matcher.group(1)), port, path.equals("/") ? "" : path);
    }

    boolean leadsTo(ImageReference reference) {
        ConfigKey registry = parse(reference.registry());
        return registry != null
                && registry.port.equals(port)
                && ("/" + reference.repository()).startsWith(path)
                && hostMatches(registry.host);
    }

    private boolean hostMatches(String name) {
        if (host.indexOf('*') < 0) {
            return host.equals(name);
        }
        String[] parts = host.split("\\.", -1);
        String[] names = name.split("\\.", -1);
        if (parts.length != names.length) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            if (!matches(parts[i], names[i])) {
                return false;
            }
        }
        return true;
    }

    /**
     * By the last star alone: what an earlier one could have taken more of, the last one takes as well. A regular expression would try them all, and a key of
     * a hundred stars in somebody's Secret would hold up the scans of everybody.
     */
    private static boolean matches(String part, String name) {
        int star = -1;
        int again = 0;
        int at = 0;
        int i = 0;
        while (i < name.length()) {
            if (at < part.length() && part.charAt(at) == '*') {
                star = at++;
                again = i;
            } else if (at < part.length() && part.charAt(at) == name.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++again;
            } else {
                return false;
            }
        }
        while (at < part.length() && part.charAt(at) == '*') {
            at++;
        }
        return at == part.length();
    }
}
