package dev.breakwater.storage.postgres;

import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreOpenException;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.StoreSettings.Place;
import dev.breakwater.storage.sql.Dialect;
import dev.breakwater.storage.sql.LogWriter;
import dev.breakwater.storage.sql.Migrations;
import dev.breakwater.storage.sql.Reads;
import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.SqlStore;
import dev.breakwater.storage.sql.Trouble;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL's part of the store. */
public final class PostgresDialect implements Dialect {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresDialect.class);
    private static final Migrations MIGRATIONS = new Migrations(PostgresDialect.class, List.of("0001-log.sql"));
    private static final int OLDEST_VERSION = 15;

    /** Any number, as long as every version of this program takes the same. */
    private static final long MIGRATION_LOCK = 0x6272_6561_6b77L;

    private final PostgresConnections connections;
    private final PostgresReads reads;
    private @Nullable PostgresNotifications notifications;

    private PostgresDialect(Place.Postgres place, StoreSettings settings) {
        this.connections = new PostgresConnections(place);
        this.reads = new PostgresReads(connections.pool(settings.readers()));
    }

    /** @throws StoreOpenException when the database is too old for this program, or was made by a newer one */
    public static ReportStore open(Place.Postgres place, StoreSettings settings) {
        PostgresDialect dialect = new PostgresDialect(place, settings);
        boolean opened = false;
        try {
            ReportStore store = new SqlStore(dialect, settings);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                dialect.close();
            }
        }
    }

    @Override
    public Session connectWriter() throws SQLException {
        Session session = new Session(connections.open("writer"));
        boolean ready = false;
        try {
            check(session);
            migrate(session);
            ready = true;
            return session;
        } finally {
            if (!ready) {
                session.close();
            }
        }
    }

    private static void check(Session session) throws SQLException {
        int version = session.connection().getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST_VERSION) {
            throw new StoreOpenException(
                    "the server is PostgreSQL %d, allowed is %d or later".formatted(version, OLDEST_VERSION), null);
        }
        try (ResultSet row = session.prepare("SHOW synchronous_commit").executeQuery()) {
            if (row.next() && "off".equals(row.getString(1))) {
                LOG.warn("synchronous_commit is off: a crash of the database loses writes that were acknowledged");
            }
        }
    }

    private static void migrate(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        boolean done = false;
        try {
            // Two replicas that start at once must not both make the tables.
            session.execute("SELECT pg_advisory_xact_lock(" + MIGRATION_LOCK + ")");
            if (session.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'breakwater'") == 0) {
                session.execute("CREATE SCHEMA breakwater");
            }
            boolean empty = session.number(
                            "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'store'")
                    == 0;
            MIGRATIONS.apply(session, empty ? 0 : session.number("SELECT version FROM store WHERE id = 1"));
            session.connection().commit();
            done = true;
        } finally {
            if (!done) {
                session.connection().rollback();
            }
        }
    }

    @Override
    public LogWriter writer(Session session) {
        return new PostgresLog(session);
    }

    @Override
    public Reads reads() {
        return reads;
    }

    @Override
    public String anyOf(String column) {
        return column + " = ANY(?)";
    }

    @Override
    public void bindAnyOf(PreparedStatement statement, int parameter, long[] numbers) throws SQLException {
        statement.setObject(parameter, numbers);
    }

    @Override
    public Trouble trouble(SQLException e) {
        String state = e.getSQLState();
        if (state == null) {
            return Trouble.GONE;
        }
        if (state.equals("53100")) {
            return Trouble.FULL;
        }
        return switch (state.length() < 2 ? state : state.substring(0, 2)) {
            // connection, authorisation, no such database, read-only or idle transaction, rolled back, resources, lock,
            // cancelled or shut down, system error, internal error
            case "08", "28", "3D", "25", "40", "53", "55", "57", "58", "XX" -> Trouble.GONE;
            default -> Trouble.REFUSED;
        };
    }

    @Override
    public boolean storesContentsBesideTheWriter() {
        // A long content inside the counter's lock would stop every replica (store.md 2).
        return true;
    }

    @Override
    public void beginContents(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        // The commit that refers to the content flushes the log up to its own record, which lies behind this one's.
        session.execute("SET LOCAL synchronous_commit = off");
    }

    @Override
    public void commitContents(Session session, long bytesWritten) throws SQLException {
        session.connection().commit();
        session.connection().setAutoCommit(true);
    }

    @Override
    public void rollbackContents(Session session) {
        try {
            session.connection().rollback();
            session.connection().setAutoCommit(true);
        } catch (SQLException e) {
            LOG.debug("a transaction did not roll back: {}", e.getMessage());
        }
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public void afterCommit(Session session, long bytesWritten) {
        // Checkpoints are the server's affair.
    }

    @Override
    public boolean idle(Session session) {
        // So is vacuum.
        return false;
    }

    @Override
    public void listen(Runnable wake) {
        notifications = new PostgresNotifications(connections, wake);
    }

    @Override
    public long bytesOnDisk() {
        try {
            return reads.read(session -> session.number("SELECT pg_database_size(current_database())"));
        } catch (SQLException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        if (notifications != null) {
            notifications.close();
        }
        reads.close();
    }
}
