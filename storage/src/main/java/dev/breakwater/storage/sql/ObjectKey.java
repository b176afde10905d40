package dev.breakwater.storage.sql;

/** Kind number and key of an object. */
public record ObjectKey(int kind, String key) {
    /** The namespace, or an empty text for a cluster-scoped object. */
    public String namespace() {
        int slash = key.indexOf('/');
        return slash < 0 ? "" : key.substring(0, slash);
    }
}
