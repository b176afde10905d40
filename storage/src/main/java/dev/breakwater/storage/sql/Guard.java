package dev.breakwater.storage.sql;

import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreUnavailableException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Runs reads and says in the words of the contract what went wrong: never as an empty answer. */
final class Guard {
    private final Dialect dialect;

    Guard(Dialect dialect) {
        this.dialect = dialect;
    }

    <T extends @Nullable Object> T read(SqlWork<T> work) {
        try {
            return dialect.reads().read(work);
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    /** As {@link #read}, for work that writes in a transaction of its own. */
    <T extends @Nullable Object> T write(SqlWork<T> work) {
        return read(work);
    }

    private RuntimeException translated(SQLException e) {
        return switch (dialect.trouble(e)) {
            case FULL -> new StoreFullException("the database has no space left; nothing was stored", e);
            case GONE -> new StoreUnavailableException("the database does not answer: " + e.getMessage(), e);
            case REFUSED -> new IllegalStateException("the database refused a statement: " + e.getMessage(), e);
        };
    }
}
