package dev.breakwater.storage;

/**
 * What a store did since it was opened, and what it holds in memory now.
 *
 * @param revision last revision seen
 * @param compacted history up to and with this revision is gone
 * @param writes changes that were committed
 * @param refused writes answered with a conflict, an existing or a missing object
 * @param batches transactions that committed them
 * @param replays batches that were rolled back and tried one by one
 * @param contentsStored contents that were new
 * @param contentsCollected contents deleted because nothing refers to them
 * @param contentsRecompressed contents stored again at a higher level
 * @param rowsCompacted rows of the log deleted by compaction
 * @param corrupt reads that met a wrong checksum
 * @param watchers open cursors
 * @param ringBytes bytes of changes held for them
 * @param logPages pages of the log read for cursors behind the ring
 * @param cachedBytes bytes of contents held for repeated reads
 * @param cacheHits contents read from there
 * @param diskBytes size of the database; -1 where it cannot be learned
 */
public record StoreStatistics(
        long revision,
        long compacted,
        long writes,
        long refused,
        long batches,
        long replays,
        long contentsStored,
        long contentsCollected,
        long contentsRecompressed,
        long rowsCompacted,
        long corrupt,
        long watchers,
        long ringBytes,
        long logPages,
        long cachedBytes,
        long cacheHits,
        long diskBytes) {}
