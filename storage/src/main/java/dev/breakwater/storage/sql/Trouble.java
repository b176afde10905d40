package dev.breakwater.storage.sql;

/** What an error of the database means for the caller. */
public enum Trouble {
    /** No space left: nothing was stored, reads go on. */
    FULL,
    /** The database, or the way to it, is gone or too slow: to be tried again later. */
    GONE,
    /** The database refuses this statement and would refuse it again. */
    REFUSED
}
