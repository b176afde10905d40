package dev.breakwater.apiserver.answer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off those who do not read. Each write of an answer has {@link #LONGEST} to be taken; where others wait for memory, the one that
 * has been stuck the longest goes first, after {@link #LONGEST_WHEN_PRESSED}; and no more than {@link #MOST_STUCK} may be stuck at all, because
 * each keeps a TLS record outside the heap. The others notice nothing.
 *
 * <p>Threading: one platform thread looks, some times a second; the rest is safe for any number of threads.
 */
public final class Readers implements AutoCloseable {
    /** At 16 KB a write: a reader takes half a kilobyte a second, or is none. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    static final Duration LONGEST_WHEN_PRESSED = Duration.ofSeconds(5);
    static final Duration STUCK = Duration.ofSeconds(1);
    static final int MOST_STUCK = 400;

    /** How long a reset stream may take to end its write before the connection is closed. */
    private static final Duration LAST_CHANCE = Duration.ofSeconds(5);

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

    private final LongSupplier nanoTime;
    private final IntSupplier waiting;
    private final int mostStuck;
    private final Set<Writing> writings = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean closing;

    /** How an answer is cut off. */
    interface Cut {
        /** Ends the answer alone. */
        void answer();

        /** Ends the connection: the answer could not be ended alone. */
        void connection();
    }

    Readers(LongSupplier nanoTime, IntSupplier waiting) {
        this(nanoTime, waiting, MOST_STUCK);
    }

    /** @param waiting how many wait for memory that readers hold */
    Readers(LongSupplier nanoTime, IntSupplier waiting, int mostStuck) {
        this.nanoTime = nanoTime;
        this.waiting = waiting;
        this.mostStuck = mostStuck;
        this.thread = Thread.ofPlatform().name("readers").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** A write begins that may take as long as its reader likes; to be closed when it is through. */
    Writing writing(Cut cut) {
        Writing writing = new Writing(cut, nanoTime.getAsLong());
        writings.add(writing);
        return writing;
    }

    private void run() {
        while (!closing) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            try {
                look();
            } catch (RuntimeException e) {
                LOG.error("a reader could not be cut off", e);
            }
        }
    }

    /** Cuts off whoever is due. */
    void look() {
        long now = nanoTime.getAsLong();
        List<Writing> stuck = new ArrayList<>();
        for (Writing writing : writings) {
            if (now - writing.since >= STUCK.toNanos()) {
                stuck.add(writing);
            }
        }
        stuck.sort(Comparator.comparingLong(writing -> writing.since));
        int wanted = waiting.getAsInt();
        int surplus = stuck.size() - mostStuck;
        for (Writing writing : stuck) {
            long age = now - writing.since;
            boolean pressed = wanted > 0 && age >= LONGEST_WHEN_PRESSED.toNanos();
            if (writing.cutAt != 0) {
                wanted--;
                surplus--;
                writing.closeIfDue(now);
            } else if (age >= LONGEST.toNanos() || pressed || surplus > 0) {
                wanted--;
                surplus--;
                LOG.info("a reader took nothing for {} ms and is cut off", TimeUnit.NANOSECONDS.toMillis(age));
                writing.cutAt = now;
                writing.cut.answer();
            }
        }
    }

    /** How many writes are under way. */
    int writings() {
        return writings.size();
    }

    /** Ends looking, not the writes. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
    }

    /** One write that is under way. */
    final class Writing implements AutoCloseable {
        private final Cut cut;
        private final long since;
        private long cutAt;
        private boolean connectionClosed;

        private Writing(Cut cut, long since) {
            this.cut = cut;
            this.since = since;
        }

        private void closeIfDue(long now) {
            if (!connectionClosed && now - cutAt >= LAST_CHANCE.toNanos()) {
                connectionClosed = true;
                cut.connection();
            }
        }

        /** Whether it took so long that its reader is a slow one. */
        boolean slow() {
            return nanoTime.getAsLong() - since > TimeUnit.MILLISECONDS.toNanos(200);
        }

        @Override
        public void close() {
            writings.remove(this);
        }
    }
}
