package dev.breakwater.controller.kube;

import dev.breakwater.controller.loop.BackOff;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.loop.Pulse;
import io.kubernetes.client.openapi.ApiException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How well a resource is received: gives the informer's sign of life, and makes it pause between lists and watches that fail, which the library's
 * reflector does once a second for ever, and between watches that end at once, which it does without a pause.
 *
 * <p>Threading: one monitor; the reflector's threads, and whoever closes it.
 */
final class Reception implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reception.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    /** A watch is opened anew after ten minutes at the latest, and a request fails after ten more. */
    private static final Duration SILENCE = Duration.ofMinutes(25);
    /** A watch that ends without a word before this has not worked. */
    private static final Duration SHORTEST_WATCH = Duration.ofSeconds(5);

    private final Loops loops;
    private final String plural;
    private final BackOff backOff;
    private @Nullable Pulse pulse;
    private boolean failed;
    private boolean heard = true;
    private Instant opened = Instant.MIN;
    private String trouble = "";

    Reception(Loops loops, Resource resource) {
        this.loops = loops;
        this.plural = resource.plural();
        this.backOff = loops.backOff(FIRST_RETRY, LONGEST_RETRY);
    }

    /** From now on a sign of life is expected. */
    synchronized void begin() {
        if (pulse == null) {
            pulse = loops.pulse("informer-" + plural, SILENCE);
        }
    }

    @Override
    public synchronized void close() {
        if (pulse != null) {
            pulse.close();
        }
    }

    /** Before each list and each watch. */
    void breathe() throws ApiException {
        Duration pause = pause();
        try {
            if (pause.isPositive()) {
                loops.await(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(e);
        }
        beat();
    }

    synchronized void beat() {
        if (pulse != null) {
            pulse.beat();
        }
    }

    synchronized void opened() {
        opened = loops.now();
        heard = false;
        beat();
    }

    /** An event came and was understood. */
    synchronized void heard() {
        heard = true;
        beat();
        recovered();
    }

    /** Says what went wrong, once. */
    synchronized void failed(Throwable failure) {
        failed = true;
        beat();
        // The library's exception around ours says five lines of nothing.
        Throwable said = failure instanceof ApiException && failure.getCause() != null ? failure.getCause() : failure;
        String now = said.toString().lines().findFirst().orElse("");
        if (!now.equals(trouble)) {
            log.warn("watching {}: {}; listing again", plural, now);
        } else {
            log.debug("watching {}: {} again", plural, now);
        }
        trouble = now;
    }

    private synchronized Duration pause() {
        boolean brief = !heard && loops.now().isBefore(opened.plus(SHORTEST_WATCH));
        boolean before = failed;
        failed = false;
        if (before || brief) {
            heard = true;
            return backOff.next();
        }
        if (!heard) {
            heard = true;
            recovered();
        }
        return Duration.ZERO;
    }

    private void recovered() {
        backOff.reset();
        if (!trouble.isEmpty()) {
            log.info("watching {} again", plural);
            trouble = "";
        }
    }
}
