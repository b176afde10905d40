package dev.breakwater.controller.kube;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A resource of the API and the paths it is served at.
 *
 * @param group empty for the core group
 */
public record Resource(String group, String version, String plural, String kind, boolean namespaced) {
    public static Resource core(String plural, String kind) {
        return new Resource("", "v1", plural, kind, true);
    }

    /** {@code v1} or {@code group/version}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** Path of the whole collection over all namespaces. */
    public String all() {
        return root() + "/" + plural;
    }

    /** Path of the collection in a namespace; an empty namespace for cluster-scoped resources. */
    public String in(String namespace) {
        return namespace.isEmpty() ? all() : root() + "/namespaces/" + segment(namespace) + "/" + plural;
    }

    /** Path of one object; an empty namespace for cluster-scoped resources. */
    public String named(String namespace, String name) {
        return in(namespace) + "/" + segment(name);
    }

    private String root() {
        return group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    }

    private static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
