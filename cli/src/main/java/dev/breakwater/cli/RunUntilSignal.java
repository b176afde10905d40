package dev.breakwater.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Waits for SIGTERM or Ctrl-C and keeps the JVM alive until the command has cleaned up. Opened before anything that has to be
 * closed, so that it is closed after all of it.
 *
 * <p>Threading: the shutdown hook wakes the main thread and waits for {@link #close}; without that wait the JVM would end while the
 * store is still being closed. It does not join the main thread, which may itself be inside {@code System.exit} by then, waiting
 * for the hooks.
 */
public final class RunUntilSignal implements AutoCloseable {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch cleaned = new CountDownLatch(1);

    public RunUntilSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::passOn, "shutdown"));
    }

    /** Returns at the first signal. */
    public void await() throws InterruptedException {
        asked.await();
    }

    @Override
    public void close() {
        cleaned.countDown();
    }

    private void passOn() {
        asked.countDown();
        try {
            cleaned.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
