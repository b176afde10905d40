package dev.breakwater.storage.sql;

import dev.breakwater.storage.Head;
import org.jspecify.annotations.Nullable;

/**
 * A row of the log, to be written.
 *
 * @param op {@link #ADDED}, {@link #MODIFIED} or {@link #DELETED}
 * @param previous revision of the state before; 0 where there was none
 * @param superseded revision of the next change of the key; {@link #LIVE} while there is none. For a deletion its own revision, so
 *     that one comparison tells what is visible at a snapshot
 * @param labelSet number of the label set
 * @param bulk number of the content, or {@code null}
 * @param head {@code null} for a deletion: it shows the head of its predecessor
 */
public record LogRow(
        long revision,
        ObjectKey object,
        int op,
        long previous,
        long superseded,
        long labelSet,
        @Nullable Long bulk,
        @Nullable Head head) {
    public static final int ADDED = 1;
    public static final int MODIFIED = 2;
    public static final int DELETED = 3;

    /** Stands for "not superseded": a number, so that no index and no comparison meets a NULL. */
    public static final long LIVE = Long.MAX_VALUE;

    LogRow supersededBy(long later) {
        return new LogRow(revision, object, op, previous, later, labelSet, bulk, head);
    }
}
