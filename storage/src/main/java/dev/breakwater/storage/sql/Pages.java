package dev.breakwater.storage.sql;

import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.EntryFilter;
import dev.breakwater.storage.LabelTerm;
import dev.breakwater.storage.PageOutcome;
import dev.breakwater.storage.PageQuery;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.StoreClock;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages: first the narrow rows of the log in key order, then the labels that a selector asks for, then the heads of what was
 * selected. Each is one statement that is closed before the next; a page is at most 500 rows, as many bytes as its
 * reader may hold (1 MB at most) and 100 ms long (store.md 18).
 *
 * <p>What was compacted is read last: rows may have been deleted under the reader until then, and only a page that was read before
 * its snapshot was given up is whole (store.md 5).
 */
final class Pages {
    private static final int ROWS = 500;
    /**
     * Heads whose sizes are asked for before they are read. The second question must find the pages of the first in SQLite's cache:
     * heads that lie next to each other in a list lie anywhere in the file.
     */
    private static final int HEADS = 100;

    private static final long NANOS = Duration.ofMillis(100).toNanos();

    /** More label hits than this are cheaper found by a scan in key order. */
    private static final int INDEXED_HITS = 1000;

    private static final String VISIBLE = """
            SELECT r.rev, r.key, r.lset FROM rev r
            WHERE r.kind = ? AND r.key > ? AND r.key < ? AND r.rev <= ? AND r.superseded > ?
            ORDER BY r.key LIMIT ?
            """;

    private final Dialect dialect;
    private final Heads heads;
    private final Labels labels;
    private final StoreClock clock;

    Pages(Dialect dialect, Heads heads, Labels labels, StoreClock clock) {
        this.dialect = dialect;
        this.heads = heads;
        this.labels = labels;
        this.clock = clock;
    }

    PageOutcome page(Session session, PageQuery query) throws SQLException {
        int limit = Math.min(query.limit(), ROWS);
        if (limit < 1) {
            throw new IllegalArgumentException("limit is " + query.limit() + ", allowed is 1 or more");
        }
        Selection selection = indexed(session, query, limit);
        if (selection == null) {
            selection = scanned(session, query, limit);
        }
        Read read = heads(session, selection, query);
        long compacted = session.number("SELECT compacted FROM store WHERE id = 1");
        if (compacted > query.revision()) {
            return new PageOutcome.Expired(compacted);
        }
        if (read.missing != null) {
            throw CorruptContentException.ofRevision(
                    read.missing.revision, "the head or the labels of " + read.missing.key + " are not stored");
        }
        return new PageOutcome.Page(read.entries, read.resumeAfter);
    }

    /** Walks the keys in order and keeps what the filter selects. */
    private Selection scanned(Session session, PageQuery query, int limit) throws SQLException {
        List<Narrow> selected = new ArrayList<>();
        Range range = Range.of(query);
        String after = range.after;
        long begin = clock.nanos();
        while (true) {
            // One more than needed tells whether anything follows; a filter may need many more.
            int wanted = query.filter() == EntryFilter.ALL ? Math.min(ROWS, limit - selected.size()) + 1 : ROWS + 1;
            List<Narrow> rows = visible(session, query, after, range.before, wanted);
            boolean whole = query.filter() == EntryFilter.ALL;
            Map<Long, Map<String, String>> sets = whole ? Map.of() : labels.of(session, setsOf(rows));
            for (Narrow row : rows) {
                if (selected.size() == limit) {
                    return new Selection(selected, after, null);
                }
                after = row.key;
                Map<String, String> set = sets.get(row.labelSet);
                if (!whole && set == null) {
                    return new Selection(selected, after, row);
                }
                if (set == null || query.filter().matches(row.key, set)) {
                    selected.add(row);
                }
            }
            if (rows.size() < wanted) {
                return new Selection(selected, null, null);
            }
            if (clock.nanos() - begin > NANOS) {
                return new Selection(selected, after, null);
            }
        }
    }

    /** Answers from the label index when a term has few hits; {@code null} when a scan is better. */
    private @Nullable Selection indexed(Session session, PageQuery query, int limit) throws SQLException {
        long[] sets = fewestSets(session, query.narrowing());
        if (sets == null) {
            return null;
        }
        Range range = Range.of(query);
        List<Narrow> rows = new ArrayList<>();
        if (sets.length > 0) {
            // The sums leave one index to the planner: with the others it may walk all keys of the kind for a handful
            // of sets.
            PreparedStatement select = session.prepare(
                    "SELECT r.rev, r.key, r.lset FROM rev r WHERE "
                            + dialect.anyOf("r.lset")
                            + " AND r.kind + 0 = ? AND r.key > ? AND r.key < ? AND r.rev + 0 <= ? AND r.superseded > ? LIMIT ?");
            dialect.bindAnyOf(select, 1, sets);
            bind(select, 2, query, range.after, range.before, INDEXED_HITS + 1);
            read(select, rows);
        }
        if (rows.size() > INDEXED_HITS) {
            return null;
        }
        Map<Long, Map<String, String>> labelsOf = labels.of(session, setsOf(rows));
        List<Narrow> selected = new ArrayList<>();
        rows.sort(Comparator.comparing(Narrow::key, KeyOrder.BYTES));
        for (Narrow row : rows) {
            Map<String, String> set = labelsOf.get(row.labelSet);
            if (set == null) {
                return new Selection(selected, row.key, row);
            }
            if (query.filter().matches(row.key, set)) {
                if (selected.size() == limit) {
                    return new Selection(selected, selected.getLast().key, null);
                }
                selected.add(row);
            }
        }
        return new Selection(selected, null, null);
    }

