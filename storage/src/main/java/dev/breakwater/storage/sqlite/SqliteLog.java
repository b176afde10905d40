package dev.breakwater.storage.sqlite;

import dev.breakwater.storage.Head;
import dev.breakwater.storage.StoreClock;
import dev.breakwater.storage.sql.LabelSet;
import dev.breakwater.storage.sql.LogRow;
import dev.breakwater.storage.sql.LogWriter;
import dev.breakwater.storage.sql.ObjectKey;
import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.Sha256;
import dev.breakwater.storage.sql.StoredForm;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The statements of a commit, one row each: a call into SQLite costs microseconds, no round trip. */
final class SqliteLog implements LogWriter {
    private final Session session;
    private final StoreClock clock;
    private final Presence presence;

    SqliteLog(Session session, StoreClock clock, Presence presence) {
        this.session = session;
        this.clock = clock;
        this.presence = presence;
    }

    @Override
    public Known lock(Collection<ObjectKey> objects, Collection<Sha256> contents, Collection<Sha256> labelSets)
            throws SQLException {
        presence.require();
        session.prepare("BEGIN IMMEDIATE").executeUpdate();
        long counter = session.number("SELECT rev FROM counter WHERE id = 1");
        return new Known(
                counter,
                live(objects),
                numbers("SELECT id FROM bulk WHERE sha = ?", contents),
                numbers("SELECT id FROM labelset WHERE hash = ?", labelSets));
    }

