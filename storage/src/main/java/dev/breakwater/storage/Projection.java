package dev.breakwater.storage;

/** How much of each object a read fetches. */
public enum Projection {
    /** Labels and identity only: counting, deletecollection. */
    KEYS,
    /** Labels, cells and the meta segment: tables and metadata lists. */
    META,
    /** All of the head, and which bulk belongs to it. */
    HEAD
}