    /** The label sets that hold the rarest term; {@code null} when even that one is frequent, or there is no term. */
    private long @Nullable [] fewestSets(Session session, List<LabelTerm> terms) throws SQLException {
        long[] fewest = null;
        for (LabelTerm term : terms) {
            List<String> values = List.copyOf(term.values());
            PreparedStatement select = session.prepare("SELECT DISTINCT lset FROM label WHERE k = ? AND v IN ("
                    + String.join(", ", Collections.nCopies(values.size(), "?")) + ") LIMIT " + (INDEXED_HITS + 1));
            select.setString(1, term.key());
            for (int i = 0; i < values.size(); i++) {
                select.setString(i + 2, values.get(i));
            }
            List<Long> sets = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sets.add(rows.getLong(1));
                }
            }
            if (sets.size() <= INDEXED_HITS && (fewest == null || sets.size() < fewest.length)) {
                fewest = sets.stream().mapToLong(Long::longValue).toArray();
            }
        }
        return fewest;
    }

    private List<Narrow> visible(Session session, PageQuery query, String after, String before, int limit)
            throws SQLException {
        PreparedStatement select = session.prepare(VISIBLE);
        bind(select, 1, query, after, before, limit);
        List<Narrow> rows = new ArrayList<>();
        read(select, rows);
        return rows;
    }

    private static void bind(
            PreparedStatement select, int first, PageQuery query, String after, String before, int limit)
            throws SQLException {
        select.setLong(first, query.kind().number());
        select.setString(first + 1, after);
        select.setString(first + 2, before);
        select.setLong(first + 3, query.revision());
        select.setLong(first + 4, query.revision());
        select.setLong(first + 5, limit);
    }

    private static void read(PreparedStatement select, List<Narrow> into) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                into.add(new Narrow(rows.getLong(1), Objects.requireNonNull(rows.getString(2)), rows.getLong(3)));
            }
        }
    }

    private Read heads(Session session, Selection selection, PageQuery query) throws SQLException {
        Projection projection = query.projection();
        List<Entry> entries = new ArrayList<>(selection.rows.size());
        long left = query.bytes();
        int done = 0;
        boolean full = false;
        while (done < selection.rows.size() && !full) {
            List<Narrow> rows = selection.rows.subList(done, Math.min(done + HEADS, selection.rows.size()));
            List<Long> revisions = rows.stream().map(Narrow::revision).toList();
            Heads.Fitting fitting = heads.within(session, revisions, projection, left, entries.isEmpty());
            Map<Long, Entry> read = heads.withoutLabels(session, revisions.subList(0, fitting.count()), projection);
            for (Narrow row : rows.subList(0, fitting.count())) {
                Entry entry = read.get(row.revision);
                if (entry == null) {
                    return new Read(entries, null, row);
                }
                entries.add(entry);
            }
            done += fitting.count();
            left -= fitting.bytes();
            full = fitting.count() < rows.size();
        }
        int count = entries.size();
        boolean all = count == selection.rows.size();
        return new Read(entries, all ? selection.resumeAfter : selection.rows.get(count - 1).key, selection.missing);
    }

    private static Set<Long> setsOf(List<Narrow> rows) {
        return rows.stream().map(Narrow::labelSet).collect(Collectors.toSet());
    }

    private record Narrow(long revision, String key, long labelSet) {}

    /** @param missing as in {@link Read}; its labels are not there */
    private record Selection(
            List<Narrow> rows,
            @Nullable String resumeAfter,
            @Nullable Narrow missing) {}

    /** @param missing an object whose head or labels are not there: the snapshot was compacted, or the store is damaged */
    private record Read(
            List<Entry> entries,
            @Nullable String resumeAfter,
            @Nullable Narrow missing) {}

    /** Both ends are left out. A namespace is everything between {@code ns/} and {@code ns0}, since {@code 0} follows the slash. */
    private record Range(String after, String before) {
        /** No UTF-8 text sorts behind it, and no key holds it. */
        private static final String END = "\uDBFF\uDFFF";

        static Range of(PageQuery query) {
            String namespace = query.namespace();
            if (namespace == null) {
                return new Range(query.after(), END);
            }
            String first = namespace + "/";
            return new Range(KeyOrder.BYTES.compare(query.after(), first) > 0 ? query.after() : first, namespace + "0");
        }
    }
}
