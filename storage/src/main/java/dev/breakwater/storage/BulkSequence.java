package dev.breakwater.storage;

/**
 * Contents, one after the other, in the order they were asked for.
 *
 * <p>Threading: one thread at a time.
 */
public interface BulkSequence {
    /**
     * The next content. Its chunks may be left unread, or read only until the next call.
     *
     * @throws java.util.NoSuchElementException after the last
     */
    Bulk.Chunks next();
}
