package dev.breakwater.controller;

import dev.breakwater.controller.coverage.ImageCoverage;
import dev.breakwater.controller.image.RunningImage;
import io.kubernetes.client.extended.workqueue.DefaultRateLimitingQueue;
import io.kubernetes.client.extended.workqueue.RateLimitingQueue;
import io.kubernetes.client.extended.workqueue.ratelimiter.ItemExponentialFailureRateLimiter;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images to be covered. An image is in the queue once, however often it is added, and is covered by one thread at a time; added meanwhile, it comes up
 * again afterwards.
 *
 * <p>Threading: one virtual thread hands out, one more per image in work. What limits the work are the semaphores of scans and writes: a thread that
 * waits costs a few kilobytes.
 */
final class ImageQueue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ImageQueue.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final RateLimitingQueue<RunningImage> queue = new DefaultRateLimitingQueue<>(
            threads, new ItemExponentialFailureRateLimiter<>(FIRST_RETRY, LONGEST_RETRY));
    private final AtomicInteger inWork = new AtomicInteger();
    private final ImageCoverage coverage;
    private @Nullable Thread dispatcher;

    ImageQueue(ImageCoverage coverage) {
        this.coverage = coverage;
    }

    void add(RunningImage image) {
        queue.add(image);
    }

    /** Waiting and in work. */
    int size() {
        return queue.length() + inWork.get();
    }

    void start() {
        dispatcher = Thread.ofVirtual().name("image-queue").start(() -> {
            try {
                RunningImage image;
                while ((image = queue.get()) != null) {
                    RunningImage next = image;
                    inWork.incrementAndGet();
                    threads.execute(() -> cover(next));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void cover(RunningImage image) {
        try {
            Optional<Duration> again = coverage.cover(image);
            queue.forget(image);
            again.ifPresent(pause -> queue.addAfter(image, pause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                log.warn("image {}: {}; trying again later", image.digest(), e.toString());
                queue.addRateLimited(image);
            }
        } finally {
            inWork.decrementAndGet();
            queue.done(image);
        }
    }

    @Override
    public void close() {
        queue.shutDown();
        if (dispatcher != null) {
            dispatcher.interrupt();
        }
        threads.shutdownNow();
        try {
            // Interrupted work ends within a request; a Job that runs goes on and is found again.
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
