package dev.breakwater.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * A running PostgreSQL server of our own.
 *
 * <p>Its databases order text by the rules of a language (ICU, en-US), as those of most users do: a query that needs
 * byte order and forgets to say {@code COLLATE "C"} fails here and not at a user's.
 */
public sealed interface PostgreSqlServer extends AutoCloseable permits LocalPostgreSql, ContainerPostgreSql {

    /** How to reach a database: a JDBC URL, its user and password. */
    record Database(String jdbcUrl, String user, String password) {
        public Connection connect() throws SQLException {
            return DriverManager.getConnection(jdbcUrl, user, password);
        }
    }

    /**
     * Starts a server from the machine's own PostgreSQL (Debian's folders, then PATH), else in Docker.
     *
     * @throws Unavailable where neither is there, with the reason
     */
    static PostgreSqlServer start() throws Unavailable {
        try {
            return LocalPostgreSql.start();
        } catch (Unavailable local) {
            try {
                return ContainerPostgreSql.start();
            } catch (Unavailable container) {
                throw new Unavailable(local.getMessage() + "; " + container.getMessage(), container);
            }
        }
    }

    /** The database that exists from the start, with the rights of a superuser. */
    Database administration();

    /** Kills the server as a crash does: connections break, nothing is written any more. */
    void crash();

    /** Starts a server that was {@linkplain #crash() killed} on the same address, and returns when it answers. */
    void restart();

    @Override
    void close();

    /** An empty database with a name of its own. */
    default Database createDatabase() {
        String name = "test_" + UUID.randomUUID().toString().replace('-', '_');
        Database admin = administration();
        try (Connection connection = admin.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "the PostgreSQL for tests refused to make a database: " + e.getMessage(), e);
        }
        String url = admin.jdbcUrl();
        return new Database(url.substring(0, url.lastIndexOf('/') + 1) + name, admin.user(), admin.password());
    }
}
