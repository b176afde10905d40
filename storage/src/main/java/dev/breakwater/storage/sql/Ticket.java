package dev.breakwater.storage.sql;

import dev.breakwater.storage.StoreUnavailableException;
import dev.breakwater.storage.Write;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Something that a caller waits for the writer thread to do.
 *
 * <p>Threading: answered once by the writer thread, awaited by one other.
 */
abstract sealed class Ticket<T extends @Nullable Object> {
    private final CountDownLatch answered = new CountDownLatch(1);
    private @Nullable T answer;
    private @Nullable RuntimeException failure;

    final void answer(T value) {
        answer = value;
        answered.countDown();
    }

    final void fail(RuntimeException cause) {
        failure = cause;
        answered.countDown();
    }

    /** @throws StoreUnavailableException also when the caller was interrupted: the outcome is then not known */
    @SuppressWarnings("NullAway") // an answer of T is there once it was given, and T says whether it may be null
    final T await() {
        try {
            answered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while the store was writing; the outcome is not known", e);
        }
        if (failure != null) {
            // With the trace of the waiting thread, or the error would seem to come from nowhere.
            failure.addSuppressed(new IllegalStateException("waited for here"));
            throw failure;
        }
        return answer;
    }

    /** A write that waits to be part of a batch. Labels and hashes were made by the caller's thread, not the only writer's. */
    static final class Pending extends Ticket<CommitAnswer> {
        final Write write;
        final ObjectKey object;
        final @Nullable LabelSet labels;
        final @Nullable Sha256 content;
        final long bytes;

        Pending(Write write, @Nullable LabelSet labels, @Nullable Sha256 content, long bytes) {
            this.write = write;
            this.object = new ObjectKey(write.kind().number(), write.key());
            this.labels = labels;
            this.content = content;
            this.bytes = bytes;
        }
    }

    /** Any other work on the writer's connection, between batches. */
    static final class Task<T extends @Nullable Object> extends Ticket<T> {
        final WriterWork<T> work;

        Task(WriterWork<T> work) {
            this.work = work;
        }
    }
}
