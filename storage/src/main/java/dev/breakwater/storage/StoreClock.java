package dev.breakwater.storage;

/** The two clocks that a store reads: one that people set, one that only goes on. */
public interface StoreClock {
    /** Of this machine. */
    StoreClock SYSTEM = new StoreClock() {
        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }
    };

    /** Milliseconds since 1970; may step in either direction. */
    long wallMillis();

    /** Nanoseconds from an unknown origin; never steps. Compaction knows time by this one only (store.md 5). */
    long nanos();
}
