package dev.breakwater.storage.postgres;

import com.zaxxer.hikari.HikariDataSource;
import dev.breakwater.storage.sql.Reads;
import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.SqlWork;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A pool of connections; the caller's own thread does the work.
 *
 * <p>Threading: nobody who holds one of these waits for another, or for the writer: with a pool of four, taken inside transactions that
 * needed a second one, eight writers stopped for ever elsewhere.
 */
final class PostgresReads implements Reads {
    private final HikariDataSource pool;

    PostgresReads(HikariDataSource pool) {
        this.pool = pool;
    }

    @Override
    public <T extends @Nullable Object> T read(SqlWork<T> work) throws SQLException {
        try (Session session = new Session(pool.getConnection())) {
            return work.with(session);
        }
    }

    /** Takes each connection for another one, as it comes back. */
    void renew() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    @Override
    public void close() {
        pool.close();
    }
}
