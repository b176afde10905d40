package dev.breakwater.storage;

import java.time.Duration;
import java.util.List;

/**
 * A watcher's place in the change feed. Changes come in revision order, each once; nothing is queued per cursor (store.md 6).
 *
 * <p>Threading: used by one thread at a time; {@link #close} from any, and then {@link #next} returns at once.
 */
public interface FeedCursor extends AutoCloseable {
    /** Waits until there is something to tell, at most {@code patience}. */
    Batch next(Duration patience) throws InterruptedException;

    @Override
    void close();

    /** What a wait gave. */
    sealed interface Batch {
        /**
         * @param changes of the cursor's kind, oldest first; may be empty
         * @param through every change up to and with this revision has been given: what a bookmark may say
         */
        record Changes(List<Change> changes, long through) implements Batch {}

        /** The cursor's place was compacted or lies in a gap: end the watch with 410. */
        record Expired(long compacted) implements Batch {}

        /** The store is shutting down, or the cursor was closed: end the watch cleanly. */
        record Ended() implements Batch {}
    }
}
