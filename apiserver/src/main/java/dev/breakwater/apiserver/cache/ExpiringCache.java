package dev.breakwater.apiserver.cache;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Keeps answers for a fixed time, the least recently used ones going first when there are too many. Callers that ask for the same
 * at the same time share one question; a question that fails is not kept.
 *
 * <p>Threading: safe for any number of threads; the question runs on the thread of the first caller, outside of the lock.
 *
 * @param <K> compared by equality
 * @param <V> never {@code null}
 */
public final class ExpiringCache<K, V> {
    private final int capacity;
    private final long timeToLiveNanos;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<K, Answer<V>> answers = new LinkedHashMap<>(16, 0.75f, true);

    public ExpiringCache(int capacity, Duration timeToLive, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.timeToLiveNanos = timeToLive.toNanos();
        this.nanoTime = nanoTime;
    }

    /** The kept answer, or what {@code question} gives; what it throws, all who wait for it get. */
    public V get(K key, Supplier<V> question) {
        Answer<V> mine = new Answer<>(nanoTime.getAsLong() + timeToLiveNanos, new CompletableFuture<>());
        Answer<V> kept = keptOr(key, mine);
        if (kept != mine) {
            return await(kept.value());
        }
        try {
            V value = question.get();
            mine.value().complete(value);
            return value;
        } catch (Throwable e) {
            forget(key, mine);
            mine.value().completeExceptionally(e);
            throw e;
        }
    }

    private Answer<V> keptOr(K key, Answer<V> fresh) {
        lock.lock();
        try {
            Answer<V> kept = answers.get(key);
            if (kept != null && kept.until() - nanoTime.getAsLong() > 0) {
                return kept;
            }
            answers.put(key, fresh);
            if (answers.size() > capacity) {
                K eldest = answers.keySet().iterator().next();
                answers.remove(eldest);
            }
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    private void forget(K key, Answer<V> answer) {
        lock.lock();
        try {
            answers.remove(key, answer);
        } finally {
            lock.unlock();
        }
    }

    private static <V> V await(CompletableFuture<V> value) {
        try {
            return value.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Compared by identity, so that only the own answer is forgotten. */
    private static final class Answer<V> {
        private final long until;
        private final CompletableFuture<V> value;

        Answer(long until, CompletableFuture<V> value) {
            this.until = until;
            this.value = value;
        }

        long until() {
            return until;
        }

        CompletableFuture<V> value() {
            return value;
        }
    }
}
