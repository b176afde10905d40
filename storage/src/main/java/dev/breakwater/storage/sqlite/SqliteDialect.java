package dev.breakwater.storage.sqlite;

import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreClock;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.sql.Dialect;
import dev.breakwater.storage.sql.LogWriter;
import dev.breakwater.storage.sql.Migrations;
import dev.breakwater.storage.sql.Reads;
import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.SqlStore;
import dev.breakwater.storage.sql.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** SQLite's part of the store. */
public final class SqliteDialect implements Dialect {
    private static final Migrations MIGRATIONS = new Migrations(SqliteDialect.class, List.of("0001-log.sql"));

    private static final int PAGE_BYTES = 8192;

    private final Path file;
    private final FolderLock lock;
    private final StoreClock clock;
    private final SqliteReads reads;
    private final WriteAheadLog log = new WriteAheadLog();

    private SqliteDialect(Path folder, StoreSettings settings) {
        this.lock = FolderLock.take(folder);
        this.file = folder.resolve("store.db");
        this.clock = settings.clock();
        this.reads = new SqliteReads(settings.readers(), this::connectReader);
    }

    /** @throws dev.breakwater.storage.StoreOpenException when the folder is in use, or cannot be used */
    public static ReportStore open(Path folder, StoreSettings settings) {
        SqliteDialect dialect = new SqliteDialect(folder, settings);
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
        Session session = new Session(connect());
        boolean ready = false;
        try {
            if (session.number("PRAGMA page_count") == 0) {
                // Fixed at creation: set after the first table, auto_vacuum stays off without a word (store.md 19). The
                // page size
                // first: auto_vacuum writes the first page.
                session.execute("PRAGMA page_size = " + PAGE_BYTES);
                session.execute("PRAGMA auto_vacuum = INCREMENTAL");
            }
            session.execute("PRAGMA journal_mode = WAL");
            settle(session, 8192);
            migrate(session);
            log.begin();
            ready = true;
            return session;
        } finally {
            if (!ready) {
                session.close();
            }
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        // Otherwise the driver prepares and runs a SELECT of the last row's number after every INSERT.
        properties.setProperty("jdbc.get_generated_keys", "false");
        return DriverManager.getConnection("jdbc:sqlite:" + file, properties);
    }

    private Session connectReader() throws SQLException {
        Session session = new Session(connect());
        settle(session, 2048);
        session.execute("PRAGMA query_only = 1");
        return session;
    }

    private static void settle(Session session, int cacheKilobytes) throws SQLException {
        session.execute("PRAGMA synchronous = FULL");
        session.execute("PRAGMA wal_autocheckpoint = 0");
        session.execute("PRAGMA journal_size_limit = 16777216");
        session.execute("PRAGMA mmap_size = 0");
        session.execute("PRAGMA cache_size = -" + cacheKilobytes);
        session.execute("PRAGMA busy_timeout = 200");
    }

    private static void migrate(Session session) throws SQLException {
        session.execute("BEGIN IMMEDIATE");
        boolean done = false;
        try {
            boolean empty = session.number("SELECT count(*) FROM sqlite_master WHERE name = 'store'") == 0;
            MIGRATIONS.apply(session, empty ? 0 : session.number("SELECT version FROM store WHERE id = 1"));
            session.execute("COMMIT");
            done = true;
        } finally {
            if (!done) {
                Transactions.rollback(session);
            }
        }
    }

    @Override
    public LogWriter writer(Session session) {
        return new SqliteLog(session, clock);
    }

    @Override
    public Reads reads() {
        return reads;
    }

    @Override
    public String anyOf(String column) {
        return column + " IN (SELECT value FROM json_each(?))";
    }

    @Override
    public void bindAnyOf(PreparedStatement statement, int parameter, long[] numbers) throws SQLException {
        StringBuilder json = new StringBuilder(numbers.length * 17 + 2).append('[');
        for (int i = 0; i < numbers.length; i++) {
            json.append(i == 0 ? "" : ",").append(numbers[i]);
        }
        statement.setString(parameter, json.append(']').toString());
    }

    @Override
    public Trouble trouble(SQLException e) {
        if (e instanceof SQLiteException sqlite) {
            SQLiteErrorCode code = sqlite.getResultCode();
            // Extended codes hold the primary one in their low byte.
            return switch (code.code & 0xff) {
                case 13 -> Trouble.FULL;
                // busy, locked, out of memory, interrupted, I/O error, corrupt, cannot open, protocol, not a database
                case 5, 6, 7, 9, 10, 11, 14, 15, 26 -> Trouble.GONE;
                default -> Trouble.REFUSED;
            };
        }
        return Trouble.GONE;
    }

    @Override
    public boolean storesContentsBesideTheWriter() {
        return false;
    }

    @Override
    public void beginContents(Session session) throws SQLException {
        // Not synced by itself: the commit that refers to the content syncs the same log, with these frames before its
        // own.
        session.execute("PRAGMA synchronous = NORMAL");
        session.execute("BEGIN IMMEDIATE");
    }

    @Override
    public void commitContents(Session session, long bytesWritten) throws SQLException {
        session.execute("COMMIT");
        session.execute("PRAGMA synchronous = FULL");
        log.written(session, bytesWritten);
    }

    @Override
    public void rollbackContents(Session session) {
        try {
            Transactions.rollback(session);
            session.execute("PRAGMA synchronous = FULL");
        } catch (SQLException e) {
            throw new IllegalStateException("a transaction could not be ended", e);
        }
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public void afterCommit(Session session, long bytesWritten) throws SQLException {
        log.written(session, bytesWritten);
    }

    @Override
    public boolean idle(Session session) throws SQLException {
        return log.idle(session);
    }

    @Override
    public void listen(Runnable wake) {
        // Nobody else writes.
    }

    @Override
    public long bytesOnDisk() {
        long bytes = 0;
        for (String suffix : List.of("", "-wal", "-shm")) {
            try {
                bytes += Files.size(file.resolveSibling(file.getFileName() + suffix));
            } catch (IOException e) {
                // Not there at the moment.
                continue;
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        reads.close();
        lock.close();
    }

    /**
     * Keeps the write-ahead log short. SQLite's own checkpoints ran into readers and left 216 MB of log for 175 MB written; a
     * RESTART by the writer at 8 MB left 28 MB (store.md 18).
     *
     * <p>Threading: the writer thread only.
     */
    private static final class WriteAheadLog {
        private static final long PASSIVE_EVERY = 2 << 20;
        private static final long RESTART_AT = 8 << 20;

        /** What a commit writes besides the bytes it carries: index pages, mostly. */
        private static final long COMMIT_BYTES = 64 << 10;

        private static final long FREE_PAGES_KEPT = 64;
        private static final int PAGES_AT_ONCE = 256;

        private long sinceCheckpoint;
        private boolean written = true;

        void begin() {
            sinceCheckpoint = 0;
            written = true;
        }

        void written(Session session, long bytes) throws SQLException {
            written = true;
            sinceCheckpoint += bytes + COMMIT_BYTES;
            if (sinceCheckpoint >= PASSIVE_EVERY) {
                sinceCheckpoint = 0;
                if (checkpoint(session, "PASSIVE") * PAGE_BYTES > RESTART_AT) {
                    checkpoint(session, "RESTART");
                }
            }
        }

        boolean idle(Session session) throws SQLException {
            if (written) {
                checkpoint(session, "TRUNCATE");
                written = false;
                sinceCheckpoint = 0;
            }
            if (session.number("PRAGMA freelist_count") <= FREE_PAGES_KEPT) {
                return false;
            }
            try (Statement vacuum = session.connection().createStatement()) {
                // Gives back a page per step, and executeUpdate alone steps to the end.
                vacuum.executeUpdate("PRAGMA incremental_vacuum(" + PAGES_AT_ONCE + ")");
            }
            written = true;
            return true;
        }

        /** Returns the frames in the log. A reader in the way is no error: the next one gets further. */
        private static long checkpoint(Session session, String mode) throws SQLException {
            try (ResultSet row =
                    session.prepare("PRAGMA wal_checkpoint(" + mode + ")").executeQuery()) {
                return row.next() ? row.getLong(2) : 0;
            }
        }
    }
}
