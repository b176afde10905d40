package dev.breakwater.storage.sqlite;

import dev.breakwater.storage.sql.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Keeps the write-ahead log short. SQLite's own checkpoints ran into readers and left 216 MB of log for 175 MB written; a
 * RESTART by the writer at 8 MB left 28 MB (store.md 18). While space is short every commit is followed by a checkpoint that gives the
 * log's space back: deletes need it.
 *
 * <p>Threading: the writer thread only.
 */
final class WriteAheadLog {
    private static final long PASSIVE_EVERY = 2 << 20;
    private static final long RESTART_AT = 8 << 20;

    /** What a commit writes besides the bytes it carries: index pages, mostly. */
    private static final long COMMIT_BYTES = 64 << 10;

    private static final long FREE_PAGES_KEPT = 64;
    private static final int PAGES_AT_ONCE = 256;

    /** Each page given back may move another and touch two more, and all of them pass through the log. */
    private static final int PAGES_AT_ONCE_WHEN_SHORT = 16;

    private final Reserve reserve;
    private final long pageBytes;
    private long sinceCheckpoint;
    private boolean written = true;

    WriteAheadLog(Reserve reserve, long pageBytes) {
        this.reserve = reserve;
        this.pageBytes = pageBytes;
    }

    void begin() {
        sinceCheckpoint = 0;
        written = true;
    }

    void written(Session session, long bytes) throws SQLException {
        written = true;
        sinceCheckpoint += bytes + COMMIT_BYTES;
        if (reserve.isShort()) {
            sinceCheckpoint = 0;
            checkpoint(session, "TRUNCATE");
        } else if (sinceCheckpoint >= PASSIVE_EVERY) {
            sinceCheckpoint = 0;
            if (checkpoint(session, "PASSIVE") * pageBytes > RESTART_AT) {
                checkpoint(session, "RESTART");
            }
        }
    }

    /** Empties the log, so that its space can be used. */
    void empty(Session session) throws SQLException {
        checkpoint(session, "TRUNCATE");
        sinceCheckpoint = 0;
    }

    boolean idle(Session session) throws SQLException {
        if (written) {
            empty(session);
            written = false;
        }
        boolean isShort = reserve.isShort();
        if (session.number("PRAGMA freelist_count") <= (isShort ? 0 : FREE_PAGES_KEPT)) {
            return false;
        }
        try (Statement vacuum = session.connection().createStatement()) {
            // Gives back a page per step, and executeUpdate alone steps to the end.
            vacuum.executeUpdate(
                    "PRAGMA incremental_vacuum(" + (isShort ? PAGES_AT_ONCE_WHEN_SHORT : PAGES_AT_ONCE) + ")");
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
