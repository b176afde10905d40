package dev.breakwater.storage.sql;

import java.util.concurrent.atomic.LongAccumulator;

/**
 * The highest revision that this process has seen, wherever it came from. A failover may bring back a database that is older; no
 * revision that was ever shown to a client may then be given again (store.md 1).
 *
 * <p>Threading: any.
 */
final class Highest {
    private final LongAccumulator seen = new LongAccumulator(Math::max, 0);

    long saw(long revision) {
        seen.accumulate(revision);
        return revision;
    }

    long get() {
        return seen.get();
    }
}
