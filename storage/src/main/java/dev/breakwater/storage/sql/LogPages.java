package dev.breakwater.storage.sql;

import dev.breakwater.storage.Change;
import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Projection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the log in revision order, each change with what a selector must know of the state before. */
final class LogPages {
    private static final int CHANGES = 200;
    static final long MOST_BYTES = 1 << 20;

    /** What a change holds besides the bytes of its head, about: objects, key, labels. */
    private static final long OVERHEAD = 1024;

    /** The sum keeps planners from the key index: the order of the log is wanted, and most rows of the range qualify. */
    private static final String AFTER = """
            SELECT r.rev, r.op, r.prev, r.lset, p.lset FROM rev r LEFT JOIN rev p ON p.rev = r.prev
            WHERE r.rev > ? AND r.rev <= ? %s ORDER BY r.rev LIMIT ?
            """;

    private static final String ALL = AFTER.formatted("");
    private static final String OF_KIND = AFTER.formatted("AND r.kind + 0 = ?");

    private final Heads heads;
    private final Labels labels;

    LogPages(Heads heads, Labels labels) {
        this.heads = heads;
        this.labels = labels;
    }

    /**
     * Changes after a revision.
     *
     * @param through every change up to and with it is in the page
     * @param counter the last revision given when the page was read
     * @param compacted read after the page: where it is greater than the revision asked for, the page has holes
     * @param gaps that begin or end behind the revision asked for; read after the page too
     */
    record LogPage(List<Change> changes, long through, long counter, long compacted, List<Gap> gaps) {}

    /** Revisions between the two were never given by the history that the database holds now. */
    record Gap(long last, long first) {
        boolean holds(long revision) {
            return last < revision && revision < first;
        }
    }

    /**
     * @param kind only this kind; {@code null} for all
     * @param bytes of heads that the page may hold; one change at least
     */
    LogPage after(Session session, long revision, @Nullable Integer kind, long bytes) throws SQLException {
        // The counter first: what is committed while we read belongs to the next page (store.md 4).
        long counter = session.number("SELECT rev FROM counter WHERE id = 1");
        int most = (int) Math.clamp(bytes / OVERHEAD, 1, CHANGES);
        List<Row> found = rows(session, revision, counter, kind, most);
        int count = heads.within(session, found.stream().map(Row::shown).toList(), Projection.HEAD, bytes, true)
                .count();
        List<Row> rows = found.subList(0, count);
        List<Change> changes = changes(session, rows);
        long compacted = session.number("SELECT compacted FROM store WHERE id = 1");
        if (changes.size() < rows.size() && compacted <= revision) {
            throw new CorruptContentException(
                    "a change between revisions %d and %d has no head".formatted(revision, counter), null);
        }
        long through = count == found.size() && count < most ? Math.max(counter, revision) : rows.getLast().revision;
        return new LogPage(changes, through, counter, compacted, gaps(session, revision));
    }

    private static List<Gap> gaps(Session session, long after) throws SQLException {
        PreparedStatement select = session.prepare("SELECT last, first FROM epoch WHERE first > ? ORDER BY first");
        select.setLong(1, after);
        List<Gap> gaps = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                gaps.add(new Gap(rows.getLong(1), rows.getLong(2)));
            }
        }
        return gaps;
    }

    private static List<Row> rows(Session session, long after, long through, @Nullable Integer kind, int most)
            throws SQLException {
        if (through <= after) {
            return List.of();
        }
        PreparedStatement select = session.prepare(kind == null ? ALL : OF_KIND);
        int parameter = 1;
        select.setLong(parameter++, after);
        select.setLong(parameter++, through);
        if (kind != null) {
            select.setLong(parameter++, kind);
        }
        select.setLong(parameter, most);
        List<Row> rows = new ArrayList<>();
        try (ResultSet result = select.executeQuery()) {
            while (result.next()) {
                rows.add(new Row(
                        result.getLong(1), result.getInt(2), result.getLong(3), result.getLong(4), result.getLong(5)));
            }
        }
        return rows;
    }

    private List<Change> changes(Session session, List<Row> rows) throws SQLException {
        if (rows.isEmpty()) {
            return List.of();
        }
        Set<Long> shown = new HashSet<>();
        Set<Long> sets = new HashSet<>();
        for (Row row : rows) {
            shown.add(row.shown());
            sets.add(row.previousLabelSet);
        }
        sets.remove(0L);
        Map<Long, Entry> entries = heads.of(session, shown, Projection.HEAD);
        Map<Long, Map<String, String>> labelsOf = labels.of(session, sets);
        List<Change> changes = new ArrayList<>(rows.size());
        for (Row row : rows) {
            Entry entry = entries.get(row.shown());
            Map<String, String> before = row.previous == 0 ? Map.of() : labelsOf.get(row.previousLabelSet);
            if (entry != null && before != null) {
                changes.add(row.change(entry, before));
            }
        }
        return changes;
    }

    private record Row(long revision, int op, long previous, long labelSet, long previousLabelSet) {
        /** The revision whose head is shown: a deletion shows the last state. */
        long shown() {
            return op == LogRow.DELETED ? previous : revision;
        }

        Change change(Entry entry, Map<String, String> before) {
            Change.Type type = switch (op) {
                case LogRow.ADDED -> Change.Type.ADDED;
                case LogRow.MODIFIED -> Change.Type.MODIFIED;
                case LogRow.DELETED -> Change.Type.DELETED;
                default ->
                    throw new CorruptContentException("revision %d has operation %d".formatted(revision, op), null);
            };
            Entry state = new Entry(revision, entry.kind(), entry.key(), entry.head(), entry.bulk());
            return new Change(type, state, previous, before);
        }
    }
}
