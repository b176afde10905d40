package dev.breakwater.storage.sqlite;

import dev.breakwater.storage.sql.SavedObjects;
import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.Trouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the database anew from every row that can still be read, when its structure is damaged. The damaged file is kept beside it under
 * another name: nothing is thrown away.
 *
 * <p>Rows are read in the order of their numbers. Where a page is damaged, what lies behind it is found again by asking for greater and
 * greater numbers: the pages above it, which are few, still lead there. Tables that say again what others say (what is there now, the
 * index of labels, the tally) are not read but made anew.
 */
final class Salvage {
    private static final Logger LOG = LoggerFactory.getLogger(Salvage.class);

    /** Behind it no table goes on: revisions are microseconds since 1970. */
    private static final long LAST = 1L << 60;

    private static final int LARGEST_STEP_BITS = 58;
    private static final int DAMAGED_PLACES_AT_MOST = 100_000;

    private final Path folder;
    private final Path file;
    private final Path fresh;

    Salvage(Path folder) {
        this.folder = folder;
        this.file = folder.resolve(SqliteDialect.FILE);
        this.fresh = folder.resolve(SqliteDialect.FILE + ".new");
    }

    /** @param saved gets the names of objects of which nothing is left */
    void rebuild(SavedObjects saved) throws SQLException {
        try {
            remove(fresh);
            Path source = file;
            try (Session target = create()) {
                if (!isReadable(source)) {
                    source = withFreshFirstPage(target);
                }
                copyAll(source, target, saved);
                target.number("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            String suffix = ".damaged-"
                    + DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss")
                            .withZone(ZoneOffset.UTC)
                            .format(Instant.now());
            if (!source.equals(file)) {
                remove(source);
            }
            for (String part : List.of("", "-wal")) {
                Path damaged = beside(file, part);
                if (Files.exists(damaged)) {
                    Files.move(damaged, beside(file, suffix + part), StandardCopyOption.ATOMIC_MOVE);
                }
            }
            Files.deleteIfExists(beside(file, "-shm"));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            LOG.info("the damaged database is kept as {}", beside(file, suffix));
        } catch (IOException e) {
            throw new UncheckedIOException("the database cannot be built anew, and is as it was: " + e, e);
        }
    }

    private Session create() throws SQLException {
        FoundFiles.makePrivate(fresh);
        Session session = new Session(DriverManager.getConnection("jdbc:sqlite:" + fresh));
        session.execute("PRAGMA page_size = " + SqliteDialect.PAGE_BYTES);
        session.execute("PRAGMA auto_vacuum = INCREMENTAL");
        session.execute("PRAGMA journal_mode = WAL");
        SqliteDialect.MIGRATIONS.apply(session, 0);
        return session;
    }

    private static boolean isReadable(Path source) {
        try (Session session = openSource(source)) {
            return session.number("SELECT count(*) FROM sqlite_master WHERE name = 'rev'") == 1;
        } catch (SQLException e) {
            return false;
        }
    }

    private static Session openSource(Path source) throws SQLException {
        Properties readOnly = new Properties();
        readOnly.setProperty("open_mode", "1");
        return new Session(DriverManager.getConnection("jdbc:sqlite:" + source, readOnly));
    }

    /**
     * The first page says where every table begins, and the same script makes the same tables begin at the same pages. So a copy with the
     * first page of a new database can be read where the page itself is lost.
     */
    private Path withFreshFirstPage(Session target) throws IOException, SQLException {
        target.number("PRAGMA wal_checkpoint(TRUNCATE)");
        Path copy = beside(file, ".copy");
        remove(copy);
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        Path log = beside(file, "-wal");
        if (Files.exists(log)) {
            Files.copy(log, beside(copy, "-wal"));
        }
        ByteBuffer page = ByteBuffer.allocate(SqliteDialect.PAGE_BYTES);
        try (FileChannel from = FileChannel.open(fresh, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            from.read(page, 0);
            // Pages of the file, no free ones; believed because both counters of changes are those of the page.
            long pages = Math.max(to.size(), from.size()) / SqliteDialect.PAGE_BYTES;
            if (to.size() < from.size()) {
                to.write(ByteBuffer.allocate(1), from.size() - 1);
            }
            page.putInt(28, (int) pages);
            page.putInt(32, 0);
            page.putInt(36, 0);
            to.write(page.flip(), 0);
        }
        LOG.warn("the first page of {} is damaged; it is read with that of a new database", file);
        return copy;
    }

    private void copyAll(Path source, Session target, SavedObjects saved) throws SQLException {
        try (Session from = openSource(source)) {
            target.execute("BEGIN IMMEDIATE");
            copyNames(from, target);
            for (String[] table : new String[][] {
                {"epoch", "first"},
                {"labelset", "id"},
                {"rev", "rev"},
                {"head", "rev"},
                {"bulk", "id"},
                {"bulk_chunk", "id"}
            }) {
                long rows = copy(from, target, table[0], table[1]);
                LOG.info("{}: {} rows were saved", table[0], rows);
            }
            nameLost(from, target, saved);
            target.execute("COMMIT");
        }
    }

    /** What names the store, so that clients' continue tokens and versions stay good; new where it cannot be read. */
    private static void copyNames(Session from, Session target) throws SQLException {
        try (ResultSet row = from.prepare("SELECT incarnation, token_key FROM store WHERE id = 1")
                .executeQuery()) {
            if (row.next() && row.getString(1) != null && row.getBytes(2) != null) {
                PreparedStatement update = target.prepare("UPDATE store SET incarnation = ?, token_key = ?");
                update.setString(1, row.getString(1));
                update.setBytes(2, row.getBytes(2));
                update.executeUpdate();
            }
        } catch (SQLException e) {
            requireDamage(e);
            from.forget();
        }
        try {
            PreparedStatement update = target.prepare("UPDATE counter SET rev = ?");
            update.setLong(1, from.number("SELECT rev FROM counter WHERE id = 1"));
            update.executeUpdate();
        } catch (SQLException e) {
            // The greatest number of the log takes its place, and the next start jumps ahead of both.
            requireDamage(e);
            from.forget();
        }
    }

    private static long copy(Session from, Session target, String table, String key) throws SQLException {
        long rows = 0;
        long at = 0;
        for (int places = 0; places < DAMAGED_PLACES_AT_MOST; places++) {
            long[] last = {at};
            try {
                rows += copyAfter(from, target, table, key, last);
                return rows;
            } catch (SQLException e) {
                requireDamage(e);
                from.forget();
                at = beyond(from, table, key, last[0]);
                if (at >= LAST) {
                    return rows;
                }
            }
        }
        return rows;
    }

    /** @param last number of the last row that was copied */
    private static long copyAfter(Session from, Session target, String table, String key, long[] last)
            throws SQLException {
        PreparedStatement select = from.prepare("SELECT * FROM %s WHERE %s > ? ORDER BY %s".formatted(table, key, key));
        select.setLong(1, last[0]);
        long rows = 0;
        try (ResultSet row = select.executeQuery()) {
            int columns = row.getMetaData().getColumnCount();
            int keyColumn = row.findColumn(key);
            PreparedStatement insert = target.prepare("INSERT OR IGNORE INTO " + table + " VALUES ("
                    + String.join(", ", Collections.nCopies(columns, "?")) + ")");
            while (row.next()) {
                long number = row.getLong(keyColumn);
                Object[] values = new Object[columns];
                for (int i = 0; i < columns; i++) {
                    values[i] = row.getObject(i + 1);
                }
                for (int i = 0; i < columns; i++) {
                    insert.setObject(i + 1, values[i]);
                }
                rows += insert.executeUpdate();
                last[0] = number;
            }
        }
        return rows;
    }

    /** A number behind {@code at}, and as near as can be found, from which the table can be read on. */
    private static long beyond(Session from, String table, String key, long at) throws SQLException {
        long next = next(from, table, key, at);
        if (next > 0) {
            // Its page can be read, but not all of the row.
            return next;
        }
        int bits = 0;
        while (bits <= LARGEST_STEP_BITS && next(from, table, key, at + (1L << bits)) < 0) {
            bits++;
        }
        if (bits > LARGEST_STEP_BITS) {
            return LAST;
        }
        long low = bits == 0 ? 0 : 1L << (bits - 1);
        long high = 1L << bits;
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (next(from, table, key, at + middle) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return at + high;
    }

    /** The first number behind {@code at}; 0 when there is none, -1 when that cannot be read. */
    private static long next(Session from, String table, String key, long at) throws SQLException {
        PreparedStatement select =
                from.prepare("SELECT %s FROM %s WHERE %s > ? ORDER BY %s LIMIT 1".formatted(key, table, key, key));
        select.setLong(1, at);
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            requireDamage(e);
            from.forget();
            return -1;
        }
    }

    /** Objects whose row was on a damaged page, as far as the table of what is there still names them. */
    private static void nameLost(Session from, Session target, SavedObjects saved) throws SQLException {
        record Named(int kind, String key, long revision) {}
        Set<Named> names = new HashSet<>();
        for (String order : List.of("ASC", "DESC")) {
            try (ResultSet row = from.prepare(
                            "SELECT kind, key, rev FROM cur ORDER BY kind %s, key %s".formatted(order, order))
                    .executeQuery()) {
                while (row.next()) {
                    names.add(new Named(row.getInt(1), String.valueOf(row.getString(2)), row.getLong(3)));
                }
                break;
            } catch (SQLException e) {
                requireDamage(e);
                from.forget();
            }
        }
        PreparedStatement select = target.prepare("SELECT count(*) FROM rev WHERE rev = ?");
        for (Named name : new ArrayList<>(names)) {
            select.setLong(1, name.revision);
            try (ResultSet row = select.executeQuery()) {
                if (row.next() && row.getLong(1) == 0) {
                    saved.lost(name.kind, name.key, name.revision, "its row was on a damaged page");
                }
            }
        }
    }

    private static void requireDamage(SQLException e) throws SQLException {
        if (SqliteExamination.trouble(e) != Trouble.DAMAGED) {
            throw e;
        }
    }

    private static void remove(Path database) throws IOException {
        for (String part : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(beside(database, part));
        }
    }

    private static Path beside(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }
}
