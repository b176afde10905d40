package dev.breakwater.apiserver.selector;

import dev.breakwater.storage.EntryFilter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a list, watch or collection delete is about: a namespace or all, labels and fields.
 *
 * @param namespace {@code null} for all, and for cluster-scoped kinds
 */
public record Selection(@Nullable String namespace, LabelSelector labels, FieldSelector fields) {
    /** Whether no selector narrows the collection: only then is remainingItemCount told (k8s-wire 4.4). */
    public boolean isWhole() {
        return labels.isEverything() && fields.isEverything();
    }

    /** Whether the object under {@code key} ({@code namespace/name} or {@code name}) is in scope and selected. */
    public boolean matches(String key, Map<String, String> objectLabels) {
        int slash = key.indexOf('/');
        if (namespace != null && !(slash == namespace.length() && key.startsWith(namespace))) {
            return false;
        }
        if (!fields.isEverything()
                && !fields.matches(slash < 0 ? "" : key.substring(0, slash), key.substring(slash + 1))) {
            return false;
        }
        return labels.matches(objectLabels);
    }

    /** For a store that looks into one namespace already. */
    public EntryFilter filter() {
        return isWhole() ? EntryFilter.ALL : this::matches;
    }

    /** The namespace to scan: the scope, or the only one that the fields can match. */
    public @Nullable String scannedNamespace() {
        return namespace != null ? namespace : fields.exactNamespace();
    }

    /** The only key that can match, or {@code null} if several can. */
    public @Nullable String exactKey(boolean namespaced) {
        String name = fields.exactName();
        if (name == null || !namespaced) {
            return name;
        }
        String in = scannedNamespace();
        return in == null ? null : in + "/" + name;
    }

    /** Identifies the selection in a continue token: equal text, equal selection. */
    public String fingerprint() {
        return (namespace == null ? "" : namespace) + "\n" + labels + "\n" + fields;
    }
}
