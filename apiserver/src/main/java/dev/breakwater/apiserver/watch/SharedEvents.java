package dev.breakwater.apiserver.watch;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The plain bytes of the latest events: ten watchers of one change would otherwise inflate the same report ten times, which was most of
 * what an event cost.
 *
 * <p>Bounded by {@link #MOST} bytes; an event of more than {@link #LARGEST} is not for here, it goes out as a stream.
 *
 * <p>Threading: safe for any number of threads. The first that needs an event makes it, the others wait for it.
 */
final class SharedEvents {
    /** In all. Watchers that run behind by more make their events themselves. */
    static final int MOST = 2 << 20;

    /** One event. */
    static final int LARGEST = MOST / 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<Key, Event> events = new LinkedHashMap<>();
    private long held;

    /** A revision is one change of one object, and its type depends on the selector of the watcher. */
    private record Key(String type, long revision) {}

    private record Event(FutureTask<byte[]> bytes, int size) {}

    /** Makes the bytes of an event. */
    @FunctionalInterface
    interface Maker {
        byte[] make() throws IOException;
    }

    /**
     * The bytes of the event at {@code revision}, which must not be changed.
     *
     * @param size of the event in bytes, about
     */
    byte[] get(String type, long revision, int size, Maker maker) throws IOException {
        Key key = new Key(type, revision);
        Event event = find(key, size, maker);
        // Whoever comes first runs it, for the others this returns at once.
        event.bytes.run();
        try {
            return event.bytes.get();
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
        }
    }

    private Event find(Key key, int size, Maker maker) {
        lock.lock();
        try {
            Event known = events.get(key);
            if (known != null) {
                return known;
            }
            Event event = new Event(new FutureTask<>(maker::make), size);
            events.put(key, event);
            held += size;
            while (held > MOST) {
                Map.Entry<Key, Event> oldest = events.pollFirstEntry();
                held -= oldest.getValue().size;
            }
            return event;
        } finally {
            lock.unlock();
        }
    }

    private void remove(Key key, Event event) {
        lock.lock();
        try {
            if (events.remove(key, event)) {
                held -= event.size;
            }
        } finally {
            lock.unlock();
        }
    }
}
