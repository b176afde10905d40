package dev.breakwater.apiserver.watch;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The plain bytes of the latest events: ten watchers of one change would otherwise inflate the same report ten times, which was most of
 * what an event cost.
 *
 * <p>Bounded by {@link #KEPT} bytes, and by {@link #MOST} with those that are still being written although newer ones took their place: a
 * thousand watches that nobody reads hang in a write each. An event for which there is no room, or of more than {@link #LARGEST}, is not
 * for here: it goes out as a stream.
 *
 * <p>Threading: safe for any number of threads. The first that needs an event makes it, the others wait for it.
 */
final class SharedEvents {
    /** Kept for those who come. Watchers that run behind by more make their events themselves. */
    static final int KEPT = 2 << 20;

    /** With those that somebody still writes. */
    static final int MOST = 3 * KEPT;

    /** One event. */
    static final int LARGEST = KEPT / 4;

    private final int kept;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<Key, Event> events = new LinkedHashMap<>();
    private long inCache;
    private long inAll;

    SharedEvents() {
        this(KEPT, MOST);
    }

    /**
     * @param kept bytes of events for those who come
     * @param most bytes with those that are being written
     */
    SharedEvents(int kept, int most) {
        this.kept = kept;
        this.most = most;
    }

    /** A revision is one change of one object, and its type depends on the selector of the watcher. */
    private record Key(String type, long revision) {}

    /** Makes the bytes of an event. */
    @FunctionalInterface
    interface Maker {
        byte[] make() throws IOException;
    }

    /** An event, with the number of those who write it. */
    private static final class Event {
        final FutureTask<byte[]> bytes;
        final int size;
        int users;
        boolean cached = true;

        Event(FutureTask<byte[]> bytes, int size) {
            this.bytes = bytes;
            this.size = size;
        }
    }

    /** An event in use; to be closed when it was written. */
    final class Use implements AutoCloseable {
        private final Event event;
        private final byte[] bytes;

        private Use(Event event, byte[] bytes) {
            this.event = event;
            this.bytes = bytes;
        }

        /** Must not be changed. */
        byte[] bytes() {
            return bytes;
        }

        @Override
        public void close() {
            leave(event);
        }
    }

    /**
     * The event at {@code revision}, or {@code null} if there is no room for it.
     *
     * @param size of the event in bytes, about
     */
    @Nullable
    Use use(String type, long revision, int size, Maker maker) throws IOException {
        Key key = new Key(type, revision);
        Event event = find(key, size, maker);
        if (event == null) {
            return null;
        }
        boolean made = false;
        try {
            // Whoever comes first runs it, for the others this returns at once.
            event.bytes.run();
            Use use = new Use(event, event.bytes.get());
            made = true;
            return use;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another watch made the same event", e);
        } catch (ExecutionException e) {
            remove(key, event);
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("an event could not be made", e);
        } finally {
            if (!made) {
                leave(event);
            }
        }
    }

    private @Nullable Event find(Key key, int size, Maker maker) {
        lock.lock();
        try {
            Event known = events.get(key);
            if (known != null) {
                known.users++;
                return known;
            }
            while (inCache + size > kept && !events.isEmpty()) {
                uncache(events.pollFirstEntry().getValue());
            }
            if (size > kept || inAll + size > most) {
                return null;
            }
            Event event = new Event(new FutureTask<>(maker::make), size);
            event.users = 1;
            events.put(key, event);
            inCache += size;
            inAll += size;
            return event;
        } finally {
            lock.unlock();
        }
    }

    private void uncache(Event event) {
        event.cached = false;
        inCache -= event.size;
        forgetUnused(event);
    }

    private void forgetUnused(Event event) {
        if (!event.cached && event.users == 0) {
            inAll -= event.size;
        }
    }

    private void leave(Event event) {
        lock.lock();
        try {
            event.users--;
            forgetUnused(event);
        } finally {
            lock.unlock();
        }
    }

    private void remove(Key key, Event event) {
        lock.lock();
        try {
            if (events.remove(key, event)) {
                uncache(event);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of all events, those that are only being written among them. */
    long held() {
        lock.lock();
        try {
            return inAll;
        } finally {
            lock.unlock();
        }
    }
}
