package dev.breakwater.storage;

/** What became of a write. Exactly one change was appended, durably, if and only if this is {@link Applied}. */
public sealed interface WriteOutcome {
    /** Committed as {@code revision}; for a deletion, the revision of the deletion. */
    record Applied(long revision) implements WriteOutcome {}

    /** The object is at {@code actual}, not at the expected revision. */
    record Conflict(long actual) implements WriteOutcome {}

    /** A create found the key taken by the object at {@code existing}. */
    record AlreadyExists(long existing) implements WriteOutcome {}

    /** A replace or delete found no object. */
    record Missing() implements WriteOutcome {}
}
