package dev.breakwater.storage.sql;

import dev.breakwater.storage.StoreClock;
import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreUnavailableException;
import dev.breakwater.storage.sql.LogWriter.Appended;
import dev.breakwater.storage.sql.LogWriter.Known;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer's connection over its losses. Each time it is made, revisions jump ahead of everything that was ever given: a database
 * that lost its last commits in a failover must not give their numbers to other content (store.md 1).
 *
 * <p>Threading: the writer thread only.
 */
final class WriterConnection {
    private static final Logger LOG = LoggerFactory.getLogger(WriterConnection.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);
    private static final Duration DOUBT_AT_MOST = Duration.ofSeconds(10);

    private final Dialect dialect;
    private final StoreClock clock;
    private final Highest highest;
    private final RandomGenerator random;
    private final Failures failures;
    private @Nullable String incarnation;
    private volatile boolean ailing;
    private @Nullable Session session;
    private @Nullable LogWriter writer;
    private @Nullable SQLException lastFailure;
    private long lastFailureNanos;

    WriterConnection(Dialect dialect, StoreClock clock, Highest highest, RandomGenerator random, Failures failures) {
        this.dialect = dialect;
        this.clock = clock;
        this.highest = highest;
        this.random = random;
        this.failures = failures;
    }

    /** Whether the last write failed for a reason that may last. */
    boolean isAiling() {
        return ailing;
    }

    /** Decides and commits a batch. Nothing was stored when this throws, unless the message says that it is not known. */
    List<CommitAnswer> commit(List<Ticket.Pending> batch) throws Committer.Refused {
        try {
            return attempt(batch);
        } catch (StoreFullException full) {
            // Whoever had no business here was refused before: what is left are deletes, or a disk that others filled.
            if (session == null || !dialect.relieve(session)) {
                throw full;
            }
            return attempt(batch);
        }
    }

    private List<CommitAnswer> attempt(List<Ticket.Pending> batch) throws Committer.Refused {
        Set<ObjectKey> objects = new LinkedHashSet<>();
        Set<Sha256> contents = new LinkedHashSet<>();
        Set<Sha256> labelSets = new LinkedHashSet<>();
        for (Ticket.Pending write : batch) {
            objects.add(write.object);
            if (write.content != null) {
                contents.add(write.content);
            }
            if (write.labels != null) {
                labelSets.add(write.labels.hash());
            }
        }
        Decision decision;
        Appended appended;
        try {
            LogWriter log = connect();
            Known known = log.lock(objects, contents, labelSets);
            decision = Decision.of(batch, known);
            appended = decision.appended(random.nextLong());
            if (appended == null) {
                log.rollback();
                return decision.answers();
            }
            log.append(appended);
        } catch (SQLException e) {
            throw failed(e);
        }
        try {
            writer().commit();
        } catch (SQLException e) {
            if (dialect.trouble(e) != Trouble.GONE) {
                throw failed(e);
            }
            settle(appended, e);
        }
        highest.saw(appended.counter());
        ailing = false;
        return decision.answers();
    }

    <T extends @Nullable Object> T perform(WriterWork<T> work) throws Committer.Refused {
        try {
            connect();
            T done = work.with(session(), writer());
            ailing = false;
            return done;
        } catch (SQLException e) {
            RuntimeException failure = failed(e);
            if (failure instanceof StoreFullException && session != null) {
                dialect.relieve(session);
            }
            throw failure;
        } catch (RuntimeException | Error e) {
            rollback();
            throw e;
        }
    }

    /** Work that may fail without harm. */
    void maintain(Upkeep work) {
        if (session == null) {
            return;
        }
        try {
            work.with(session);
        } catch (SQLException e) {
            LOG.warn("upkeep of the database failed: {}", e.getMessage());
            session.forget();
            switch (failures.trouble(e)) {
                case FULL -> dialect.relieve(session);
                case DAMAGED -> {
                    failures.of(e);
                    drop();
                }
                case GONE, UNUSABLE -> drop();
                case MISPLACED, REFUSED -> {}
            }
        }
    }

    /**
     * The connection was lost during COMMIT: learns from a new one whether the batch is there. Its lock on the counter is granted only
     * when the old transaction has ended, so the answer is final.
     */
    private void settle(Appended appended, SQLException lost) {
        LOG.warn("the outcome of a commit is in doubt: {}", lost.getMessage());
        drop();
        long deadline = clock.nanos() + DOUBT_AT_MOST.toNanos();
        while (true) {
            try {
                lastFailure = null;
                connect();
                if (isCommitted(session(), appended)) {
                    return;
                }
                throw new StoreUnavailableException("the database connection was lost; nothing was stored", lost);
            } catch (SQLException e) {
                drop();
                if (clock.nanos() - deadline > 0) {
                    throw new StoreUnavailableException(
                            "the database connection was lost during a commit; whether it was stored is not known",
                            lost);
                }
                pause();
            }
        }
    }

