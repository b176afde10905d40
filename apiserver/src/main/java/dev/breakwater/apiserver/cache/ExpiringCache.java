package dev.breakwater.apiserver.cache;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongBiFunction;

/**
 * Keeps answers for a fixed time, the least recently used ones going first when there are too many or they take too many bytes. Callers that ask for the same
 * at the same time share one question; a question that fails is not kept.
 *
 * <p>Threading: safe for any number of threads; the question runs on the thread of the first caller, outside of the lock.
 *
 * @param <K> compared by equality
 * @param <V> never {@code null}
 */
public final class ExpiringCache<K, V> {
    private final int capacity;
    private final long mostBytes;
    private final ToLongBiFunction<K, V> bytes;
    private final long timeToLiveNanos;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<K, Answer<V>> answers = new LinkedHashMap<>(16, 0.75f, true);

    private long held;

    /**
     * @param capacity answers, at most
     * @param mostBytes of all of them; an answer that would take an eighth of it alone is not kept
     * @param bytes of a key and its answer, about
     */
    public ExpiringCache(
            int capacity, long mostBytes, ToLongBiFunction<K, V> bytes, Duration timeToLive, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.mostBytes = mostBytes;
        this.bytes = bytes;
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
            weigh(key, mine, bytes.applyAsLong(key, value));
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
            Answer<V> expired = answers.put(key, fresh);
            if (expired != null) {
                held -= expired.bytes;
            }
            if (answers.size() > capacity) {
                dropEldest();
            }
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    private void weigh(K key, Answer<V> answer, long size) {
        if (size > mostBytes / 8) {
            forget(key, answer);
            return;
        }
        lock.lock();
        try {
            if (answers.get(key) == answer) {
                answer.bytes = size;
                held += size;
            }
            while (held > mostBytes) {
                dropEldest();
            }
        } finally {
            lock.unlock();
        }
    }

    private void dropEldest() {
        K eldest = answers.keySet().iterator().next();
        Answer<V> dropped = answers.remove(eldest);
        if (dropped != null) {
            held -= dropped.bytes;
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
        /** 0 until it is known. */
        private long bytes;

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
