package dev.breakwater.storage;

/** How much of each object a read fetches. */
public enum Projection {
    /** Identity only, and labels: counting, deletecollection. */
    KEYS,
    /** Cells and the meta segment as well: tables and metadata lists. */
    META,
    /** All of the head, and which bulk belongs to it. */
    HEAD
}
