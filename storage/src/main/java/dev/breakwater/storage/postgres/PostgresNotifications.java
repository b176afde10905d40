package dev.breakwater.storage.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears that another replica committed. Only a hint, without payload: it can be lost with the connection, and the feed looks for itself
 * every second.
 *
 * <p>Threading: one thread with a connection of its own outside the pool, made again when it breaks.
 */
final class PostgresNotifications implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresNotifications.class);
    private static final int HEAR_MILLIS = 5_000;
    private static final long PAUSE_MILLIS = 1_000;

    private final PostgresConnections connections;
    private final Runnable wake;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    PostgresNotifications(PostgresConnections connections, Runnable wake) {
        this.connections = connections;
        this.wake = wake;
        this.thread = Thread.ofPlatform().name("store-listener").daemon().start(this::run);
    }

    private void run() {
        try {
            do {
                try (Connection connection = connections.open("listener");
                        Statement statement = connection.createStatement()) {
                    statement.execute("LISTEN breakwater_log");
                    // What was committed before the LISTEN was not heard.
                    wake.run();
                    hear(connection);
                } catch (SQLException e) {
                    LOG.debug("the listener lost its connection: {}", e.getMessage());
                }
            } while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hear(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        while (closing.getCount() > 0) {
            PGNotification[] heard = postgres.getNotifications(HEAR_MILLIS);
            if (heard != null && heard.length > 0) {
                wake.run();
            } else if (!connection.isValid(2)) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            thread.join(Duration.ofMillis(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
