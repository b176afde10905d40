package dev.breakwater.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of the objects of one kind as they were at one revision, in key order (byte-wise over {@code namespace/name}, store.md 8).
 *
 * @param namespace only keys of this namespace; {@code null} for all, and for cluster-scoped kinds
 * @param after only keys greater than this; empty for the first page
 * @param revision the snapshot; from {@link ReportStore#current()} or from an earlier page
 * @param limit at most this many entries, 1 to 1,000; a page may hold fewer although more follow, since it is bounded in bytes and time too
 * @param narrowing terms that must all hold and that the label index may be used for; a hint, {@code filter} decides
 * @param filter what is selected
 * @param bytes of heads, about, that the page may hold; it holds one entry at least
 */
public record PageQuery(
        KindId kind,
        @Nullable String namespace,
        String after,
        long revision,
        int limit,
        Projection projection,
        List<LabelTerm> narrowing,
        EntryFilter filter,
        long bytes) {
    /** Most bytes of heads in a page (store.md 18). */
    public static final long MOST_BYTES = 1 << 20;

    public PageQuery {
        bytes = Math.min(bytes, MOST_BYTES);
    }

    /** A page as large as one may be. */
    public PageQuery(
            KindId kind,
            @Nullable String namespace,
            String after,
            long revision,
            int limit,
            Projection projection,
            List<LabelTerm> narrowing,
            EntryFilter filter) {
        this(kind, namespace, after, revision, limit, projection, narrowing, filter, MOST_BYTES);
    }
}
