package dev.breakwater.storage.sql;

import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.StoreDamagedException;
import dev.breakwater.storage.StoreUnavailableException;
import dev.breakwater.storage.segment.ZlibPool;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what is there after a process that did not close the store: a machine that lost its power may have lost or mixed up blocks that it
 * had called written. The newest first, where that happens. The start does not wait for it; what is found fails readiness.
 *
 * <p>Threading: one thread of its own, which reads in short pieces and rests longer than it reads, unless it is near the newest.
 */
final class UncleanEndCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UncleanEndCheck.class);
    private static final int BATCH = 100;
    private static final int WITHOUT_REST = 500;
    private static final long MOST_REST_MILLIS = 2000;

    private final Guard guard;
    private final Damage damage;
    private final Meters meters;
    private final Soundness soundness;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    UncleanEndCheck(Guard guard, Damage damage, Meters meters, ZlibPool pool) {
        this.guard = guard;
        this.damage = damage;
        this.meters = meters;
        this.soundness = new Soundness(pool);
        this.thread = Thread.ofPlatform().name("store-check").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Says what is wrong with the row of a number, or {@code null}. */
    @FunctionalInterface
    private interface Look {
        @Nullable
        String at(Session session, long number) throws SQLException;
    }

    private void run() {
        long begin = System.nanoTime();
        long before = meters.corrupt.sum();
        try {
            String live = " AND superseded = " + LogRow.LIVE;
            long heads = all("rev", "rev", live, soundness::head, CorruptContentException::ofRevision);
            long contents = all("bulk", "id", "", soundness::content, CorruptContentException::ofContent);
            LOG.info(
                    "the store was not closed by its last process: {} heads and {} contents were checked in {} ms, {} are damaged",
                    heads,
                    contents,
                    Duration.ofNanos(System.nanoTime() - begin).toMillis(),
                    meters.corrupt.sum() - before);
        } catch (StoreDamagedException e) {
            LOG.error("the check after an unclean end cannot go on: {}", e.getMessage());
        } catch (StoreUnavailableException e) {
            LOG.warn("the check after an unclean end was given up: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes the exception by which damage is known. */
    @FunctionalInterface
    private interface Naming {
        CorruptContentException of(long number, String message);
    }

    private long all(String table, String column, String condition, Look look, Naming naming)
            throws InterruptedException {
        long checked = 0;
        long before = Long.MAX_VALUE;
        while (true) {
            long from = System.nanoTime();
            List<Long> numbers = numbersBefore(table, column, condition, before);
            for (long number : numbers) {
                if (closing.getCount() == 0) {
                    return checked;
                }
                check(table, column, condition, number, look, naming);
                checked++;
            }
            if (numbers.size() < BATCH) {
                return checked;
            }
            before = numbers.getLast();
            long rest = checked < WITHOUT_REST ? 0 : 2 * (System.nanoTime() - from) / 1_000_000;
            if (closing.await(Math.min(rest, MOST_REST_MILLIS), TimeUnit.MILLISECONDS)) {
                return checked;
            }
        }
    }

    private List<Long> numbersBefore(String table, String column, String condition, long before) {
        return guard.read(session -> {
            PreparedStatement select = session.prepare("SELECT %s FROM %s WHERE %s < ?%s ORDER BY %s DESC LIMIT %d"
                    .formatted(column, table, column, condition, column, BATCH));
            select.setLong(1, before);
            List<Long> numbers = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    numbers.add(row.getLong(1));
                }
            }
            return numbers;
        });
    }

    private void check(String table, String column, String condition, long number, Look look, Naming naming) {
        String wrong = guard.<@Nullable String>read(session -> {
            String first = look.at(session, number);
            // It may have been replaced, collected or stored in another encoding while we looked.
            return first == null || !isThere(session, table, column, condition, number)
                    ? null
                    : look.at(session, number);
        });
        if (wrong != null) {
            CorruptContentException found = naming.of(number, "%s %d: %s".formatted(table, number, wrong));
            meters.corrupt.increment();
            damage.met(found);
            LOG.error("{}", found.getMessage());
        }
    }

    private static boolean isThere(Session session, String table, String column, String condition, long number)
            throws SQLException {
        PreparedStatement select =
                session.prepare("SELECT 1 FROM %s WHERE %s = ?%s".formatted(table, column, condition));
        select.setLong(1, number);
        try (ResultSet row = select.executeQuery()) {
            return row.next();
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
