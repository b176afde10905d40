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
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SQLite's part of the store. */
public final class SqliteDialect implements Dialect {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDialect.class);
    static final Migrations MIGRATIONS = new Migrations(SqliteDialect.class, List.of("0001-log.sql"));

    static final String FILE = "store.db";
    static final int PAGE_BYTES = 8192;

    private final Path file;
    private final FolderLock lock;
    private final StoreClock clock;
    private final SqliteReads reads;
    private final Presence presence;
    private final Reserve reserve;
    private final WriteAheadLog log;
    private final boolean endedUncleanly;

    private SqliteDialect(Path folder, StoreSettings settings) {
        this.lock = FolderLock.take(folder);
        this.file = folder.resolve(FILE);
        this.clock = settings.clock();
        this.presence = new Presence(folder);
        this.reserve = new Reserve(folder);
        this.log = new WriteAheadLog(reserve, PAGE_BYTES);
        this.reads = new SqliteReads(settings.readers(), this::connectReader);
        boolean looked = false;
        try {
            this.endedUncleanly = FoundFiles.look(folder, lock.mark());
            looked = true;
        } finally {
            if (!looked) {
                lock.close();
            }
        }
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
        try {
            return openWriter();
        } catch (SQLException e) {
            if (trouble(e) == Trouble.FULL && reserve.releaseForStart()) {
                return openWriter();
            }
            throw e;
        }
    }

    private Session openWriter() throws SQLException {
        boolean first = !presence.isBegun();
        // Another file under the name is not ours to write to, and where none is SQLite would make one.
        presence.require();
        FoundFiles.makePrivate(file);
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
            presence.begin();
            if (first) {
                lock.mark(new FolderLock.Mark(false, incarnation(session)));
            }
            ready = true;
            return session;
        } finally {
            if (!ready) {
                session.close();
            }
        }
    }

    private static String incarnation(Session session) throws SQLException {
        try (ResultSet row =
                session.prepare("SELECT incarnation FROM store WHERE id = 1").executeQuery()) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        // Otherwise the driver prepares and runs a SELECT of the last row's number after every INSERT.
        properties.setProperty("jdbc.get_generated_keys", "false");
        return DriverManager.getConnection("jdbc:sqlite:" + file, properties);
    }

    private Session connectReader() throws SQLException {
        presence.require();
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
        // Our sorts are short, and a full or read-only folder of temporary files is not to stop them.
        session.execute("PRAGMA temp_store = MEMORY");
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
        return new SqliteLog(session, clock, presence);
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
        return SqliteErrors.trouble(e, reserve::isExhausted);
    }

    @Override
    public String advice(SQLException e) {
        return SqliteErrors.advice(e, file);
    }

    @Override
    public void check() throws SQLException {
        presence.require();
        if (!Files.isWritable(file) || !Files.isWritable(file.resolveSibling(FolderLock.FILE))) {
            throw new SqliteErrors.ReadOnlyException(file + " cannot be written");
        }
    }

    @Override
    public @Nullable String shortage(long bytes, boolean content) {
        return reserve.shortage(bytes, content);
    }

    @Override
    public boolean isShort() {
        return reserve.isShort();
    }

    @Override
    public boolean relieve(Session session) {
        boolean released = false;
        try {
            log.empty(session);
        } catch (SQLException e) {
            session.forget();
            released = reserve.release();
            try {
                log.empty(session);
            } catch (SQLException still) {
                session.forget();
                LOG.error("the disk is full, and the log of the database cannot be emptied: {}", still.getMessage());
            }
        }
        return released || !reserve.isExhausted() || reserve.release() || reserve.releaseForStart();
    }

    @Override
    public boolean endedUncleanly() {
        return endedUncleanly;
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
        boolean more = log.idle(session);
        if (!more) {
            reserve.refill();
        }
        return more;
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
        FolderLock.Mark last = lock.mark();
        // Without a name for the store nothing was opened: what the process before left is still to be looked at.
        if (presence.isBegun() && last.incarnation() != null) {
            // A log that another program kept from being written back is the next start's.
            lock.mark(new FolderLock.Mark(FoundFiles.isLogEmpty(file), last.incarnation()));
            reserve.keepForStart();
        }
        lock.close();
    }
}
