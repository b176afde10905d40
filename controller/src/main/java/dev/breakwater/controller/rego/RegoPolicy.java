package dev.breakwater.controller.rego;

import java.util.List;

/**
 * A policy as written.
 *
 * @param file {@code policy.NAME.rego}, with the place it comes from before it where that is not the ConfigMap
 * @param namespace its package, for example {@code trivyoperator.images}
 * @param kinds it is run on, {@code *} for every kind
 */
public record RegoPolicy(String file, String text, String namespace, List<String> kinds) {
    boolean appliesTo(String kind) {
        return kinds.contains("*") || kinds.contains(kind);
    }
}
