package dev.breakwater.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for SIGTERM or Ctrl-C and keeps the JVM alive until the command has cleaned up. Opened before anything that has to be
 * closed, so that it is closed after all of it.
 *
 * <p>Threading: the shutdown hook wakes the main thread and waits for {@link #close}; without that wait the JVM would end while the
 * store is still being closed. It waits for a limited time: what hangs in a start or in an end must not make the process deaf to SIGTERM. It does not join the main thread, which may itself be inside {@code System.exit} by then, waiting
 * for the hooks.
 */
public final class RunUntilSignal implements AutoCloseable {
    private static final Duration LONGEST_END = Duration.ofSeconds(60);

    private final Duration longestEnd;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch cleaned = new CountDownLatch(1);

    public RunUntilSignal() {
        this(LONGEST_END);
    }

    /** @param longestEnd how long cleaning up may take after a signal */
    public RunUntilSignal(Duration longestEnd) {
        this.longestEnd = longestEnd;
        Runtime.getRuntime().addShutdownHook(new Thread(this::passOn, "shutdown"));
    }

    /** Returns at the first signal. */
    public void await() throws InterruptedException {
        asked.await();
    }

    /** Whether there was a signal: what takes long may as well end. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    @Override
    public void close() {
        cleaned.countDown();
    }

    private void passOn() {
        asked.countDown();
        try {
            if (!cleaned.await(longestEnd.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println(
                        "breakwater: the end took longer than " + longestEnd.toSeconds() + " s and is cut off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
