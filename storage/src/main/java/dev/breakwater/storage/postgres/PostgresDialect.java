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
    private final int readers;
    private @Nullable PostgresReads reads;
    private @Nullable PostgresNotifications notifications;

    private PostgresDialect(Place.Postgres place, StoreSettings settings) {
        this.connections = new PostgresConnections(place);
        this.readers = settings.readers();
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
        Session session = new Session(connections.openBare("writer"));
        boolean ready = false;
        try {
            Pooler.refuseWithoutSession(session.connection(), () -> connections.openBare("writer"));
            session.execute(connections.settings(""));
            check(session);
            migrate(session);
            PostgresReads open = reads;
            if (open == null) {
                reads = new PostgresReads(connections.pool(readers));
            } else {
                // The writer's was lost, perhaps because another server is the primary now: the others may lead to the
                // old one.
                open.renew();
            }
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

    private void migrate(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        boolean done = false;
        try {
            // For this transaction, whatever the session has: tables are never made where a search path happens to
            // lead.
            session.execute("SET LOCAL search_path = " + connections.schema());
            // Two replicas that start at once must not both make the tables.
            session.execute("SELECT pg_advisory_xact_lock(" + MIGRATION_LOCK + ")");
            boolean empty = session.number("SELECT count(*) FROM pg_tables WHERE tablename = 'store' AND schemaname = '"
                            + connections.schema() + "'")
                    == 0;
            if (empty && reads != null) {
                throw new SQLException("the schema " + connections.schema() + " holds no store any more", "3F000");
            }
            if (empty
                    && session.number(
                                    "SELECT count(*) FROM pg_namespace WHERE nspname = '" + connections.schema() + "'")
                            == 0) {
                session.execute("CREATE SCHEMA " + connections.schema());
            }
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
        return new PostgresLog(session, connections.schema());
    }

    @Override
    public Reads reads() throws SQLException {
        PostgresReads open = reads;
        if (open == null) {
            throw new SQLException("no connection was made yet", "08003");
        }
        return open;
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
        return PostgresErrors.trouble(e);
    }

    @Override
    public String advice(SQLException e) {
        return PostgresErrors.advice(e);
    }

    @Override
    public void check() throws SQLException {
        String found = reads().read(session -> {
            try (ResultSet row = session.prepare("SELECT current_schema()").executeQuery()) {
                return row.next() ? String.valueOf(row.getString(1)) : "none";
            }
        });
        if (!found.equals(connections.schema())) {
            throw new SQLException(
                    "names lead to the schema %s, not to %s".formatted(found, connections.schema()), "3F000");
        }
    }

    @Override
    public @Nullable String shortage(long bytes, boolean content) {
        // How much the server's disk has left it does not say.
        return null;
    }

    @Override
    public boolean isShort() {
        return false;
    }

    @Override
    public boolean relieve(Session session) {
        return false;
    }

    @Override
    public boolean endedUncleanly() {
        // The server recovers by itself, whatever became of us.
        return false;
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
            return reads().read(session -> session.number("SELECT pg_database_size(current_database())"));
        } catch (SQLException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        if (notifications != null) {
            notifications.close();
        }
        if (reads != null) {
            reads.close();
        }
    }
}
