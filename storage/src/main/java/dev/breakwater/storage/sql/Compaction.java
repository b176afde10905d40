package dev.breakwater.storage.sql;

import dev.breakwater.storage.StoreClock;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives up history that is older than the retention.
 *
 * <p>First the revision C below which no snapshot can be read any more is committed, then rows are deleted in small transactions: a
 * reader looks at C after it has read its rows, and so never takes a page with holes for a whole one (store.md 5). C comes from samples
 * that this process took itself, by the clock that does not step: a wall clock put forward compacts nothing.
 *
 * <p>What is dead is found in the log itself: each row after the last sweep names the revision it superseded. So a sweep costs what
 * changed, however many objects there are, and needs no index that every write would have to keep.
 *
 * <p>Threading: {@link Upkeep}'s lock.
 */
final class Compaction {
    private static final int ROWS_AT_ONCE = 250;
    private static final int SAMPLES_PER_RETENTION = 20;

    private final Dialect dialect;
    private final Guard guard;
    private final Committer committer;
    private final StoreClock clock;
    private final Meters meters;
    private final Duration retention;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private volatile long compacted;

    private record Sample(long nanos, long revision) {}

    Compaction(Dialect dialect, Guard guard, Committer committer, StoreClock clock, Meters meters, Duration retention) {
        this.dialect = dialect;
        this.guard = guard;
        this.committer = committer;
        this.clock = clock;
        this.meters = meters;
        this.retention = retention;
    }

    /** As far as this process knows. */
    long compacted() {
        return compacted;
    }

    void pass() {
        long now = clock.nanos();
        Sample due = null;
        while (!samples.isEmpty() && now - samples.getFirst().nanos >= retention.toNanos()) {
            due = samples.removeFirst();
        }
        if (samples.isEmpty() || now - samples.getLast().nanos >= retention.toNanos() / SAMPLES_PER_RETENTION) {
            samples.add(new Sample(now, guard.read(session -> session.number("SELECT rev FROM counter WHERE id = 1"))));
        }
        if (due != null) {
            long revision = due.revision;
            committer.call((session, writer) -> compact(session, writer, revision));
        }
        boolean more = true;
        while (more) {
            more = committer.call(this::sweep);
        }
    }

    private boolean compact(Session session, LogWriter writer, long revision) throws SQLException {
        writer.lock(List.of(), List.of(), List.of());
        PreparedStatement update = session.prepare("UPDATE store SET compacted = ? WHERE id = 1 AND compacted < ?");
        update.setLong(1, revision);
        update.setLong(2, revision);
        update.executeUpdate();
        // Revisions before C are expired whether or not they lie in a gap.
        PreparedStatement forget = session.prepare("DELETE FROM epoch WHERE first <= ?");
        forget.setLong(1, revision);
        forget.executeUpdate();
        writer.commit();
        return true;
    }

    /** One small transaction; whether another one is needed. */
    private boolean sweep(Session session, LogWriter writer) throws SQLException {
        compacted = session.number("SELECT compacted FROM store WHERE id = 1");
        if (session.number("SELECT swept FROM store WHERE id = 1") >= compacted) {
            return false;
        }
        // Under the counter's lock, so that no commit anywhere is about to refer to a label set that goes here.
        writer.lock(List.of(), List.of(), List.of());
        long swept = session.number("SELECT swept FROM store WHERE id = 1");
        Dead dead = dead(session, swept);
        delete(session, dead);
        PreparedStatement update = session.prepare("UPDATE store SET swept = ? WHERE id = 1");
        update.setLong(1, dead.through);
        update.executeUpdate();
        writer.commit();
        meters.rowsCompacted.add(dead.revisions.size());
        return dead.through < compacted;
    }

    private record Dead(List<Long> revisions, long through) {}

    private Dead dead(Session session, long swept) throws SQLException {
        PreparedStatement select = session.prepare("""
                SELECT rev, op, prev FROM rev WHERE rev > ? AND rev <= ? ORDER BY rev LIMIT ?
                """);
        select.setLong(1, swept);
        select.setLong(2, compacted);
        select.setLong(3, ROWS_AT_ONCE);
        List<Long> revisions = new ArrayList<>();
        long last = compacted;
        int rows = 0;
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                rows++;
                last = row.getLong(1);
                if (row.getLong(3) > 0) {
                    revisions.add(row.getLong(3));
                }
                if (row.getInt(2) == LogRow.DELETED) {
                    revisions.add(last);
                }
            }
        }
        return new Dead(revisions, rows < ROWS_AT_ONCE ? compacted : last);
    }

    private void delete(Session session, Dead dead) throws SQLException {
        if (dead.revisions.isEmpty()) {
            return;
        }
        Set<Long> labelSets = new HashSet<>();
        Set<Long> contents = new HashSet<>();
        PreparedStatement rows =
                session.prepare("DELETE FROM rev WHERE " + dialect.anyOf("rev") + " RETURNING lset, bulk");
        dialect.bindAnyOf(rows, 1, numbers(dead.revisions));
        try (ResultSet row = rows.executeQuery()) {
            while (row.next()) {
                labelSets.add(row.getLong(1));
                long content = row.getLong(2);
                if (!row.wasNull()) {
                    contents.add(content);
                }
            }
        }
        PreparedStatement heads = session.prepare("DELETE FROM head WHERE " + dialect.anyOf("rev"));
        dialect.bindAnyOf(heads, 1, numbers(dead.revisions));
        heads.executeUpdate();
        long now = clock.wallMillis();
        for (long content : contents) {
            Contents.candidate(session, content, 0, now);
        }
        deleteUnused(session, labelSets);
    }

    private void deleteUnused(Session session, Set<Long> labelSets) throws SQLException {
        PreparedStatement sets = session.prepare("DELETE FROM labelset WHERE " + dialect.anyOf("id")
                + " AND NOT EXISTS (SELECT 1 FROM rev r WHERE r.lset = labelset.id) RETURNING id");
        dialect.bindAnyOf(sets, 1, numbers(labelSets));
        List<Long> gone = new ArrayList<>();
        try (ResultSet row = sets.executeQuery()) {
            while (row.next()) {
                gone.add(row.getLong(1));
            }
        }
        if (!gone.isEmpty()) {
            PreparedStatement labels = session.prepare("DELETE FROM label WHERE " + dialect.anyOf("lset"));
            dialect.bindAnyOf(labels, 1, numbers(gone));
            labels.executeUpdate();
        }
    }

    private static long[] numbers(Collection<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }
}
