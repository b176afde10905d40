package dev.breakwater.apiserver.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what connections hold before anybody is known: how many there are, how long a head may take, and what all heads
 * that are not complete cost in memory. When one of them is exceeded, the one that has been unfinished for longest goes, not the one that came last: a head
 * that means well is complete within milliseconds, so whoever fills the doorway pushes himself out (docs/decisions/0080).
 *
 * <p>A stranger is a connection on which no request with good credentials arrived yet; every byte of it counts, whatever the protocol.
 *
 * <p>Threading: safe for any number of threads. Connections are closed by the executor, never under the lock.
 */
final class Doorway {
    /** Closing one that holds less would free nothing worth having. */
    private static final int WORTH_CLOSING = 16 * 1024;

    /** A client speaks first, as soon as it is connected. */
    private static final Duration SPEECHLESS = Duration.ofMillis(100);

    private final DoorwayLimits limits;
    private final LongSupplier nanoTime;
    private final Executor closer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Visit> open = new LinkedHashSet<>();
    /** In the order of their first visit, so that the first is the oldest. */
    private final Set<Visit> strangers = new LinkedHashSet<>();
    /** Those that hold bytes worth closing them for, the oldest first. */
    private final Set<Visit> holders = new LinkedHashSet<>();

    private long unread;
    private long headBytes;
    private long pushedOut;

    Doorway(DoorwayLimits limits, LongSupplier nanoTime, Executor closer) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.closer = closer;
    }

    /** What is there at a moment. */
    record Standing(int connections, int strangers, long unreadBytes, long headBytes, long pushedOut) {}

    Standing standing() {
        lock.lock();
        try {
            return new Standing(open.size(), strangers.size(), unread, headBytes, pushedOut);
        } finally {
            lock.unlock();
        }
    }

    void opened(Visit visit) {
        Visit leaving;
        lock.lock();
        try {
            visit.since = nanoTime.getAsLong();
            open.add(visit);
            strangers.add(visit);
            if (strangers.size() > limits.strangers()) {
                leaving = oldestIdleStranger();
            } else if (open.size() > limits.connections()) {
                Visit idle = oldestIdleStranger();
                Visit known = idle == visit ? oneOfTheMost() : null;
                leaving = known == null ? idle : known;
            } else {
                leaving = null;
            }
            leave(leaving);
        } finally {
            lock.unlock();
        }
        close(leaving);
    }

    void closed(Visit visit) {
        lock.lock();
        try {
            forget(visit);
        } finally {
            lock.unlock();
        }
    }

    /** Counts bytes that are held for a connection and belong to no request yet: what it read, and what was made of that. */
    void holds(Visit visit, int bytes) {
        List<Visit> leaving = new ArrayList<>();
        lock.lock();
        try {
            boolean counted = open.contains(visit) && (!visit.known || visit.sequential && visit.running == 0);
            if (!counted) {
                return;
            }
            if (visit.unread == 0 && visit.known) {
                visit.since = nanoTime.getAsLong();
            }
            visit.unread += bytes;
            unread += bytes;
            if (visit.unread >= WORTH_CLOSING) {
                holders.add(visit);
            }
            while (unread > limits.unreadBytes() && !holders.isEmpty()) {
                Visit oldest = holders.iterator().next();
                leave(oldest);
                leaving.add(oldest);
            }
        } finally {
            lock.unlock();
        }
        leaving.forEach(this::close);
    }

    /**
     * A head is complete and its request begins.
     *
     * @param head what it costs in bytes ({@link HeadCost}) beyond what every request has
     * @return whether there is room for it; if not, nothing began
     */
    boolean begins(Visit visit, boolean sequential, int head) {
        lock.lock();
        try {
            if (head > 0 && headBytes + head > limits.headBytes()) {
                return false;
            }
            headBytes += head;
            visit.sequential = sequential;
            visit.running++;
            if (visit.known) {
                settle(visit);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    void ends(Visit visit, int head) {
        lock.lock();
        try {
            headBytes -= head;
            visit.running--;
            if (visit.running == 0) {
                settle(visit);
                visit.since = nanoTime.getAsLong();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Somebody with good credentials is there.
     *
     * @param flow who it is
     */
    void known(Visit visit, String flow) {
        lock.lock();
        try {
            if (!visit.known) {
                visit.known = true;
                visit.flow = flow;
                visit.since = nanoTime.getAsLong();
                strangers.remove(visit);
                settle(visit);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes whoever took too long; to be called every second or so. */
    void sweep() {
        List<Visit> late = new ArrayList<>();
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            for (Visit visit : open) {
                boolean unfinished = visit.running == 0 && (!visit.known || visit.unread > 0);
                if (unfinished && now - visit.since > limits.headTime().toNanos()) {
                    late.add(visit);
                }
            }
            late.forEach(this::leave);
        } finally {
            lock.unlock();
        }
        late.forEach(this::close);
    }

    /**
     * Whoever has had time to speak and did not goes before those who are in a handshake: on a busy machine that of a probe takes as long as hundreds of
     * silent connections take to come.
     */
    private @Nullable Visit oldestIdleStranger() {
        long now = nanoTime.getAsLong();
        Visit oldest = null;
        for (Visit visit : strangers) {
            if (visit.running == 0) {
                if (visit.unread == 0 && now - visit.since > SPEECHLESS.toNanos()) {
                    return visit;
                }
                oldest = oldest == null ? visit : oldest;
            }
        }
        if (oldest != null) {
            return oldest;
        }
        // All of them are being answered: the one that came last goes.
        Visit last = null;
        for (Visit visit : strangers) {
            last = visit;
        }
        return last;
    }

    /**
     * Of those who are known, the one with most connections gives one up, so that nobody who takes them all keeps the aggregator out: the
     * one idle for longest, or the last that came when all are in use.
     */
    private @Nullable Visit oneOfTheMost() {
        Map<String, Integer> counts = new HashMap<>();
        int most = 0;
        for (Visit visit : open) {
            if (visit.flow != null) {
                most = Math.max(most, counts.merge(visit.flow, 1, Integer::sum));
            }
        }
        Visit idle = null;
        Visit last = null;
        for (Visit visit : open) {
            if (visit.flow != null && Objects.requireNonNull(counts.get(visit.flow)) == most) {
                last = visit;
                if (visit.running == 0 && (idle == null || visit.since - idle.since < 0)) {
                    idle = visit;
                }
            }
        }
        return idle == null ? last : idle;
    }

    private void leave(@Nullable Visit visit) {
        if (visit != null) {
            forget(visit);
            pushedOut++;
        }
    }

    private void forget(Visit visit) {
        settle(visit);
        open.remove(visit);
        strangers.remove(visit);
    }

    private void settle(Visit visit) {
        unread -= visit.unread;
        visit.unread = 0;
        holders.remove(visit);
    }

    private void close(@Nullable Visit visit) {
        if (visit != null) {
            closer.execute(visit::close);
        }
    }
}
