package dev.breakwater.storage.sql;

import dev.breakwater.storage.Change;
import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.FeedCursor;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.StoreDamagedException;
import dev.breakwater.storage.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The change feed: reads each change once from the log into the ring, and tells the cursors.
 *
 * <pre>
 *   own commits, NOTIFY, a second gone by -> bell -> feed thread -> log -> ring -> cursors inside it
 *                                                              `--------------> cursors behind it, by themselves
 * </pre>
 *
 * <p>A cursor is a number, not a queue: one that began with a snapshot of 100,000 objects pages the log until it has reached the ring,
 * and can be overtaken but not overflowed (store.md 6). While there is no cursor nothing is read.
 *
 * <p>Threading: one platform thread reads. The lock guards ring, gaps and who waits; it is never held while the database is asked, nor
 * while those who waited are called, which the feed's thread does.
 */
final class Feed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

    /** The truth when a hint was lost. */
    private static final long POLL_MILLIS = 1000;

    /** What a cursor takes from ring or log at once: it holds it while it waits for its reader, and there may be a thousand. */
    private static final long BYTES_AT_ONCE = 8 << 10;

    private static final int GAPS_KEPT = 64;

    private final Guard guard;
    private final LogPages log;
    private final Highest highest;
    private final Meters meters;
    private final Bell bell;
    private final Thread thread;
    private volatile boolean closing;

    private final ReentrantLock lock = new ReentrantLock();
    private final FeedRing ring;
    /** Who waits for changes of a kind, by its number. */
    private final Map<Integer, List<Cursor>> waiting = new HashMap<>();
    /** To be run by the feed's thread when it has given the lock back. */
    private final List<Runnable> due = new ArrayList<>();

    private final List<LogPages.Gap> gaps = new ArrayList<>();
    private int cursors;
    private boolean running;

    Feed(Guard guard, LogPages log, Highest highest, Meters meters, Bell bell, long ringBytes) {
        this.guard = guard;
        this.log = log;
        this.highest = highest;
        this.meters = meters;
        this.bell = bell;
        this.ring = new FeedRing(ringBytes);
        this.thread = Thread.ofPlatform().name("store-feed").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    FeedCursor follow(KindId kind, long after) {
        lock.lock();
        try {
            cursors++;
        } finally {
            lock.unlock();
        }
        bell.ring();
        return new Cursor(kind.number(), after);
    }

    private void run() {
        long known = -1;
        while (!closing) {
            long rings = bell.rings();
            if (rings == known) {
                bell.awaitQuietly(known, POLL_MILLIS);
                rings = bell.rings();
            }
            known = rings;
            try {
                poll();
            } catch (StoreUnavailableException | StoreDamagedException e) {
                LOG.debug("the feed waits for the database: {}", e.getMessage());
                bell.awaitQuietly(known, POLL_MILLIS);
            } catch (RuntimeException e) {
                LOG.error("the feed failed and goes on", e);
                bell.awaitQuietly(known, POLL_MILLIS);
            }
        }
    }

    private void poll() {
        if (!wanted()) {
            return;
        }
        long from = begin();
        while (!closing) {
            long position = from;
            LogPages.LogPage page;
            try {
                page = guard.read(session -> log.after(session, position, null, LogPages.MOST_BYTES));
            } catch (CorruptContentException e) {
                // Those who watch the object's kind meet the error themselves; the others must not wait for it.
                restart(guard.read(session -> session.number("SELECT rev FROM counter WHERE id = 1")));
                return;
            }
            highest.saw(page.counter());
            from = recordGaps(page.gaps(), position);
            if (from != position) {
                continue;
            }
            if (page.compacted() > position) {
                // What lies between was deleted: by a replica while this one heard nothing, or set aside. Cursors there
                // are told.
                restart(page.compacted());
                from = page.compacted();
                continue;
            }
            publish(page);
            from = page.through();
            if (page.through() >= page.counter()) {
                return;
            }
        }
    }

    private boolean wanted() {
        lock.lock();
        try {
            if (cursors == 0 && running) {
                running = false;
                ring.restart(0);
            }
            return cursors > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Where to read on. A ring that was given up begins at the present; cursors behind it page the log. */
    private long begin() {
        lock.lock();
        try {
            if (running) {
                return ring.end();
            }
        } finally {
            lock.unlock();
        }
        long now = guard.read(session -> session.number("SELECT rev FROM counter WHERE id = 1"));
        restart(now);
        return now;
    }

    private void restart(long revision) {
        lock.lock();
        try {
            ring.restart(revision);
            running = true;
            callToAll();
        } finally {
            lock.unlock();
        }
        call();
    }

    /** Keeps the gaps for the cursors, and leaves one if the feed itself stands in it: its ring holds changes that are no more. */
    private long recordGaps(List<LogPages.Gap> newer, long position) {
        if (newer.isEmpty()) {
            return position;
        }
        lock.lock();
        try {
            long moved = position;
            for (LogPages.Gap gap : newer) {
                if (!gaps.contains(gap)) {
                    gaps.add(gap);
                    callToAll();
                }
                if (gap.holds(moved)) {
                    moved = gap.first();
                }
            }
            while (gaps.size() > GAPS_KEPT) {
                gaps.removeFirst();
            }
            if (moved != position) {
                LOG.warn("revisions from {} to {} were lost by the database; watches there end", position, moved);
                ring.restart(moved);
            }
            return moved;
        } finally {
            lock.unlock();
            call();
        }
    }

    private void publish(LogPages.LogPage page) {
        lock.lock();
        try {
            ring.append(page.changes(), page.through());
            Set<Integer> kinds = new HashSet<>();
            for (Change change : page.changes()) {
                kinds.add(change.entry().kind().number());
            }
            for (int kind : kinds) {
                callTo(waiting.getOrDefault(kind, List.of()));
            }
        } finally {
            lock.unlock();
        }
        call();
    }

    private void callToAll() {
        waiting.values().forEach(this::callTo);
    }

    private void callTo(List<Cursor> cursors) {
        for (Cursor cursor : cursors) {
            cursor.place = -1;
            Runnable ready = cursor.ready;
            cursor.ready = null;
            if (ready != null) {
                due.add(ready);
            }
        }
        if (!cursors.isEmpty()) {
            cursors.clear();
        }
    }

    /** Runs what is due; not under the lock, which those who are called want next. */
    private void call() {
        List<Runnable> now;
        lock.lock();
        try {
            now = List.copyOf(due);
            due.clear();
        } finally {
            lock.unlock();
        }
        now.forEach(Runnable::run);
    }

    long watchers() {
        lock.lock();
        try {
            return cursors;
        } finally {
            lock.unlock();
        }
    }

    long ringBytes() {
        lock.lock();
        try {
            return ring.bytes();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all cursors, and the thread. */
    @Override
    public void close() {
        closing = true;
        bell.ring();
        lock.lock();
        try {
            callToAll();
        } finally {
            lock.unlock();
        }
        call();
        try {
            if (thread.isAlive()) {
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Cursor implements FeedCursor {
        private final int kind;
        private long position;
        private volatile boolean closed;
        /** While it waits; with its place among those who do, or -1. */
        private @Nullable Runnable ready;

        private int place = -1;

        Cursor(int kind, long position) {
            this.kind = kind;
            this.position = position;
        }

        @Override
        public Batch next(Duration patience) throws InterruptedException {
            long deadline = System.nanoTime() + patience.toNanos();
            while (true) {
                CountDownLatch arrived = new CountDownLatch(1);
                Batch batch = poll(arrived::countDown);
                if (batch != null) {
                    return batch;
                }
                if (!arrived.await(Math.max(deadline - System.nanoTime(), 0), TimeUnit.NANOSECONDS)) {
                    return new Batch.Changes(List.of(), position);
                }
            }
        }

        @Override
        public @Nullable Batch poll(Runnable ready) {
            lock.lock();
            try {
                withdraw();
                if (closing || closed) {
                    return new Batch.Ended();
                }
                for (LogPages.Gap gap : gaps) {
                    if (gap.holds(position)) {
                        return new Batch.Expired(gap.first());
                    }
                }
                boolean behind = running && !ring.holdsAfter(kind, position);
                if (!behind) {
                    Batch batch = running ? fromRing() : null;
                    if (batch == null) {
                        await(ready);
                    }
                    return batch;
                }
            } finally {
                lock.unlock();
            }
            return fromLog();
        }

        private @Nullable Batch fromRing() {
            FeedRing.Taken taken = ring.after(kind, position, BYTES_AT_ONCE);
            position = taken.last()
                    ? Math.max(position, ring.end())
                    : taken.changes().getLast().entry().revision();
            return taken.changes().isEmpty() ? null : new Batch.Changes(taken.changes(), position);
        }

        private void await(Runnable ready) {
            List<Cursor> others = waiting.computeIfAbsent(kind, each -> new ArrayList<>());
            this.ready = ready;
            place = others.size();
            others.add(this);
        }

        /** Leaves its place to the last, so that thousands can leave at once. */
        private void withdraw() {
            if (place >= 0) {
                List<Cursor> others = waiting.getOrDefault(kind, List.of());
                Cursor last = others.removeLast();
                if (last != this) {
                    others.set(place, last);
                    last.place = place;
                }
                place = -1;
                ready = null;
            }
        }

        @Override
        public long through() {
            return position;
        }

        private Batch fromLog() {
            meters.logPages.increment();
            LogPages.LogPage page = guard.read(session -> log.after(session, position, kind, BYTES_AT_ONCE));
            if (page.compacted() > position) {
                return new Batch.Expired(page.compacted());
            }
            for (LogPages.Gap gap : page.gaps()) {
                if (gap.holds(position)) {
                    return new Batch.Expired(gap.first());
                }
            }
            position = page.through();
            // Even without a change: a watcher that has just caught up wants to say so.
            return new Batch.Changes(page.changes(), position);
        }

        @Override
        public void close() {
            Runnable told = null;
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    cursors--;
                    told = ready;
                    withdraw();
                }
            } finally {
                lock.unlock();
            }
            if (told != null) {
                told.run();
            }
        }
    }
}
