package dev.breakwater.storage.sqlite;

import dev.breakwater.storage.sql.Reads;
import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.SqlWork;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A few connections that read, each on a platform thread of its own.
 *
 * <p>Threading: callers wait for one of the threads. The driver's native calls hold the carrier of a virtual thread, and there are as
 * few carriers as cores: with reads on virtual threads a slow disk would stop everything else.
 */
final class SqliteReads implements Reads {
    private final ExecutorService threads;
    private final ArrayBlockingQueue<Session> idle;
    private final Opening opening;
    private final int count;

    /** Opens a connection. */
    @FunctionalInterface
    interface Opening {
        Session open() throws SQLException;
    }

    SqliteReads(int count, Opening opening) {
        this.count = count;
        this.opening = opening;
        this.idle = new ArrayBlockingQueue<>(count);
        this.threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().name("store-reader-", 1).daemon().factory());
    }

    @Override
    public <T extends @Nullable Object> T read(SqlWork<T> work) throws SQLException {
        Future<T> result;
        try {
            result = threads.submit(() -> perform(work));
        } catch (RejectedExecutionException e) {
            throw new SQLException("the store is closed", "08003", e);
        }
        try {
            return result.get();
        } catch (InterruptedException e) {
            // A native call cannot be interrupted; it is left to end by itself, its result unused.
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while reading", "57014", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException failed) {
                throw failed;
            }
            if (cause instanceof RuntimeException failed) {
                throw failed;
            }
            throw new IllegalStateException("a read failed", cause);
        }
    }

    private <T extends @Nullable Object> T perform(SqlWork<T> work) throws SQLException {
        // There are as many sessions as threads: one is free, or not opened yet.
        Session session = idle.poll();
        if (session == null) {
            session = opening.open();
        }
        try {
            return work.with(session);
        } catch (SQLException e) {
            session.forget();
            throw e;
        } finally {
            idle.add(session);
        }
    }

    @Override
    public void close() {
        threads.close();
        for (int i = 0; i < count; i++) {
            Session session = idle.poll();
            if (session != null) {
                try {
                    session.close();
                } catch (SQLException e) {
                    throw new IllegalStateException("a connection did not close", e);
                }
            }
        }
    }
}
