package dev.breakwater.apiserver.answer;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.BulkSequence;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoredBulk;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An object as an answer or an event shows it.
 *
 * @param revision its resourceVersion; 0 for one that was not stored, which then has none
 * @param bulk {@code null} if it has none, or the shape needs none
 * @param restSource of the deflate bytes of a rest that is {@linkplain dev.breakwater.storage.segment.Segment#elsewhere elsewhere}
 */
public record Shown(
        long revision, String key, Head head, @Nullable BulkBytes bulk, Bulk.@Nullable ChunkSource restSource) {
    /** Stored bytes that an object alone is read in; a longer content is none for the store's cache either. */
    static final int PIECE = 64 * 1024;

    /** Of a head that is here as a whole. */
    public Shown(long revision, String key, Head head, @Nullable BulkBytes bulk) {
        this(revision, key, head, bulk, null);
    }

    /**
     * The deflate bytes of a bulk.
     *
     * @param crc CRC-32 of the plain bytes
     * @param length number of plain bytes
     */
    public record BulkBytes(int crc, long length, Bulk.ChunkSource chunks) {}

    public static Shown of(Entry entry, ReportStore store) {
        return at(entry.revision(), entry, store);
    }

    /** The state of {@code entry} under another revision: a deletion, or leaving a selector. */
    public static Shown at(long revision, Entry entry, ReportStore store) {
        StoredBulk bulk = entry.bulk();
        return new Shown(
                revision,
                entry.key(),
                entry.head(),
                bulk == null
                        ? null
                        : new BulkBytes(
                                bulk.crc(),
                                bulk.length(),
                                () -> store.readBulks(List.of(bulk), PIECE).next()),
                rest(entry, store, PIECE));
    }

    private static Bulk.@Nullable ChunkSource rest(Entry entry, ReportStore store, int piece) {
        return entry.head().rest().elsewhere() ? () -> store.readRest(entry.revision(), piece) : null;
    }

    Bulk.ChunkSource longRest() {
        return Objects.requireNonNull(restSource, "a head without its rest");
    }

    /**
     * The entries of a page, whose bulks are read together: each as its turn comes, and only in this order.
     *
     * @param entries of a read; those without a bulk, or whose projection left it out, need no reading
     * @param ahead stored bytes, about, that may be held of them
     */
    public static List<Shown> page(List<Entry> entries, ReportStore store, int ahead) {
        List<StoredBulk> bulks =
                entries.stream().map(Entry::bulk).filter(Objects::nonNull).toList();
        if (bulks.isEmpty()) {
            return entries.stream()
                    .map(entry ->
                            new Shown(entry.revision(), entry.key(), entry.head(), null, rest(entry, store, ahead)))
                    .toList();
        }
        InTurn inTurn = new InTurn(store.readBulks(bulks, ahead));
        List<Shown> shown = new ArrayList<>(entries.size());
        int turn = 0;
        for (Entry entry : entries) {
            StoredBulk bulk = entry.bulk();
            int mine = turn;
            turn += bulk == null ? 0 : 1;
            BulkBytes bytes = bulk == null ? null : new BulkBytes(bulk.crc(), bulk.length(), () -> inTurn.take(mine));
            shown.add(new Shown(entry.revision(), entry.key(), entry.head(), bytes, rest(entry, store, ahead)));
        }
        return shown;
    }

    /** Guards the order of a sequence: a bulk behind another object's head would be a lie. */
    private static final class InTurn {
        private final BulkSequence sequence;
        private int next;

        InTurn(BulkSequence sequence) {
            this.sequence = sequence;
        }

        Bulk.Chunks take(int turn) {
            if (turn != next) {
                throw new IllegalStateException("bulk " + turn + " of a page was opened when " + next + " was due");
            }
            next++;
            return sequence.next();
        }
    }

    public String name() {
        return key.substring(key.indexOf('/') + 1);
    }

    /** Plain bytes of the whole object, about. */
    public long length() {
        return head.meta().length() + head.rest().length() + (bulk == null ? 0 : bulk.length());
    }
}
