package dev.breakwater.storage;

/** Something that is wrong with a store. */
public sealed interface Finding {
    /** In words, for a line of a report. */
    String how();

    /**
     * An object that is there now and cannot be shown as it was stored.
     *
     * @param key {@code namespace/name} or {@code name}
     */
    record DamagedObject(KindId kind, String key, long revision, String how) implements Finding {}

    /** Anything else: the database's own structure, history that cannot be shown, tables that do not agree. */
    record Fault(String how) implements Finding {}
}
