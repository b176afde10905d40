package dev.breakwater.storage;

/** How a revision that a client presents relates to what the store can answer. */
public enum RevisionStanding {
    /** Within history: a snapshot at it can be read and a watch can resume from it. */
    READABLE,
    /** Compacted, or inside a gap that a restart or failover left (store.md 1): answer 410. */
    EXPIRED,
    /** Greater than any revision given so far. */
    AHEAD
}
