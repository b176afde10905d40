package dev.breakwater.storage.sql;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Something to do with a connection. It keeps nothing of the session after its return. */
@FunctionalInterface
public interface SqlWork<T extends @Nullable Object> {
    T with(Session session) throws SQLException;
}
