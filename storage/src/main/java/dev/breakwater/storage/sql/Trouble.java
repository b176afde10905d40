package dev.breakwater.storage.sql;

/** What an error of the database means for the caller. */
public enum Trouble {
    /** No space left: nothing was stored, reads go on. */
    FULL,
    /** The database, or the way to it, is gone or too slow: to be tried again later. */
    GONE,
    /** It answers but takes no writes, or not ours: read-only, no permission, another schema. Somebody has to do something. */
    UNUSABLE,
    /** Its files are no longer where they were opened: what is written goes nowhere. It may be put back. */
    MISPLACED,
    /** The database's bytes are not what it wrote. */
    DAMAGED,
    /** The database refuses this statement and would refuse it again. */
    REFUSED
}
