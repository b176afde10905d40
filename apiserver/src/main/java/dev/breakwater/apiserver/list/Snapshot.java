package dev.breakwater.apiserver.list;

import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.selector.Selection;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.PageOutcome;
import dev.breakwater.storage.PageQuery;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.ReportStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A collection as it was at one revision, read in short pages: nothing is held of the database between two reads, so that a slow
 * client holds up nobody (store.md 18).
 *
 * <p>Threading: one thread at a time.
 */
public final class Snapshot {
    /** Largest page that the store gives. */
    public static final int PAGE = 500;

    private final ReportStore store;
    private final ReportKind kind;
    private final Selection selection;
    private final long revision;
    private final Projection projection;
    private @Nullable String after;

    /** @param after key after which to begin, empty for the beginning */
    public Snapshot(
            ReportStore store,
            ReportKind kind,
            Selection selection,
            long revision,
            Projection projection,
            String after) {
        this.store = store;
        this.kind = kind;
        this.selection = selection;
        this.revision = revision;
        this.projection = projection;
        this.after = after;
    }

    public long revision() {
        return revision;
    }

    /** Whether nothing can follow what was read. */
    public boolean ended() {
        return after == null;
    }

    /**
     * Reads on: {@code most} entries, fewer only at the end.
     *
     * @throws ExpiredException if the revision was compacted meanwhile
     */
    public List<Entry> read(int most) throws ExpiredException {
        List<Entry> entries = new ArrayList<>(Math.min(most, PAGE));
        while (entries.size() < most && after != null) {
            entries.addAll(readSome(Math.min(most - entries.size(), PAGE)));
        }
        return entries;
    }

    /** Reads on: up to {@code most} entries, perhaps none although more follow. */
    public List<Entry> readSome(int most) throws ExpiredException {
        return readSome(most, PageQuery.MOST_BYTES);
    }

    /**
     * Reads on: up to {@code most} entries of {@code bytes} bytes of heads, perhaps none although more follow.
     *
     * @param bytes about; one entry in any case
     */
    public List<Entry> readSome(int most, long bytes) throws ExpiredException {
        String from = after;
        if (from == null) {
            return List.of();
        }
        PageQuery query = new PageQuery(
                kind.id(),
                kind.namespaced() ? selection.scannedNamespace() : null,
                from,
                revision,
                most,
                projection,
                selection.labels().narrowing(),
                selection.filter(),
                bytes);
        return switch (store.page(query)) {
            case PageOutcome.Page page -> {
                after = page.resumeAfter();
                yield page.entries();
            }
            case PageOutcome.Expired expired -> throw new ExpiredException(expired.compacted());
        };
    }

    /** The snapshot's revision is no longer whole. */
    public static final class ExpiredException extends Exception {
        private static final long serialVersionUID = 1L;

        ExpiredException(long compacted) {
            super("history up to revision " + compacted + " was compacted", null, false, false);
        }
    }
}
