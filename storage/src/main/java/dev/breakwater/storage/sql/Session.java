package dev.breakwater.storage.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connection with the statements that were prepared on it. The last ones are kept prepared.
 *
 * <p>Threading: one thread at a time.
 */
public final class Session implements AutoCloseable {
    /** The state of SQL for damaged data: a row is missing that is always there. */
    public static final String DAMAGED = "XX001";

    private static final int KEPT = 64;

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new LinkedHashMap<>(16, 0.75f, true);

    public Session(Connection connection) {
        this.connection = connection;
    }

    public Connection connection() {
        return connection;
    }

    /** The statement for {@code sql}; the caller sets all of its parameters and closes its results, not the statement. */
    public PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            if (prepared.size() == KEPT) {
                // Selectors make statements of many lengths; each holds memory of the driver.
                Iterator<PreparedStatement> eldest = prepared.values().iterator();
                eldest.next().close();
                eldest.remove();
            }
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    /**
     * Closes what is kept prepared. After an error: SQLite's driver gives a statement up that failed, and then says of each use of it that
     * it is not executing.
     */
    public void forget() {
        for (PreparedStatement statement : prepared.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                // It is of no use any more, and neither perhaps is the connection: the next statement tells.
                continue;
            }
        }
        prepared.clear();
    }

    /** Runs a statement without parameters or results. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The one number that {@code sql} gives. */
    public long number(String sql) throws SQLException {
        try (ResultSet rows = prepare(sql).executeQuery()) {
            if (!rows.next()) {
                throw new SQLException("no row: " + sql, DAMAGED);
            }
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            for (PreparedStatement statement : prepared.values()) {
                statement.close();
            }
        }
    }
}
