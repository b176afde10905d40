package dev.breakwater.apiserver.cluster;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the same again and again: after a pause when it went well, sooner when it did not, with growing pauses while it fails.
 *
 * <p>Threading: owns one virtual thread, which {@link #close} interrupts and waits for.
 */
public final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private final Thread thread;

    private Rounds(Thread thread) {
        this.thread = thread;
    }

    /** One round. */
    @FunctionalInterface
    public interface Round {
        void run() throws InterruptedException;
    }

    public static Rounds start(String name, Duration pause, Round round) {
        return new Rounds(Thread.ofVirtual().name(name).start(() -> loop(name, pause, round)));
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void loop(String name, Duration pause, Round round) {
        Duration retry = FIRST_RETRY;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Duration next = pause;
                try {
                    round.run();
                    retry = FIRST_RETRY;
                } catch (RuntimeException | StackOverflowError | LinkageError e) {
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                    LOG.warn("{}: {}; next try in {} s", name, e.toString(), retry.toSeconds());
                    next = retry;
                    retry = retry.compareTo(pause) < 0 && retry.toSeconds() < 30 ? retry.multipliedBy(2) : retry;
                }
                Thread.sleep(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
