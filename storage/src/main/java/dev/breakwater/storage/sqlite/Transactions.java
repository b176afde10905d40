package dev.breakwater.storage.sqlite;

import dev.breakwater.storage.sql.Session;
import java.sql.SQLException;

/** Ends a transaction that may have ended by itself: SQLite rolls back on some errors, a full disk among them. */
final class Transactions {
    private Transactions() {}

    static void rollback(Session session) throws SQLException {
        try {
            session.execute("ROLLBACK");
        } catch (SQLException e) {
            String message = e.getMessage();
            if (message == null || !message.contains("no transaction is active")) {
                throw e;
            }
        }
    }
}
