package dev.breakwater.controller.kube;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the API server does not allow us to do, as its answers show: a warning when a right is missing, one line when it is back, nothing in between,
 * however often it is tried.
 *
 * <p>Threading: one monitor; any thread.
 */
public final class Rights {
    private static final Logger log = LoggerFactory.getLogger(Rights.class);
    /** Namespaces remembered per right; roles give most rights for all namespaces at once. */
    private static final int NAMESPACES = 100;

    /** Namespaces in which a right is missing; none of them is said more than once. */
    private final Map<Right, Set<String>> missing = new LinkedHashMap<>();

    /**
     * @param group empty for the core group
     * @param resource with its subresource, such as {@code pods/log}
     */
    public record Right(String verb, String group, String resource) {
        @Override
        public String toString() {
            return verb + " " + resource + (group.isEmpty() ? "" : " in API group " + group);
        }
    }

    Rights() {}

    /** What a look at our rules found, for all that is needed within a scope. */
    public synchronized void checked(Collection<Right> absent, Collection<Right> present, String scope) {
        absent.forEach(right -> lacks(right, scope, "no role gives it"));
        present.forEach(right -> has(right, scope));
    }

    /** Rights that are missing somewhere. */
    public synchronized Set<Right> missing() {
        return Set.copyOf(missing.keySet());
    }

    void refused(Access access, String message) {
        lacks(rightOf(access), access.namespace(), message);
    }

    void allowed(Access access) {
        has(rightOf(access), access.namespace());
    }

    private synchronized void lacks(Right right, String scope, String why) {
        Set<String> scopes = missing.get(right);
        if (scopes == null) {
            scopes = new LinkedHashSet<>();
            missing.put(right, scopes);
            log.warn(
                    "not allowed to {}{}: what needs it rests until a role gives it (docs/rbac-controller.md): {}",
                    right,
                    scope.isEmpty() ? "" : " (namespace " + scope + ")",
                    why);
        }
        if (scopes.size() < NAMESPACES) {
            scopes.add(scope);
        }
    }

    private synchronized void has(Right right, String scope) {
        Set<String> scopes = missing.get(right);
        if (scopes == null) {
            return;
        }
        scopes.remove(scope);
        // Of the whole cluster, or of the last of the namespaces it was missing in.
        if (scope.isEmpty() || scopes.isEmpty()) {
            missing.remove(right);
            log.info("allowed again to {}", right);
        }
    }

    private static Right rightOf(Access access) {
        return new Right(access.verb(), access.group(), access.resource());
    }
}
