package dev.breakwater.storage.sql;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Work for the writer thread. It begins and commits its own transactions, and holds each for some milliseconds only. */
@FunctionalInterface
interface WriterWork<T extends @Nullable Object> {
    T with(Session session, LogWriter writer) throws SQLException;
}