    private Map<ObjectKey, Live> live(Collection<ObjectKey> objects) throws SQLException {
        PreparedStatement select = session.prepare("""
                SELECT c.rev, r.lset, r.bulk FROM cur c JOIN rev r ON r.rev = c.rev WHERE c.kind = ? AND c.key = ?
                """);
        Map<ObjectKey, Live> live = new HashMap<>();
        for (ObjectKey object : objects) {
            select.setLong(1, object.kind());
            select.setString(2, object.key());
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    long bulk = row.getLong(3);
                    live.put(object, new Live(row.getLong(1), row.getLong(2), row.wasNull() ? null : bulk));
                }
            }
        }
        return live;
    }

    private Map<Sha256, Long> numbers(String sql, Collection<Sha256> hashes) throws SQLException {
        PreparedStatement select = session.prepare(sql);
        Map<Sha256, Long> numbers = new HashMap<>();
        for (Sha256 hash : hashes) {
            select.setBytes(1, hash.bytes());
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    numbers.put(hash, row.getLong(1));
                }
            }
        }
        return numbers;
    }

    @Override
    public void append(Appended batch) throws SQLException {
        for (Map.Entry<Long, LabelSet> set : batch.newLabelSets().entrySet()) {
            insert(set.getKey(), set.getValue());
        }
        for (LogRow row : batch.rows()) {
            insert(row, batch.id());
            if (row.head() != null) {
                insert(row.revision(), row.head());
            }
        }
        supersede(batch.superseded());
        move(batch.current());
        count(batch.tally());
        PreparedStatement counter = session.prepare("UPDATE counter SET rev = ? WHERE id = 1");
        counter.setLong(1, batch.counter());
        counter.executeUpdate();
    }

    private void insert(long number, LabelSet set) throws SQLException {
        PreparedStatement insert = session.prepare("INSERT INTO labelset (id, hash, json) VALUES (?, ?, ?)");
        insert.setLong(1, number);
        insert.setBytes(2, set.hash().bytes());
        insert.setString(3, set.json());
        insert.executeUpdate();
        PreparedStatement label = session.prepare("INSERT INTO label (k, v, lset) VALUES (?, ?, ?)");
        for (Map.Entry<String, String> each : set.labels().entrySet()) {
            label.setString(1, each.getKey());
            label.setString(2, each.getValue());
            label.setLong(3, number);
            label.executeUpdate();
        }
    }

    private void insert(LogRow row, long batch) throws SQLException {
        PreparedStatement insert = session.prepare("""
                INSERT INTO rev (rev, kind, key, op, prev, superseded, lset, bulk, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """);
        insert.setLong(1, row.revision());
        insert.setLong(2, row.object().kind());
        insert.setString(3, row.object().key());
        insert.setLong(4, row.op());
        insert.setLong(5, row.previous());
        insert.setLong(6, row.superseded());
        insert.setLong(7, row.labelSet());
        if (row.bulk() == null) {
            insert.setNull(8, Types.BIGINT);
        } else {
            insert.setLong(8, row.bulk());
        }
        insert.setLong(9, batch);
        insert.executeUpdate();
    }

    private void insert(long revision, Head head) throws SQLException {
        StoredForm stored = StoredForm.of(head);
        PreparedStatement insert = session.prepare("""
                INSERT INTO head (rev, uid, generation, created, content, meta_crc, meta_len, meta_zcrc,
                  rest_crc, rest_len, rest_zcrc, cells, meta, rest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """);
        insert.setLong(1, revision);
        insert.setString(2, head.uid());
        insert.setLong(3, head.generation());
        insert.setLong(4, stored.created());
        insert.setBytes(5, head.content());
        insert.setLong(6, head.meta().crc());
        insert.setLong(7, head.meta().length());
        insert.setLong(8, stored.metaChecksum());
        insert.setLong(9, head.rest().crc());
        insert.setLong(10, head.rest().length());
        insert.setLong(11, stored.restChecksum());
        insert.setString(12, head.cells());
        insert.setBytes(13, head.meta().deflated());
        insert.setBytes(14, head.rest().deflated());
        insert.executeUpdate();
    }

    private void supersede(Map<Long, Long> superseded) throws SQLException {
        PreparedStatement update = session.prepare("UPDATE rev SET superseded = ? WHERE rev = ?");
        for (Map.Entry<Long, Long> each : superseded.entrySet()) {
            update.setLong(1, each.getValue());
            update.setLong(2, each.getKey());
            if (update.executeUpdate() != 1) {
                throw new SQLException("revision " + each.getKey() + " is current but has no row", Session.DAMAGED);
            }
        }
    }

    private void move(Map<ObjectKey, Long> current) throws SQLException {
        PreparedStatement put = session.prepare("""
                INSERT INTO cur (kind, key, rev) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET rev = excluded.rev
                """);
        PreparedStatement remove = session.prepare("DELETE FROM cur WHERE kind = ? AND key = ?");
        for (Map.Entry<ObjectKey, Long> each : current.entrySet()) {
            PreparedStatement statement = each.getValue() == 0 ? remove : put;
            statement.setLong(1, each.getKey().kind());
            statement.setString(2, each.getKey().key());
            if (each.getValue() != 0) {
                statement.setLong(3, each.getValue());
            }
            statement.executeUpdate();
        }
    }

    private void count(Map<ObjectKey, Long> tally) throws SQLException {
        PreparedStatement add = session.prepare("""
                INSERT INTO tally (kind, ns, n) VALUES (?, ?, ?) ON CONFLICT (kind, ns) DO UPDATE SET n = n + excluded.n
                """);
        for (Map.Entry<ObjectKey, Long> each : tally.entrySet()) {
            if (each.getValue() != 0) {
                add.setLong(1, each.getKey().kind());
                add.setString(2, each.getKey().key());
                add.setLong(3, each.getValue());
                add.executeUpdate();
            }
        }
    }

    @Override
    public void commit() throws SQLException {
        session.prepare("COMMIT").executeUpdate();
        // Before anybody is told: what was written into a file that nobody will open again is not stored.
        presence.require();
    }

    @Override
    public void rollback() throws SQLException {
        Transactions.rollback(session);
    }

    @Override
    public long clockMicros() {
        return clock.wallMillis() * 1000;
    }
}
