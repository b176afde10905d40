package dev.breakwater.storage.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.breakwater.storage.StoreSettings.Place;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * How connections are made: each has an end to its patience, on both sides.
 *
 * <p>A replica that loses power while it holds the counter's lock would otherwise hold it until the system's keepalive gives up, two
 * hours later, and every other replica with it (store.md 2).
 */
final class PostgresConnections {
    static final String SCHEMA = "breakwater";

    /** Milliseconds. A commit takes a few; the longest read is bounded to 100 ms of our own choice. */
    private static final int STATEMENT_TIMEOUT = 15_000;

    private static final int LOCK_TIMEOUT = 5_000;
    private static final int IDLE_IN_TRANSACTION_TIMEOUT = 5_000;
    private static final int TCP_USER_TIMEOUT = 10_000;

    private final Place.Postgres place;

    PostgresConnections(Place.Postgres place) {
        this.place = place;
    }

    /** A connection outside the pool. */
    Connection open(String purpose) throws SQLException {
        return DriverManager.getConnection(place.jdbcUrl(), properties(purpose, ""));
    }

    /** The pool of those that read, and store contents. */
    HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("store-reader");
        config.setJdbcUrl(place.jdbcUrl());
        // A list asks for other ranges each time: a plan made for all of them would sort (store.md 21).
        Properties properties = properties("reader", " -c plan_cache_mode=force_custom_plan");
        // Binary from the first call: as text a content takes twice its bytes on the way. The writer cannot have it:
        // the driver
        // mistakes the columns of several statements sent as one.
        properties.setProperty("prepareThreshold", "-1");
        config.setDataSourceProperties(properties);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        config.setKeepaliveTime(60_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private Properties properties(String purpose, String moreOptions) {
        Properties properties = new Properties();
        properties.setProperty("currentSchema", SCHEMA);
        properties.setProperty("ApplicationName", "breakwater " + purpose);
        // Seconds.
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", "20");
        properties.setProperty("tcpKeepAlive", "true");
        // Of several hosts the one that takes writes: a standby would show an older state after an acknowledged write.
        properties.setProperty("targetServerType", "primary");
        properties.setProperty("prepareThreshold", "1");
        properties.setProperty(
                "options",
                "-c statement_timeout=%d -c lock_timeout=%d -c idle_in_transaction_session_timeout=%d -c tcp_user_timeout=%d -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c client_min_messages=warning%s"
                        .formatted(
                                STATEMENT_TIMEOUT,
                                LOCK_TIMEOUT,
                                IDLE_IN_TRANSACTION_TIMEOUT,
                                TCP_USER_TIMEOUT,
                                moreOptions));
        place.properties().forEach(properties::setProperty);
        return properties;
    }
}
