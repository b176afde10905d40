package dev.breakwater.controller.audit;

/**
 * An object that is audited.
 *
 * @param namespace empty for a cluster-scoped object
 */
record AuditKey(AuditedKind kind, String namespace, String name) {
    /** {@code Pod shop/web}. */
    @Override
    public String toString() {
        return kind.resource().kind() + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }

    String path() {
        return kind.resource().named(namespace, name);
    }
}
