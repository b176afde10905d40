package dev.breakwater.storage.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.breakwater.storage.StoreOpenException;
import dev.breakwater.storage.StoreSettings.Place;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.Driver;

/**
 * How connections are made: each has an end to its patience, on both sides.
 *
 * <p>A replica that loses power while it holds the counter's lock would otherwise hold it until the system's keepalive gives up, two
 * hours later, and every other replica with it (store.md 2).
 */
final class PostgresConnections {
    private static final String SCHEMA = "breakwater";
    private static final Pattern SIMPLE_NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    /** Milliseconds. A commit takes a few; the longest read is bounded to 100 ms of our own choice. */
    private static final int STATEMENT_TIMEOUT = 15_000;

    private static final int LOCK_TIMEOUT = 5_000;
    private static final int IDLE_IN_TRANSACTION_TIMEOUT = 5_000;
    private static final int TCP_USER_TIMEOUT = 10_000;

    private final Place.Postgres place;
    private final String schema;

    PostgresConnections(Place.Postgres place) {
        this.place = place;
        this.schema = schemaOf(place);
    }

    /** The driver's {@code currentSchema} names another one than ours; never what the server has for a search path. */
    private static String schemaOf(Place.Postgres place) {
        Properties given = new Properties();
        place.properties().forEach(given::setProperty);
        Properties parsed = Driver.parseURL(place.jdbcUrl(), given);
        if (parsed == null) {
            throw new StoreOpenException(
                    "the database's URL cannot be read, expected jdbc:postgresql://HOST:PORT/DATABASE?user=NAME", null);
        }
        String schema = parsed.getProperty("currentSchema", SCHEMA);
        if (!SIMPLE_NAME.matcher(schema).matches()) {
            throw new StoreOpenException(
                    "currentSchema is '%s', allowed is one name of lower-case letters, digits and _".formatted(schema),
                    null);
        }
        return schema;
    }

    String schema() {
        return schema;
    }

    /** A connection outside the pool. */
    Connection open(String purpose) throws SQLException {
        Connection connection = openBare(purpose);
        boolean ready = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute(settings(""));
            ready = true;
            return connection;
        } finally {
            if (!ready) {
                connection.close();
            }
        }
    }

    /** A connection that may turn out to be no session: nothing is set that somebody else would get. */
    Connection openBare(String purpose) throws SQLException {
        return DriverManager.getConnection(place.jdbcUrl(), properties(purpose));
    }

    /** The pool of those that read, and store contents. */
    HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("store-reader");
        config.setJdbcUrl(place.jdbcUrl());
        Properties properties = properties("reader");
        // Binary from the first call: as text a content takes twice its bytes on the way. The writer cannot have it:
        // the driver
        // mistakes the columns of several statements sent as one.
        properties.setProperty("prepareThreshold", "-1");
        config.setDataSourceProperties(properties);
        // A list asks for other ranges each time: a plan made for all of them would sort (store.md 21).
        config.setConnectionInitSql(settings("SET plan_cache_mode = force_custom_plan;"));
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setKeepaliveTime(60_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** By statements, not with the start of the connection: a pooler takes none there. */
    String settings(String more) {
        return """
                SET search_path = %s; SET statement_timeout = %d; SET lock_timeout = %d;
                SET idle_in_transaction_session_timeout = %d; SET tcp_user_timeout = %d; SET tcp_keepalives_idle = 10;
                SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET client_min_messages = warning; %s
                """.formatted(
                        schema, STATEMENT_TIMEOUT, LOCK_TIMEOUT, IDLE_IN_TRANSACTION_TIMEOUT, TCP_USER_TIMEOUT, more);
    }

    private Properties properties(String purpose) {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "breakwater " + purpose);
        // Seconds.
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", "20");
        properties.setProperty("tcpKeepAlive", "true");
        // Of several hosts the one that takes writes: a standby would show an older state after an acknowledged write.
        properties.setProperty("targetServerType", "primary");
        properties.setProperty("prepareThreshold", "1");
        place.properties().forEach((name, value) -> {
            if (!name.equals("currentSchema")) {
                properties.setProperty(name, value);
            }
        });
        return properties;
    }
}
