package dev.breakwater.storage.sql;

import dev.breakwater.storage.Finding;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Takes damaged objects out of a store and makes its tables agree, in one transaction under the counter's lock.
 *
 * <p>No change of the log tells of it, since a deletion shows the head of what it deletes, and that is damaged. Instead all history is given
 * up: who lists or watches from before is told 410 and lists anew, without what is gone. So nobody goes on with an object that is not
 * there, and nothing damaged is left to be met.
 */
public final class SettingAside {
    private final Session session;
    private final List<String> begin;
    private final long now;

    /**
     * @param begin statements that begin a transaction that nobody else can write beside
     * @param now milliseconds since 1970
     */
    public SettingAside(Session session, List<String> begin, long now) {
        this.session = session;
        this.begin = begin;
        this.now = now;
    }

    /**
     * @param contents that are damaged
     * @param labelSets that are damaged, or whose rows in the index of labels are
     */
    public void run(
            List<Finding.DamagedObject> objects,
            Collection<Long> contents,
            Collection<Long> labelSets,
            SavedObjects saved)
            throws SQLException {
        for (String statement : begin) {
            session.execute(statement);
        }
        boolean done = false;
        try {
            for (Finding.DamagedObject object : objects) {
                saved.add(session, object);
            }
            saved.sync();
            for (Finding.DamagedObject object : objects) {
                delete(object);
            }
            giveUpHistory();
            nameWhatIsThere();
            for (long content : contents) {
                number(
                        "DELETE FROM bulk WHERE id = ? AND NOT EXISTS (SELECT 1 FROM rev r WHERE r.bulk = bulk.id)",
                        content);
            }
            forgetWhatNothingRefersTo();
            for (long set : labelSets) {
                indexAnew(set);
            }
            countAnew();
            session.execute("COMMIT");
            done = true;
        } finally {
            if (!done) {
                session.execute("ROLLBACK");
            }
        }
    }

    /** Only what was looked at: with replicas somebody may have written it anew since; and a damaged name is not another's row. */
    private void delete(Finding.DamagedObject object) throws SQLException {
        PreparedStatement delete = session.prepare(
                "DELETE FROM rev WHERE rev = ? AND kind = ? AND key = ? AND superseded = " + LogRow.LIVE);
        delete.setLong(1, object.revision());
        delete.setLong(2, object.kind().number());
        delete.setString(3, object.key());
        delete.executeUpdate();
    }

    private void giveUpHistory() throws SQLException {
        session.execute("DELETE FROM rev WHERE superseded <> " + LogRow.LIVE);
        session.execute("DELETE FROM rev WHERE EXISTS (SELECT 1 FROM rev later WHERE later.kind = rev.kind"
                + " AND later.key = rev.key AND later.rev > rev.rev)");
        session.execute("DELETE FROM head WHERE NOT EXISTS (SELECT 1 FROM rev r WHERE r.rev = head.rev)");
        long revision = Math.max(
                        session.number("SELECT COALESCE(max(rev), 0) FROM counter"),
                        session.number("SELECT COALESCE(max(rev), 0) FROM rev"))
                + 1;
        session.execute("DELETE FROM counter");
        number("INSERT INTO counter (id, rev) VALUES (1, ?)", revision);
        number("UPDATE store SET compacted = ?", revision);
        number("UPDATE store SET swept = ?", revision);
        number("DELETE FROM epoch WHERE first <= ?", revision);
    }

    private void nameWhatIsThere() throws SQLException {
        session.execute("DELETE FROM cur WHERE NOT EXISTS"
                + " (SELECT 1 FROM rev r WHERE r.rev = cur.rev AND r.kind = cur.kind AND r.key = cur.key)");
        session.execute("INSERT INTO cur (kind, key, rev) SELECT r.kind, r.key, r.rev FROM rev r WHERE NOT EXISTS"
                + " (SELECT 1 FROM cur c WHERE c.kind = r.kind AND c.key = r.key)");
    }

    private void forgetWhatNothingRefersTo() throws SQLException {
        session.execute("DELETE FROM bulk_chunk WHERE NOT EXISTS (SELECT 1 FROM bulk b WHERE b.id = bulk_chunk.bulk)");
        session.execute("DELETE FROM bulk_gc WHERE NOT EXISTS (SELECT 1 FROM bulk b WHERE b.id = bulk_gc.bulk)");
        number(
                "INSERT INTO bulk_gc (bulk, enc, since) SELECT b.id, 0, CAST(? AS BIGINT) FROM bulk b WHERE NOT EXISTS"
                        + " (SELECT 1 FROM rev r WHERE r.bulk = b.id) ON CONFLICT DO NOTHING",
                now);
        session.execute("DELETE FROM labelset WHERE NOT EXISTS (SELECT 1 FROM rev r WHERE r.lset = labelset.id)");
        session.execute("DELETE FROM label WHERE NOT EXISTS (SELECT 1 FROM labelset l WHERE l.id = label.lset)");
    }

    private void indexAnew(long set) throws SQLException {
        PreparedStatement select = session.prepare("SELECT json FROM labelset WHERE id = ?");
        select.setLong(1, set);
        String json;
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return;
            }
            json = Objects.requireNonNull(row.getString(1));
        }
        number("DELETE FROM label WHERE lset = ?", set);
        PreparedStatement insert =
                session.prepare("INSERT INTO label (k, v, lset) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
        for (Map.Entry<String, String> label : LabelSet.parse(json).entrySet()) {
            insert.setString(1, label.getKey());
            insert.setString(2, label.getValue());
            insert.setLong(3, set);
            insert.executeUpdate();
        }
    }

    private void countAnew() throws SQLException {
        Map<ObjectKey, Long> counts =
                new TreeMap<>(java.util.Comparator.comparingInt(ObjectKey::kind).thenComparing(ObjectKey::key));
        long last = 0;
        long before;
        do {
            before = last;
            PreparedStatement select =
                    session.prepare("SELECT rev, kind, key FROM rev WHERE rev > ? ORDER BY rev LIMIT 5000");
            select.setLong(1, before);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    last = row.getLong(1);
                    ObjectKey object = new ObjectKey(row.getInt(2), Objects.requireNonNull(row.getString(3)));
                    counts.merge(new ObjectKey(object.kind(), object.namespace()), 1L, Long::sum);
                }
            }
        } while (last > before);
        session.execute("DELETE FROM tally");
        PreparedStatement insert = session.prepare("INSERT INTO tally (kind, ns, n) VALUES (?, ?, ?)");
        for (Map.Entry<ObjectKey, Long> count : counts.entrySet()) {
            insert.setLong(1, count.getKey().kind());
            insert.setString(2, count.getKey().key());
            insert.setLong(3, count.getValue());
            insert.executeUpdate();
        }
    }

    private void number(String sql, long number) throws SQLException {
        PreparedStatement statement = session.prepare(sql);
        statement.setLong(1, number);
        statement.executeUpdate();
    }
}
