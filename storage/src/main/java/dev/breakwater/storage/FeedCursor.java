package dev.breakwater.storage;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A watcher's place in the change feed. Changes come in revision order, each once; nothing is queued per cursor (store.md 6).
 *
 * <p>Threading: used by one thread at a time; {@link #close} from any, and then {@link #next} returns at once, and what
 * {@link #poll} was given is run.
 */
public interface FeedCursor extends AutoCloseable {
    /** Waits until there is something to tell, at most {@code patience}. */
    Batch next(Duration patience) throws InterruptedException;

    /**
     * Gives what there is to tell, without waiting for it, which takes no thread.
     *
     * @param ready run once, on any thread and with nothing held, when it is worth asking again after {@code null}; asking withdraws
     *     that of the time before
     * @return {@code null} when there is nothing now
     */
    @Nullable
    Batch poll(Runnable ready);

    /** Up to this revision every change of the kind has been given. */
    long through();

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
