package dev.breakwater.apiserver;

/**
 * Where the server is between start and end.
 *
 * <p>Threading: safe for any number of threads.
 */
final class Phase {
    private volatile boolean started;
    private volatile boolean leaving;
    private volatile boolean drained;

    void started() {
        started = true;
    }

    void leaving() {
        leaving = true;
    }

    void drain() {
        drained = true;
    }

    /** Whether new requests are to be sent away. */
    boolean drained() {
        return drained;
    }

    void requireStarted() {
        if (!started) {
            throw new IllegalStateException("still starting");
        }
    }

    void requireStaying() {
        if (leaving) {
            throw new IllegalStateException("shutting down");
        }
    }
}
