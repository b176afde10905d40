package dev.breakwater.apiserver.health;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A check that asks something that may hang, such as a database: answers within a time limit, and asks again only when the last
 * question was answered, so that probes do not pile up on what is down.
 *
 * <p>Threading: safe for any number of threads; each question runs on a virtual thread of its own.
 */
public final class BoundedCheck implements HealthCheck {
    private final String name;
    private final Probe probe;
    private final Duration limit;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Void> running;

    public BoundedCheck(String name, Duration limit, Probe probe) {
        this.name = name;
        this.limit = limit;
        this.probe = probe;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void check() throws Exception {
        try {
            ask().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TimeoutException(name + " did not answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        }
    }

    private CompletableFuture<Void> ask() {
        lock.lock();
        try {
            CompletableFuture<Void> question = running;
            if (question == null || question.isDone()) {
                CompletableFuture<Void> asked = new CompletableFuture<>();
                running = asked;
                Thread.ofVirtual().name("check-" + name).start(() -> answer(asked));
                return asked;
            }
            return question;
        } finally {
            lock.unlock();
        }
    }

    private void answer(CompletableFuture<Void> question) {
        try {
            probe.run();
            question.complete(null);
        } catch (Throwable e) {
            question.completeExceptionally(e);
        }
    }
}
