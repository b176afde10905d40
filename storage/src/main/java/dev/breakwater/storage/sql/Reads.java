package dev.breakwater.storage.sql;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The connections that read, in autocommit: every statement sees what was committed before it began.
 *
 * <p>Threading: safe for any number of threads; waits while all connections are busy.
 */
public interface Reads extends AutoCloseable {
    <T extends @Nullable Object> T read(SqlWork<T> work) throws SQLException;

    @Override
    void close();
}
