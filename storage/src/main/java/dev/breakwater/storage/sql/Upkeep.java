package dev.breakwater.storage.sql;

import dev.breakwater.storage.StoreDamagedException;
import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compaction, collection and recompression, in this order, again and again.
 *
 * <p>Threading: one thread of its own, unless the interval is zero; the lock keeps a pass that was asked for from meeting it. Everything
 * that writes is handed to the writer thread in small transactions.
 */
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final Compaction compaction;
    private final ContentCollection collection;
    private final Recompression recompression;
    private final Surroundings store;
    private final Duration interval;
    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /** What upkeep looks at besides its parts. */
    record Surroundings(Dialect dialect, Guard guard, Committer committer, Damage damage) {}

    Upkeep(
            Compaction compaction,
            ContentCollection collection,
            Recompression recompression,
            Surroundings store,
            Duration interval) {
        this.compaction = compaction;
        this.collection = collection;
        this.recompression = recompression;
        this.store = store;
        this.interval = interval;
        this.thread = Thread.ofPlatform().name("store-upkeep").daemon().unstarted(this::run);
    }

    void start() {
        if (!interval.isZero()) {
            thread.start();
        }
    }

    void pass() {
        lock.lock();
        try {
            compaction.pass();
            collection.pass();
            if (store.dialect.isShort()) {
                giveBack();
            } else {
                // Needs space before it gives any.
                recompression.pass();
            }
            if (store.damage.isKnown()) {
                store.damage.review(store.guard);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The writer is never idle while clients try again and again to write what is refused, so that space is given back here. */
    private void giveBack() {
        boolean more = true;
        while (more && closing.getCount() > 0) {
            more = store.committer.call((session, writer) -> store.dialect.idle(session));
        }
    }

    private void run() {
        try {
            while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    pass();
                } catch (StoreUnavailableException | StoreFullException | StoreDamagedException e) {
                    LOG.debug("upkeep waits for the database: {}", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("upkeep failed and goes on", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            if (thread.isAlive()) {
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
