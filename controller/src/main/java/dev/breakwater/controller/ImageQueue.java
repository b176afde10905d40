package dev.breakwater.controller;

import dev.breakwater.controller.coverage.ImageCoverage;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Images to be covered. An image is in the queue once, however often it is added, and is covered by one thread at a time; added meanwhile, it comes up
 * again afterwards.
 *
 * <p>Threading: one loop hands out, one virtual thread per image is in work. What limits the work are the semaphores of scans and writes: a thread that
 * waits costs a few kilobytes.
 */
final class ImageQueue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ImageQueue.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    /** Handing out is nothing but beginning a thread. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(5);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final RateLimitingQueue<RunningImage> queue = new DefaultRateLimitingQueue<>(
            threads, new ItemExponentialFailureRateLimiter<>(FIRST_RETRY, LONGEST_RETRY));
    private final AtomicInteger inWork = new AtomicInteger();
    private final ImageCoverage coverage;
    private final Loop dispatcher;

    ImageQueue(ImageCoverage coverage, Loops loops) {
        this.coverage = coverage;
        this.dispatcher = loops.loop("image-queue", LONGEST_STEP, this::handOut);
    }

    void add(RunningImage image) {
        queue.add(image);
    }

    /** Waiting and in work. */
    int size() {
        return queue.length() + inWork.get();
    }

    void start() {
        dispatcher.start();
    }

    private Duration handOut() throws InterruptedException {
        RunningImage image = dispatcher.idle(queue::get);
        if (image != null) {
            inWork.incrementAndGet();
            threads.execute(() -> cover(image));
        }
        return Duration.ZERO;
    }

    private void cover(RunningImage image) {
        try {
            Optional<Duration> again = coverage.cover(image);
            queue.forget(image);
            again.ifPresent(pause -> queue.addAfter(image, pause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | StackOverflowError e) {
            if (!Thread.currentThread().isInterrupted()) {
                // A right that is missing is missing for every image, and was said once.
                boolean said = e instanceof ApiRefusal refusal && refusal.isLackOfRights();
                log.atLevel(said ? Level.DEBUG : Level.WARN)
                        .log("image {}: {}; trying again later", image.digest(), e.toString());
                queue.addRateLimited(image);
            }
        } finally {
            inWork.decrementAndGet();
            queue.done(image);
        }
    }

    @Override
    public void close() {
        dispatcher.close();
        queue.shutDown();
        threads.shutdownNow();
        try {
            // Interrupted work ends within a request; a Job that runs goes on and is found again.
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
