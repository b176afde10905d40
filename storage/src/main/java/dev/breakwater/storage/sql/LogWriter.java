package dev.breakwater.storage.sql;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one commit, in the order of a commit. There is one per writer connection.
 *
 * <p>Threading: the writer thread only.
 */
public interface LogWriter {
    /**
     * Begins a transaction, locks the counter before anything else, and reads what the batch has to be decided against.
     * The counter first: contents locked before it made two replicas wait for each other (store.md 2).
     */
    Known lock(Collection<ObjectKey> objects, Collection<Sha256> contents, Collection<Sha256> labelSets)
            throws SQLException;

    /** Appends a decided batch and moves the counter. */
    void append(Appended batch) throws SQLException;

    void commit() throws SQLException;

    void rollback() throws SQLException;

    /** The database's clock, in microseconds since 1970. */
    long clockMicros() throws SQLException;

    /**
     * What the database knows at the moment of the lock.
     *
     * @param counter the last revision given
     * @param contents numbers of those contents that are there
     * @param labelSets numbers of those label sets that are there
     */
    record Known(long counter, Map<ObjectKey, Live> live, Map<Sha256, Long> contents, Map<Sha256, Long> labelSets) {}

    /** The row of an object that exists. */
    record Live(long revision, long labelSet, @Nullable Long bulk) {}

    /**
     * A batch as it is written.
     *
     * @param id by which a commit in doubt is looked up
     * @param counter revision of the last row
     * @param newLabelSets by the number each gets
     * @param superseded rows of earlier batches and the revision that followed each
     * @param current last revision of each touched object; 0 where it is gone
     * @param tally change of the number of objects by kind and namespace; {@link ObjectKey#key} holds the namespace
     */
    record Appended(
            long id,
            long counter,
            List<LogRow> rows,
            Map<Long, LabelSet> newLabelSets,
            Map<Long, Long> superseded,
            Map<ObjectKey, Long> current,
            Map<ObjectKey, Long> tally) {}
}
