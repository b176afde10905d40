package dev.breakwater.storage.sqlite;

import dev.breakwater.storage.Finding;
import dev.breakwater.storage.StoreDamagedException;
import dev.breakwater.storage.StoreExamination;
import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreOpenException;
import dev.breakwater.storage.StoreUnavailableException;
import dev.breakwater.storage.Verdict;
import dev.breakwater.storage.segment.ZlibPool;
import dev.breakwater.storage.sql.Inspection;
import dev.breakwater.storage.sql.SavedObjects;
import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.SettingAside;
import dev.breakwater.storage.sql.Soundness;
import dev.breakwater.storage.sql.Trouble;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;

/** The file, page by page, and what lies in it. */
public final class SqliteExamination implements StoreExamination {
    private static final String STRUCTURE = "the database's structure: ";

    private final Path folder;
    private final Path file;

    public SqliteExamination(Path folder) {
        this.folder = folder;
        this.file = folder.resolve(SqliteDialect.FILE);
    }

    @Override
    public Verdict examine(Consumer<Finding> found) {
        requireFile();
        try (ZlibPool pool = new ZlibPool(1);
                Session session = open(true)) {
            return inspection(session, pool, found).run(structure(session));
        } catch (SQLException e) {
            if (trouble(e) == Trouble.DAMAGED) {
                found.accept(new Finding.Fault(STRUCTURE + e.getMessage()));
                return new Verdict(0, 0, 0, 1);
            }
            throw failure(e);
        }
    }

    @Override
    public long setAside(Path saved) {
        requireFile();
        FolderLock lock = FolderLock.take(folder);
        try (ZlibPool pool = new ZlibPool(1);
                SavedObjects out = new SavedObjects(saved, pool)) {
            if (!isSoundlyBuilt()) {
                new Salvage(folder).rebuild(out);
            }
            try (Session session = open(false)) {
                List<Finding.DamagedObject> objects = new ArrayList<>();
                Inspection inspection = inspection(session, pool, finding -> {
                    if (finding instanceof Finding.DamagedObject object) {
                        objects.add(object);
                    }
                });
                inspection.run(List.of());
                new SettingAside(session, List.of("BEGIN IMMEDIATE"), System.currentTimeMillis())
                        .run(objects, inspection.damagedContents(), inspection.damagedLabels(), out);
                session.number("PRAGMA wal_checkpoint(TRUNCATE)");
                try (ResultSet row = session.prepare("SELECT incarnation FROM store WHERE id = 1")
                        .executeQuery()) {
                    lock.mark(new FolderLock.Mark(true, row.next() ? row.getString(1) : null));
                }
            }
            return out.objects();
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            lock.close();
        }
    }

    private static Inspection inspection(Session session, ZlibPool pool, Consumer<Finding> found) {
        return new Inspection(session, SqliteExamination::trouble, new Soundness(pool), "BEGIN", found);
    }

    private void requireFile() {
        if (!Files.isRegularFile(file)) {
            throw new StoreOpenException("there is no store in %s: %s is not there".formatted(folder, file), null);
        }
    }

    private boolean isSoundlyBuilt() throws SQLException {
        try (Session session = open(false)) {
            return structure(session).isEmpty() && session.number("SELECT count(*) FROM store") >= 0;
        } catch (SQLException e) {
            if (trouble(e) != Trouble.DAMAGED) {
                throw e;
            }
            return false;
        }
    }

    private static List<String> structure(Session session) {
        List<String> faults = new ArrayList<>();
        try (ResultSet rows = session.prepare("PRAGMA integrity_check(100)").executeQuery()) {
            while (rows.next()) {
                String line = String.valueOf(rows.getString(1));
                if (!line.equals("ok")) {
                    faults.add(STRUCTURE + line.replace('\n', ' '));
                }
            }
        } catch (SQLException e) {
            faults.add(STRUCTURE + e.getMessage());
        }
        return faults;
    }

    private Session open(boolean readOnly) throws SQLException {
        Properties properties = new Properties();
        if (readOnly) {
            // SQLITE_OPEN_READONLY: not even a checkpoint at the end, which would write what is damaged over what is
            // not.
            properties.setProperty("open_mode", "1");
        }
        Session session = new Session(DriverManager.getConnection("jdbc:sqlite:" + file, properties));
        boolean ready = false;
        try {
            session.execute("PRAGMA busy_timeout = 2000");
            session.execute("PRAGMA temp_store = MEMORY");
            session.execute("PRAGMA mmap_size = 0");
            ready = true;
            return session;
        } finally {
            if (!ready) {
                session.close();
            }
        }
    }

    static Trouble trouble(SQLException e) {
        return SqliteErrors.trouble(e, () -> false);
    }

    private RuntimeException failure(SQLException e) {
        String said = SqliteErrors.advice(e, file);
        return switch (trouble(e)) {
            case FULL -> new StoreFullException("no space left: " + said, e);
            case DAMAGED ->
                new StoreDamagedException("the database is damaged beyond what can be set aside: " + said, e);
            default -> new StoreUnavailableException("the database cannot be read: " + said, e);
        };
    }
}