    private static boolean isCommitted(Session session, Appended appended) throws SQLException {
        PreparedStatement select = session.prepare("SELECT 1 FROM rev WHERE rev = ? AND batch = ?");
        select.setLong(1, appended.counter());
        select.setLong(2, appended.id());
        try (ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private LogWriter connect() throws SQLException {
        if (writer != null) {
            return writer;
        }
        if (lastFailure != null && clock.nanos() - lastFailureNanos < PAUSE_AFTER_FAILURE.toNanos()) {
            // A queue of writers would otherwise each wait for a timeout of its own.
            throw lastFailure;
        }
        try {
            session = dialect.connectWriter();
            writer = dialect.writer(session);
            requireSameStore(session);
            try {
                beginEpoch(session, writer);
            } catch (SQLException e) {
                // The first write of a start, on a disk that was filled while nobody looked.
                rollback();
                if (failures.trouble(e) != Trouble.FULL || session == null || !dialect.relieve(session)) {
                    throw e;
                }
                beginEpoch(session, writer());
            }
            lastFailure = null;
            return writer;
        } catch (SQLException e) {
            drop();
            lastFailure = e;
            lastFailureNanos = clock.nanos();
            throw e;
        } catch (RuntimeException e) {
            drop();
            ailing = true;
            throw e;
        }
    }

    /**
     * Behind the same address may stand another database: restored from elsewhere, or made anew. Its objects are not those that caches,
     * feeds and clients of this process know.
     */
    private void requireSameStore(Session opened) throws SQLException {
        String found;
        try (ResultSet row =
                opened.prepare("SELECT incarnation FROM store WHERE id = 1").executeQuery()) {
            if (!row.next()) {
                throw new SQLException("the row that names the store is missing", Session.DAMAGED);
            }
            found = row.getString(1);
        }
        if (incarnation == null) {
            incarnation = found;
        } else if (!incarnation.equals(found)) {
            throw new StoreUnavailableException(
                    "the report store was replaced by another while the server runs: nothing is stored",
                    "the database holds the store %s, this server was started on %s: restart it to serve the other"
                            .formatted(found, incarnation),
                    null);
        }
    }

    private void beginEpoch(Session opened, LogWriter log) throws SQLException {
        Known known = log.lock(List.of(), List.of(), List.of());
        long last = known.counter();
        long first = Math.max(Math.max(last, log.clockMicros()), highest.get()) + 1;
        PreparedStatement insert = opened.prepare("INSERT INTO epoch (first, last) VALUES (?, ?)");
        insert.setLong(1, first);
        insert.setLong(2, last);
        insert.executeUpdate();
        PreparedStatement update = opened.prepare("UPDATE counter SET rev = ? WHERE id = 1");
        update.setLong(1, first);
        update.executeUpdate();
        log.commit();
        highest.saw(first);
    }

    private RuntimeException failed(SQLException e) throws Committer.Refused {
        switch (failures.trouble(e)) {
            // Kept where the files may be put back: to close the last connection would write into files of that name.
            case FULL, MISPLACED -> rollback();
            case GONE, UNUSABLE, DAMAGED -> drop();
            case REFUSED -> {
                rollback();
                throw new Committer.Refused(e);
            }
        }
        ailing = failures.trouble(e) != Trouble.FULL;
        return failures.of(e);
    }

    private void rollback() {
        if (session != null) {
            session.forget();
        }
        if (writer != null) {
            try {
                writer.rollback();
            } catch (SQLException e) {
                drop();
            }
        }
    }

    /** Gives the connection up; the next use makes another, and a new epoch. */
    void drop() {
        Session dropped = session;
        session = null;
        writer = null;
        if (dropped != null) {
            try {
                dropped.close();
            } catch (SQLException e) {
                LOG.debug("a lost connection did not close: {}", e.getMessage());
            }
        }
    }

    void close() {
        maintain(dialect::idle);
        drop();
    }

    private Session session() throws SQLException {
        if (session == null) {
            throw new SQLException("no connection", "08003");
        }
        return session;
    }

    private LogWriter writer() throws SQLException {
        if (writer == null) {
            throw new SQLException("no connection", "08003");
        }
        return writer;
    }

    /** Upkeep on a connection. */
    @FunctionalInterface
    interface Upkeep {
        void with(Session session) throws SQLException;
    }
}
