package dev.breakwater.storage;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that tests move. */
final class SteppedClock implements StoreClock {
    private final AtomicLong wallMillis = new AtomicLong(System.currentTimeMillis());
    private final AtomicLong nanos = new AtomicLong(1);

    @Override
    public long wallMillis() {
        return wallMillis.get();
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    void pass(Duration time) {
        stepWall(time);
        nanos.addAndGet(time.toNanos());
    }

    /** Somebody sets the wall clock. */
    void stepWall(Duration by) {
        wallMillis.addAndGet(by.toMillis());
    }
}
