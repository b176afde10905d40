package dev.breakwater.storage.sql;

import dev.breakwater.storage.StoreDamagedException;
import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreOpenException;
import dev.breakwater.storage.StoreUnavailableException;
import dev.breakwater.storage.WriteOutcome;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only one that writes: takes what waits, decides it as one batch, commits, and answers after the commit only.
 *
 * <p>Nobody waits for a batch to fill. While one is committed the next gathers by itself, so batches grow with the load and a lone
 * write is not delayed; a batch is bounded by 64 writes, by 4 MB, and so by the milliseconds these take.
 *
 * <p>Threading: one platform thread owns the connection, the transactions and the counter; others hand in tickets and wait. A platform
 * thread, because the SQLite driver holds the carrier of a virtual one while it works.
 */
final class Committer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final int MOST_WRITES = 64;
    private static final long MOST_BYTES = 4 << 20;
    private static final long IDLE_AFTER_MILLIS = 1000;

    private final Dialect dialect;
    private final WriterConnection connection;
    private final Meters meters;
    private final Runnable afterCommit;
    private final LinkedBlockingQueue<Ticket<?>> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;
    private boolean idleWork = true;

    /** @param afterCommit is told that there are new changes; called by the writer thread */
    Committer(Dialect dialect, WriterConnection connection, Meters meters, Runnable afterCommit) {
        this.dialect = dialect;
        this.connection = connection;
        this.meters = meters;
        this.afterCommit = afterCommit;
        this.thread = Thread.ofPlatform().name("store-writer").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    CommitAnswer commit(Ticket.Pending write) {
        submit(write);
        return write.await();
    }

    void submit(Ticket<?> ticket) {
        if (closing) {
            ticket.fail(closed());
            return;
        }
        queue.add(ticket);
        if (closing && queue.remove(ticket)) {
            ticket.fail(closed());
        }
    }

    /** Does {@code work} on the writer's connection, between batches. */
    <T extends @Nullable Object> T call(WriterWork<T> work) {
        Ticket.Task<T> task = new Ticket.Task<>(work);
        submit(task);
        return task.await();
    }

    private void run() {
        while (true) {
            Ticket<?> first = take();
            if (first == null) {
                if (closing) {
                    break;
                }
                idle();
                continue;
            }
            idleWork = true;
            switch (first) {
                case Ticket.Pending write -> commit(gather(write));
                case Ticket.Task<?> task -> perform(task);
            }
        }
        connection.close();
    }

    private @Nullable Ticket<?> take() {
        try {
            return closing ? queue.poll() : queue.poll(IDLE_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Only close() ends this thread, and it does not interrupt: work in the queue would be lost.
            LOG.debug("the writer thread was interrupted; going on");
            return queue.poll();
        }
    }

    private List<Ticket.Pending> gather(Ticket.Pending first) {
        List<Ticket.Pending> batch = new ArrayList<>();
        batch.add(first);
        long bytes = first.bytes;
        while (batch.size() < MOST_WRITES
                && queue.peek() instanceof Ticket.Pending next
                && bytes + next.bytes <= MOST_BYTES) {
            queue.remove();
            batch.add(next);
            bytes += next.bytes;
        }
        return batch;
    }

    private void commit(List<Ticket.Pending> batch) {
        try {
            attempt(batch);
        } catch (Refused refused) {
            if (batch.size() == 1) {
                batch.getFirst()
                        .fail(new IllegalStateException(
                                "the database refused the write: " + refused.getMessage(), refused));
                return;
            }
            // One bad write must not take the others with it.
            LOG.warn(
                    "a batch of {} writes was refused and is tried one by one: {}", batch.size(), refused.getMessage());
            meters.replays.increment();
            for (Ticket.Pending write : batch) {
                commit(List.of(write));
            }
        } catch (StoreFullException | StoreUnavailableException | StoreDamagedException | StoreOpenException e) {
            batch.forEach(write -> write.fail(e));
        } catch (RuntimeException | Error e) {
            // A defect of ours: whoever waits must still get an answer, and the connection's state is not known.
            LOG.error("the writer failed", e);
            connection.drop();
            batch.forEach(write -> write.fail(new IllegalStateException("the writer failed", e)));
        }
    }

    private void attempt(List<Ticket.Pending> batch) throws Refused {
        List<CommitAnswer> answers = connection.commit(batch);
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer(answers.get(i));
        }
        int applied = 0;
        for (CommitAnswer answer : answers) {
            if (answer instanceof CommitAnswer.Done done) {
                if (done.outcome() instanceof WriteOutcome.Applied) {
                    applied++;
                } else {
                    meters.refused.increment();
                }
            }
        }
        if (applied > 0) {
            meters.writes.add(applied);
            meters.batches.increment();
            afterCommit.run();
            long bytes = 0;
            for (Ticket.Pending write : batch) {
                bytes += write.bytes;
            }
            long written = bytes;
            connection.maintain(session -> dialect.afterCommit(session, written));
        }
    }

    private <T extends @Nullable Object> void perform(Ticket.Task<T> task) {
        try {
            task.answer(connection.perform(task.work));
        } catch (StoreFullException | StoreUnavailableException | StoreDamagedException | StoreOpenException e) {
            task.fail(e);
        } catch (Refused e) {
            task.fail(new IllegalStateException("the database refused: " + e.getMessage(), e));
        } catch (RuntimeException | Error e) {
            connection.drop();
            task.fail(new IllegalStateException("work on the writer's connection failed", e));
        }
    }

    boolean isAiling() {
        return connection.isAiling();
    }

    private void idle() {
        if (idleWork) {
            idleWork = false;
            connection.maintain(session -> {
                if (dialect.idle(session)) {
                    idleWork = true;
                }
            });
        }
    }

    /** Commits what was handed in before, refuses what comes later. */
    @Override
    public void close() {
        closing = true;
        queue.add(new Ticket.Task<@Nullable Void>((session, writer) -> null));
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        for (Ticket<?> late = queue.poll(); late != null; late = queue.poll()) {
            late.fail(closed());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static StoreUnavailableException closed() {
        return new StoreUnavailableException("the store is closed", null);
    }

    /** The database refused a statement; nothing of the transaction was stored. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
