package dev.breakwater.storage.postgres;

import dev.breakwater.storage.StoreOpenException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

/**
 * Whether a connection is a session. PgBouncer in transaction mode gives each transaction another one: notifications are lost, prepared
 * statements are unknown, and a search path that was set once belongs to whoever comes next. It once let a second, empty store be made in
 * the schema {@code public} that way.
 *
 * <p>A pooler shows itself: the process that it names at the start of a connection, for cancelling, is not the one that answers. In session
 * mode the one that answers stays the same, and is never that of another connection that is open.
 */
final class Pooler {
    private static final int LOOKS = 10;

    private Pooler() {}

    /** Opens a connection like the one that is looked at. */
    @FunctionalInterface
    interface Opening {
        Connection open() throws SQLException;
    }

    /** @throws StoreOpenException when transactions of {@code first} are not all in one session */
    static void refuseWithoutSession(Connection first, Opening another) throws SQLException {
        int named = first.unwrap(PGConnection.class).getBackendPID();
        int mine = answering(first);
        if (named == mine) {
            return;
        }
        try (Connection second = another.open()) {
            int other = answering(second);
            for (int look = 0; look < LOOKS; look++) {
                if (mine == other || answering(first) != mine || answering(second) != other) {
                    throw new StoreOpenException(
                            "between this server and PostgreSQL is a pooler that gives each transaction or statement another session"
                                    + " (PgBouncer with pool_mode=transaction or statement): this server listens for notifications and keeps"
                                    + " prepared statements, so give it the address of PostgreSQL itself, or a pool with pool_mode=session",
                            null);
                }
            }
        } catch (SQLException e) {
            throw new StoreOpenException(
                    "a pooler is between this server and PostgreSQL, and gives no second session: each server needs some seven (%s)"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    /** By a statement that is prepared nowhere, which is all that a pooler may understand. */
    private static int answering(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
            try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
