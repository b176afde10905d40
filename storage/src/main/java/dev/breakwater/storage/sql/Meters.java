package dev.breakwater.storage.sql;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counters since the store was opened.
 *
 * <p>Threading: added to and read from any thread.
 */
final class Meters {
    final LongAdder writes = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder replays = new LongAdder();
    final LongAdder contentsStored = new LongAdder();
    final LongAdder contentsCollected = new LongAdder();
    final LongAdder contentsRecompressed = new LongAdder();
    final LongAdder rowsCompacted = new LongAdder();
    final LongAdder corrupt = new LongAdder();
    final LongAdder logPages = new LongAdder();
    final LongAdder cacheHits = new LongAdder();
}
