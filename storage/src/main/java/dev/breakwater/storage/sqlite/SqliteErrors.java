package dev.breakwater.storage.sqlite;

import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.Trouble;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite's errors mean, and what to do. */
final class SqliteErrors {
    private SqliteErrors() {}

    /** The volume was remounted, or the modes were changed, while the server runs. */
    static final class ReadOnlyException extends SQLException {
        private static final long serialVersionUID = 1L;

        ReadOnlyException(String message) {
            super(message);
        }
    }

    /** @param exhausted whether the disk has no space at all: SQLite says so by I/O errors, too */
    static Trouble trouble(SQLException e, BooleanSupplier exhausted) {
        if (e instanceof Presence.MovedException) {
            return Trouble.MISPLACED;
        }
        if (e instanceof ReadOnlyException) {
            return Trouble.UNUSABLE;
        }
        if (!(e instanceof SQLiteException sqlite)) {
            return Session.DAMAGED.equals(e.getSQLState()) ? Trouble.DAMAGED : Trouble.GONE;
        }
        SQLiteErrorCode code = sqlite.getResultCode();
        if (code == SQLiteErrorCode.SQLITE_IOERR_CORRUPTFS || code == SQLiteErrorCode.SQLITE_IOERR_DATA) {
            return Trouble.DAMAGED;
        }
        // Extended codes hold the primary one in their low byte.
        return switch (code.code & 0xff) {
            case 13 -> Trouble.FULL;
            case 11, 26 -> Trouble.DAMAGED;
            // no permission, read-only, not authorised
            case 3, 8, 23 -> Trouble.UNUSABLE;
            case 14 -> exhausted.getAsBoolean() ? Trouble.FULL : Trouble.UNUSABLE;
            case 10 -> exhausted.getAsBoolean() ? Trouble.FULL : Trouble.GONE;
            // busy, locked, out of memory, interrupted, protocol
            case 5, 6, 7, 9, 15 -> Trouble.GONE;
            case 1 -> String.valueOf(e.getMessage()).contains("no such table") ? Trouble.DAMAGED : Trouble.REFUSED;
            default -> Trouble.REFUSED;
        };
    }

    static String advice(SQLException e, Path file) {
        String said = String.valueOf(e.getMessage());
        if (e instanceof ReadOnlyException) {
            return said + ": the volume went read-only, or its modes were changed";
        }
        if (!(e instanceof SQLiteException sqlite)) {
            return said;
        }
        return switch (sqlite.getResultCode().code & 0xff) {
            case 13 -> said + "; make the volume of " + file + " larger, or delete reports: their space comes back";
            case 11, 26 ->
                said + "; stop the server and run: breakwater verify --data " + file.getParent()
                        + " --set-aside, or restore a backup";
            case 8 -> said + "; " + file + " or its folder is read-only";
            case 14 -> said + "; are the folder and the files of " + file + " there, and this user's?";
            case 10 -> said + "; the disk of " + file + " fails, or a quota is used up: see the kernel's log";
            default -> said;
        };
    }
}
