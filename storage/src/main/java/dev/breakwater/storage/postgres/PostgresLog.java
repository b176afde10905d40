package dev.breakwater.storage.postgres;

import dev.breakwater.storage.sql.LogWriter;
import dev.breakwater.storage.sql.ObjectKey;
import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.Sha256;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The statements of a commit in three round trips, whatever the size of the batch: lock and look, write, commit. Every replica waits
 * for the counter while they pass.
 */
final class PostgresLog implements LogWriter {
    /** Under READ COMMITTED each statement sees what was committed before it began: those behind the lock, all before it. */
    private static final String LOCK = """
            SELECT rev FROM counter WHERE id = 1 FOR UPDATE;
            SELECT c.kind, c.key, c.rev, r.lset, r.bulk FROM unnest(?::bigint[], ?::text[]) AS k(kind, key)
              JOIN cur c ON c.kind = k.kind AND c.key = k.key JOIN rev r ON r.rev = c.rev;
            SELECT sha, id FROM bulk WHERE sha = ANY(?::bytea[]);
            SELECT hash, id FROM labelset WHERE hash = ANY(?::bytea[])
            """;

    private final Session session;
    private final String lock;

    PostgresLog(Session session, String schema) {
        this.session = session;
        this.lock = "SET LOCAL search_path = " + schema + ";\n" + LOCK;
    }

    @Override
    public Known lock(Collection<ObjectKey> objects, Collection<Sha256> contents, Collection<Sha256> labelSets)
            throws SQLException {
        session.connection().setAutoCommit(false);
        PreparedStatement lock = session.prepare(this.lock);
        lock.setObject(1, objects.stream().mapToLong(ObjectKey::kind).toArray());
        lock.setArray(2, array("text", objects.stream().map(ObjectKey::key).toArray()));
        lock.setArray(3, array("bytea", contents.stream().map(Sha256::bytes).toArray(byte[][]::new)));
        lock.setArray(4, array("bytea", labelSets.stream().map(Sha256::bytes).toArray(byte[][]::new)));
        lock.execute();
        // Past the search path, which has no rows.
        lock.getMoreResults();
        long counter;
        try (ResultSet row = results(lock)) {
            row.next();
            counter = row.getLong(1);
        }
        Map<ObjectKey, Live> live = new HashMap<>();
        lock.getMoreResults();
        try (ResultSet row = results(lock)) {
            while (row.next()) {
                long bulk = row.getLong(5);
                live.put(
                        new ObjectKey(row.getInt(1), Objects.requireNonNull(row.getString(2))),
                        new Live(row.getLong(3), row.getLong(4), row.wasNull() ? null : bulk));
            }
        }
        lock.getMoreResults();
        Map<Sha256, Long> knownContents = numbers(lock);
        lock.getMoreResults();
        return new Known(counter, live, knownContents, numbers(lock));
    }

    private static Map<Sha256, Long> numbers(PreparedStatement statement) throws SQLException {
        Map<Sha256, Long> numbers = new HashMap<>();
        try (ResultSet row = results(statement)) {
            while (row.next()) {
                numbers.put(Sha256.of(row.getBytes(1)), row.getLong(2));
            }
        }
        return numbers;
    }

    private static ResultSet results(PreparedStatement statement) throws SQLException {
        return Objects.requireNonNull(statement.getResultSet(), "a SELECT gives rows");
    }

    private java.sql.Array array(String type, Object[] elements) throws SQLException {
        return session.connection().createArrayOf(type, elements);
    }

    @Override
    public void append(Appended batch) throws SQLException {
        new PostgresAppend(session).write(batch);
    }

    @Override
    public void commit() throws SQLException {
        session.connection().commit();
    }

    @Override
    public void rollback() throws SQLException {
        session.connection().rollback();
    }

    @Override
    public long clockMicros() throws SQLException {
        return session.number("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
    }
}
