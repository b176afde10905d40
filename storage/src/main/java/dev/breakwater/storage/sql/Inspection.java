package dev.breakwater.storage.sql;

import dev.breakwater.storage.Finding;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.Verdict;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Goes over a whole store, in short snapshots: a batch is compared within one, so that a server that writes meanwhile is no fault of the
 * store. What a damaged page hides is one finding; the rest is gone over all the same.
 */
public final class Inspection {
    private static final int BATCH = 500;

    private final Session session;
    private final Soundness soundness;
    private final String snapshot;
    private final Function<SQLException, Trouble> trouble;
    private final Consumer<Finding> found;
    private final Map<Long, String> damagedContents = new HashMap<>();
    private final Map<Long, String> damagedLabels = new HashMap<>();
    private long objects;
    private long contents;
    private long damagedObjects;
    private long faults;

    /**
     * @param trouble what an error means
     * @param snapshot statement that begins one
     */
    public Inspection(
            Session session,
            Function<SQLException, Trouble> trouble,
            Soundness soundness,
            String snapshot,
            Consumer<Finding> found) {
        this.session = session;
        this.trouble = trouble;
        this.soundness = soundness;
        this.snapshot = snapshot;
        this.found = found;
    }

    /** A part of the examination. */
    @FunctionalInterface
    private interface Part {
        void run() throws SQLException;
    }

    /** @param structure what the database says of its own structure; each line one finding */
    public Verdict run(List<String> structure) throws SQLException {
        structure.forEach(this::fault);
        part("the sets of labels", this::labels);
        part("the contents", this::contents);
        part("the log", this::log);
        part("the table of what is there", this::current);
        part("the tally", this::tally);
        part("the counter", this::counter);
        return new Verdict(objects, contents, damagedObjects, faults);
    }

    /** After a run: contents that are damaged, whoever has them. */
    public Set<Long> damagedContents() {
        return damagedContents.keySet();
    }

    /** After a run: sets of labels that are damaged, or not to be found by. */
    public Set<Long> damagedLabels() {
        return damagedLabels.keySet();
    }

    private void part(String name, Part part) throws SQLException {
        try {
            part.run();
        } catch (SQLException e) {
            if (trouble.apply(e) != Trouble.DAMAGED) {
                throw e;
            }
            fault("%s cannot be read to the end: %s".formatted(name, e.getMessage()));
        }
    }

    private <T extends @Nullable Object> T inSnapshot(SqlWork<T> work) throws SQLException {
        session.execute(snapshot);
        boolean done = false;
        try {
            T result = work.with(session);
            session.execute("COMMIT");
            done = true;
            return result;
        } finally {
            if (!done) {
                rollback();
            }
        }
    }

    private void rollback() {
        session.forget();
        try {
            session.execute("ROLLBACK");
        } catch (SQLException e) {
            // None was open, or the connection is gone: the next statement tells.
            return;
        }
    }

    private List<Long> numbers(String sql, long after) throws SQLException {
        PreparedStatement select = session.prepare(sql);
        select.setLong(1, after);
        List<Long> numbers = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }

    private void labels() throws SQLException {
        String next = "SELECT id FROM labelset WHERE id > ? ORDER BY id LIMIT " + BATCH;
        List<Long> sets = inSnapshot(any -> numbers(next, 0));
        while (!sets.isEmpty()) {
            for (long set : sets) {
                String wrong =
                        inSnapshot(any -> isThere("labelset", "id", set) ? soundness.labels(session, set) : null);
                if (wrong != null) {
                    damagedLabels.put(set, wrong);
                    if (wrong.equals(Soundness.INDEX_OF_LABELS)) {
                        fault("label set %d: %s".formatted(set, wrong));
                    }
                }
            }
            long last = sets.getLast();
            sets = inSnapshot(any -> numbers(next, last));
        }
    }

    private void contents() throws SQLException {
        String next = "SELECT id FROM bulk WHERE id > ? ORDER BY id LIMIT " + BATCH;
        List<Long> some = inSnapshot(any -> numbers(next, 0));
        while (!some.isEmpty()) {
            for (long content : some) {
                contents++;
                String wrong = content(content);
                if (wrong != null) {
                    damagedContents.put(content, wrong);
                    if (inSnapshot(any -> count(
                                    "SELECT count(*) FROM rev WHERE bulk = ? AND superseded = " + LogRow.LIVE, content))
                            == 0) {
                        fault("content %d, which no object has now, %s".formatted(content, wrong));
                    }
                }
            }
            long last = some.getLast();
            some = inSnapshot(any -> numbers(next, last));
        }
    }

    private @Nullable String content(long content) throws SQLException {
        try {
            return inSnapshot(any -> isThere("bulk", "id", content) ? soundness.content(session, content) : null);
        } catch (SQLException e) {
            if (trouble.apply(e) != Trouble.DAMAGED) {
                throw e;
            }
            return "cannot be read: " + e.getMessage();
        }
    }

    private record Row(
            long revision,
            int kind,
            String key,
            int op,
            boolean live,
            long labelSet,
            @Nullable Long content,
            boolean contentThere,
            long named) {}

    private void log() throws SQLException {
        long last = 0;
        List<Row> rows = rows(last);
        while (!rows.isEmpty()) {
            for (Row row : rows) {
                judge(row);
            }
            last = rows.getLast().revision;
            rows = rows(last);
        }
    }

