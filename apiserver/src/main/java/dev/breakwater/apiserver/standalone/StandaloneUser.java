package dev.breakwater.apiserver.standalone;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user of a standalone server.
 *
 * @param token bearer token; {@code null} for a client certificate made by the server
 */
record StandaloneUser(
        String name, List<String> groups, @Nullable String token, List<Role> roles) {
    /**
     * What a user may. {@code *} stands for all verbs or all resources.
     *
     * @param namespaces empty for the whole cluster
     * @param resources plural names; subresources as {@code plural/status}
     */
    record Role(List<String> namespaces, List<String> resources, List<String> verbs) {
        boolean covers(String verb, String resource, @Nullable String namespace) {
            return (namespaces.isEmpty() || namespace != null && namespaces.contains(namespace))
                    && (verbs.contains("*") || verbs.contains(verb))
                    && (resources.contains("*") || resources.contains(resource));
        }
    }
}
