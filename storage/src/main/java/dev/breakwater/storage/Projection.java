package dev.breakwater.storage;

/** How much of each object a read fetches. */
public enum Projection {
    /** Identity only, and labels: counting, deletecollection. */
    KEYS,
    /** Cells and the meta segment as well: tables and metadata lists. */
    META,
    /** All of the head, and which bulk belongs to it. */
    HEAD,
    /**
     * As {@link #HEAD}, except that a long {@code rest} stays {@linkplain dev.breakwater.storage.segment.Segment#elsewhere elsewhere} and is
     * read by {@link ReportStore#readRest}: for whoever only passes it on.
     */
    SHOWN
}