    private List<Row> rows(long after) throws SQLException {
        return inSnapshot(any -> {
            PreparedStatement select = session.prepare("""
                    SELECT r.rev, r.kind, r.key, r.op, r.superseded, r.lset, r.bulk, b.id, c.rev
                    FROM rev r LEFT JOIN bulk b ON b.id = r.bulk LEFT JOIN cur c ON c.kind = r.kind AND c.key = r.key
                    WHERE r.rev > ? ORDER BY r.rev LIMIT 500
                    """);
            select.setLong(1, after);
            List<Row> rows = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long content = row.getLong(7);
                    boolean has = !row.wasNull();
                    row.getLong(8);
                    boolean there = !row.wasNull();
                    rows.add(new Row(
                            row.getLong(1),
                            row.getInt(2),
                            String.valueOf(row.getString(3)),
                            row.getInt(4),
                            row.getLong(5) == LogRow.LIVE,
                            row.getLong(6),
                            has ? content : null,
                            there,
                            row.getLong(9)));
                }
            }
            return rows;
        });
    }

    private void judge(Row row) throws SQLException {
        if (row.op == LogRow.DELETED) {
            return;
        }
        String wrong = wrong(row);
        if (row.live) {
            objects++;
            if (row.named != row.revision) {
                fault("%s is in the log at revision %d, and in the table of what is there at %d"
                        .formatted(row.key, row.revision, row.named));
            }
        }
        // A server beside us may have compacted the row since: what is not there any more is no damage.
        if (wrong == null || !inSnapshot(any -> isThere("rev", "rev", row.revision))) {
            return;
        }
        if (row.live) {
            damagedObjects++;
            found.accept(new Finding.DamagedObject(new KindId(row.kind), row.key, row.revision, wrong));
        } else {
            fault("history: %s at revision %d: %s".formatted(row.key, row.revision, wrong));
        }
    }

    private @Nullable String wrong(Row row) throws SQLException {
        String head = head(row);
        if (head != null) {
            return head;
        }
        String labels = damagedLabels.get(row.labelSet);
        if (labels != null && !labels.equals(Soundness.INDEX_OF_LABELS)) {
            return labels;
        }
        if (labels == null && !inSnapshot(any -> isThere("labelset", "id", row.labelSet))) {
            return "its labels are not stored";
        }
        if (row.content == null) {
            return null;
        }
        String content = damagedContents.get(row.content);
        if (content != null) {
            return "its content %d %s".formatted(row.content, content);
        }
        return row.contentThere ? null : "its content %d is not stored".formatted(row.content);
    }

    private @Nullable String head(Row row) throws SQLException {
        try {
            return inSnapshot(any -> soundness.head(session, row.revision));
        } catch (SQLException e) {
            if (trouble.apply(e) != Trouble.DAMAGED) {
                throw e;
            }
            return "its head cannot be read: " + e.getMessage();
        }
    }

    /** Names whose row in the log is missing: the other direction was looked at from the log. */
    private void current() throws SQLException {
        record Named(int kind, String key, long revision) {}
        List<Named> lost = inSnapshot(any -> {
            PreparedStatement select = session.prepare("""
                    SELECT c.kind, c.key, c.rev FROM cur c LEFT JOIN rev r ON r.rev = c.rev
                      AND r.kind = c.kind AND r.key = c.key AND r.superseded = ? WHERE r.rev IS NULL
                    """);
            select.setLong(1, LogRow.LIVE);
            List<Named> named = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    named.add(new Named(row.getInt(1), String.valueOf(row.getString(2)), row.getLong(3)));
                }
            }
            return named;
        });
        for (Named name : lost) {
            damagedObjects++;
            found.accept(new Finding.DamagedObject(
                    new KindId(name.kind), name.key, name.revision, "its row in the log is missing"));
        }
    }

    private void tally() throws SQLException {
        Map<String, Long> differences = inSnapshot(any -> {
            Map<String, Long> counts = new TreeMap<>();
            long last = 0;
            while (true) {
                long before = last;
                last = count(counts, last);
                if (last == before) {
                    break;
                }
            }
            try (ResultSet row =
                    session.prepare("SELECT kind, ns, n FROM tally").executeQuery()) {
                while (row.next()) {
                    counts.merge(row.getLong(1) + " " + row.getString(2), -row.getLong(3), Long::sum);
                }
            }
            return counts;
        });
        differences.forEach((where, difference) -> {
            if (difference != 0) {
                fault("the tally of kind and namespace '%s' is wrong by %d".formatted(where, -difference));
            }
        });
    }

    private long count(Map<String, Long> counts, long after) throws SQLException {
        PreparedStatement select =
                session.prepare("SELECT rev, kind, key, superseded FROM rev WHERE rev > ? ORDER BY rev LIMIT 5000");
        select.setLong(1, after);
        long last = after;
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                last = row.getLong(1);
                if (row.getLong(4) == LogRow.LIVE) {
                    ObjectKey object = new ObjectKey(row.getInt(2), Objects.requireNonNullElse(row.getString(3), ""));
                    counts.merge(object.kind() + " " + object.namespace(), 1L, Long::sum);
                }
            }
        }
        return last;
    }

    private void counter() throws SQLException {
        long[] both = inSnapshot(any -> new long[] {
            session.number("SELECT rev FROM counter WHERE id = 1"),
            session.number("SELECT COALESCE(max(rev), 0) FROM rev")
        });
        if (both[1] > both[0]) {
            fault("the counter stands at %d, the log goes up to %d".formatted(both[0], both[1]));
        }
        inSnapshot(any -> session.number("SELECT compacted FROM store WHERE id = 1"));
    }

    private boolean isThere(String table, String column, long number) throws SQLException {
        return count("SELECT count(*) FROM " + table + " WHERE " + column + " = ?", number) > 0;
    }

    private long count(String sql, long number) throws SQLException {
        PreparedStatement select = session.prepare(sql);
        select.setLong(1, number);
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private void fault(String how) {
        faults++;
        found.accept(new Finding.Fault(how));
    }
}
