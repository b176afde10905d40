package dev.breakwater.storage;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store of all objects: a log of changes that is the state at once (design.md 2 to 4, store.md).
 *
 * <p>Every method that touches the database throws {@link StoreUnavailableException} when the database does not answer: the caller
 * answers 503 with Retry-After, never 404 and never an empty list. A method never holds a statement or a connection while control is
 * outside of it.
 *
 * <p>Threading: safe for any number of threads, virtual ones included; blocking.
 */
public interface ReportStore extends AutoCloseable {
    /** The last committed revision of the whole store; positive, and greater than any that an earlier session gave. */
    long current();

    /**
     * Commits one change, in a group with others that wait at the same time, and returns after it is durable.
     *
     * @throws StoreUnavailableException also when the outcome could not be learned
     * @throws StoreFullException when the disk is full; nothing was stored
     */
    WriteOutcome write(Write write);

    /** Commits many changes, in order, in as few transactions as the batch bounds allow. Not atomic as a whole. */
    List<WriteOutcome> writeAll(List<Write> writes);

    /** The object as it is now, or {@code null}. Sees every write acknowledged before the call, on any replica. */
    @Nullable
    Entry get(KindId kind, String key, Projection projection);

    /** The state that the change with this revision made, while retained; for a deletion {@code null}. */
    @Nullable
    Entry entry(long revision);

    PageOutcome page(PageQuery query);

    /** How many objects there are now; {@code namespace} null for all. From a tally, not by counting. */
    long count(KindId kind, @Nullable String namespace);

    /**
     * Judges a revision that a client presents, and waits for it if it is a little ahead.
     *
     * @param patience how long to wait for a revision that is not committed yet; zero not to wait
     */
    RevisionStanding standing(long revision, Duration patience);

    /**
     * Reads the deflate bytes of a content in order, chunk by chunk.
     *
     * @throws CorruptContentException when stored bytes do not have their checksum
     */
    Bulk.Chunks readBulk(StoredBulk bulk);

    /**
     * Reads many contents in the order given, with few questions to the database: those of a page of objects. Contents that several
     * objects share are read once. Memory is bounded whatever the number.
     *
     * @throws CorruptContentException from the sequence, when stored bytes do not have their checksum
     */
    default BulkSequence readBulks(List<StoredBulk> bulks) {
        return readBulks(bulks, BulkSequence.MOST_AHEAD);
    }

    /** @param ahead stored bytes, about, that the sequence may hold at once; its chunks are no longer either */
    BulkSequence readBulks(List<StoredBulk> bulks, int ahead);

    /**
     * Reads the deflate bytes of the {@code rest} of a head that {@link Projection#SHOWN} left where it was.
     *
     * @param revision of the entry
     * @param piece most bytes at once
     */
    Bulk.Chunks readRest(long revision, int piece);

    /** A cursor over the changes of {@code kind} with a revision greater than {@code after}. */
    FeedCursor follow(KindId kind, long after);

    /** Key for authenticating continue tokens; the same on every replica. */
    byte[] tokenKey();

    /** A word that is different for every database that was ever created; part of continue tokens. */
    String incarnation();

    /** Counters for metrics, since the store was opened. */
    StoreStatistics statistics();

    /**
     * Does what is due of compaction, collection of contents and recompression, and returns. Happens by itself every
     * {@link StoreSettings#upkeepInterval}.
     */
    void upkeep();

    /**
     * Asks the database for a sign of life, and whether it takes writes, for readiness.
     *
     * @throws StoreDamagedException when it was found to be damaged as a whole
     */
    void probe();

    /**
     * @throws StoreDamagedException when damage is known, of the database or of an object; forgotten once the object is deleted or
     *     written anew
     */
    void requireUndamaged();

    @Override
    void close();
}
