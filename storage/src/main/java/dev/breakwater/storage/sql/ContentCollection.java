package dev.breakwater.storage.sql;

import dev.breakwater.storage.StoreClock;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes contents that nothing refers to, and encodings that were replaced.
 *
 * <p>There are no reference counts: one beside the content rewrote 60 KB for each change of it. Compaction names candidates; the deletion
 * looks again under the lock of the counter, so that no commit is about to refer to what goes (store.md 12). A candidate is left alone
 * for an hour: a write may be on its way that has seen the content, and a long answer may still be reading the old encoding.
 *
 * <p>Threading: {@link Upkeep}'s lock.
 */
final class ContentCollection {
    static final Duration LEFT_ALONE = Duration.ofHours(1);
    private static final int AT_ONCE = 50;

    private final Dialect dialect;
    private final Guard guard;
    private final Committer committer;
    private final StoreClock clock;
    private final Meters meters;
    private final Duration retention;

    ContentCollection(
            Dialect dialect, Guard guard, Committer committer, StoreClock clock, Meters meters, Duration retention) {
        this.dialect = dialect;
        this.guard = guard;
        this.committer = committer;
        this.clock = clock;
        this.meters = meters;
        this.retention = retention;
    }

    private record Candidate(long content, int encoding) {}

    void pass() {
        // No answer lasts longer than half the retention: while space is short that is long enough.
        Duration leftAlone = dialect.isShort() && retention.dividedBy(2).compareTo(LEFT_ALONE) < 0
                ? retention.dividedBy(2)
                : LEFT_ALONE;
        long before = clock.wallMillis() - leftAlone.toMillis();
        List<Candidate> candidates = guard.read(session -> candidates(session, before));
        while (!candidates.isEmpty()) {
            List<Candidate> some = candidates;
            committer.call((session, writer) -> collect(session, writer, some, before));
            candidates = guard.read(session -> candidates(session, before));
        }
    }

    private static List<Candidate> candidates(Session session, long before) throws SQLException {
        PreparedStatement select =
                session.prepare("SELECT bulk, enc FROM bulk_gc WHERE since <= ? ORDER BY bulk, enc LIMIT " + AT_ONCE);
        select.setLong(1, before);
        List<Candidate> candidates = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                candidates.add(new Candidate(row.getLong(1), row.getInt(2)));
            }
        }
        return candidates;
    }

    private boolean collect(Session session, LogWriter writer, List<Candidate> candidates, long before)
            throws SQLException {
        writer.lock(List.of(), List.of(), List.of());
        long[] whole = candidates.stream()
                .filter(candidate -> candidate.encoding == 0)
                .mapToLong(Candidate::content)
                .toArray();
        List<Long> gone = deleteUnused(session, whole, before);
        PreparedStatement chunks = session.prepare("DELETE FROM bulk_chunk WHERE " + dialect.anyOf("bulk"));
        dialect.bindAnyOf(chunks, 1, gone.stream().mapToLong(Long::longValue).toArray());
        chunks.executeUpdate();
        PreparedStatement replaced = session.prepare("""
                DELETE FROM bulk_chunk WHERE bulk = ? AND enc = ? AND NOT EXISTS
                  (SELECT 1 FROM bulk b WHERE b.id = bulk_chunk.bulk AND b.enc = bulk_chunk.enc)
                """);
        PreparedStatement done = session.prepare("DELETE FROM bulk_gc WHERE bulk = ? AND enc = ?");
        for (Candidate candidate : candidates) {
            if (candidate.encoding > 0) {
                replaced.setLong(1, candidate.content);
                replaced.setLong(2, candidate.encoding);
                replaced.executeUpdate();
            }
            done.setLong(1, candidate.content);
            done.setLong(2, candidate.encoding);
            done.executeUpdate();
        }
        writer.commit();
        meters.contentsCollected.add(gone.size());
        return true;
    }

    private List<Long> deleteUnused(Session session, long[] contents, long before) throws SQLException {
        PreparedStatement delete = session.prepare("DELETE FROM bulk WHERE " + dialect.anyOf("id")
                + " AND created <= ? AND NOT EXISTS (SELECT 1 FROM rev r WHERE r.bulk = bulk.id) RETURNING id");
        dialect.bindAnyOf(delete, 1, contents);
        delete.setLong(2, before);
        List<Long> gone = new ArrayList<>();
        try (ResultSet row = delete.executeQuery()) {
            while (row.next()) {
                gone.add(row.getLong(1));
            }
        }
        return gone;
    }
}
