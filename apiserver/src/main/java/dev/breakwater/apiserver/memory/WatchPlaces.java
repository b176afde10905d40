package dev.breakwater.apiserver.memory;

import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The watches' part of the room. Where others need it, watches are ended as if their time were over, which every client takes for what it is
 * and goes on from there: those of whoever has the most, the youngest first.
 *
 * <p>Threading: safe for any number of threads.
 */
public final class WatchPlaces {
    /** Of an idle one over HTTP/2, measured with 10,000 of them; those of HTTP/1.1 hold a connection as well. */
    static final long HEAP_OF_A_WATCH = 7 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Room room;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, LinkedHashSet<Place>> users = new HashMap<>();
    /** Places that were told to leave and have not left yet. */
    private int leaving;

    public WatchPlaces(Room room) {
        this.room = room;
        room.whoGivesWay(this::giveWay);
    }

    /** How many there can be where nobody holds anything else. */
    public int most() {
        return Math.toIntExact(room.all() / HEAP_OF_A_WATCH);
    }

    /**
     * A place for a watch.
     *
     * @param flow whose it is counted as
     * @throws StatusException 429 when there is no room
     */
    public Place open(String flow) {
        try {
            if (!room.take(HEAP_OF_A_WATCH, PATIENCE)) {
                throw Statuses.tooManyRequests("Too many requests, please try again later.", 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Statuses.tooManyRequests("Too many requests, please try again later.", 1);
        }
        Place place = new Place(flow);
        lock.lock();
        try {
            users.computeIfAbsent(flow, f -> new LinkedHashSet<>()).add(place);
        } finally {
            lock.unlock();
        }
        return place;
    }

    private void giveWay(long bytes) {
        List<Place> ended = new ArrayList<>();
        lock.lock();
        try {
            while (leaving * HEAP_OF_A_WATCH < bytes) {
                LinkedHashSet<Place> most = null;
                for (LinkedHashSet<Place> places : users.values()) {
                    if (most == null || places.size() > most.size()) {
                        most = places;
                    }
                }
                if (most == null) {
                    break;
                }
                Place youngest = most.removeLast();
                if (most.isEmpty()) {
                    users.remove(youngest.flow);
                }
                youngest.leaves = true;
                leaving++;
                ended.add(youngest);
            }
        } finally {
            lock.unlock();
        }
        ended.forEach(Place::end);
    }

    /** Of one watch; to be closed when the watch has ended. */
    public final class Place implements AutoCloseable {
        private final String flow;
        /** Guarded by the lock of all places. */
        private boolean leaves;

        private boolean closed;
        private @Nullable Runnable end;
        private boolean unwanted;

        private Place(String flow) {
            this.flow = flow;
        }

        /** @param action has the watch end soon; run from any thread, perhaps at once, and once at most */
        public void whenUnwanted(Runnable action) {
            synchronized (this) {
                if (!unwanted) {
                    end = action;
                    return;
                }
            }
            action.run();
        }

        private void end() {
            Runnable action;
            synchronized (this) {
                unwanted = true;
                action = end;
                end = null;
            }
            if (action != null) {
                action.run();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                closed = true;
                if (leaves) {
                    leaving--;
                } else {
                    LinkedHashSet<Place> mine = users.get(flow);
                    if (mine != null && mine.remove(this) && mine.isEmpty()) {
                        users.remove(flow);
                    }
                }
            } finally {
                lock.unlock();
            }
            room.give(HEAP_OF_A_WATCH);
        }
    }
}
