package dev.breakwater.storage;

/**
 * Contents, one after the other, in the order they were asked for.
 *
 * <p>Threading: one thread at a time.
 */
public interface BulkSequence {
    /** Stored bytes, about, that one sequence holds where nothing else is said. */
    int MOST_AHEAD = 1 << 19;

    /**
     * The next content. Its chunks may be left unread, or read only until the next call.
     *
     * @throws java.util.NoSuchElementException after the last
     */
    Bulk.Chunks next();
}
