package dev.breakwater.apiserver.answer;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoredBulk;
import org.jspecify.annotations.Nullable;

/**
 * An object as an answer or an event shows it.
 *
 * @param revision its resourceVersion; 0 for one that was not stored, which then has none
 * @param bulk {@code null} if it has none, or the shape needs none
 */
public record Shown(
        long revision, String key, Head head, @Nullable BulkBytes bulk) {
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
                bulk == null ? null : new BulkBytes(bulk.crc(), bulk.length(), () -> store.readBulk(bulk)));
    }

    public String name() {
        return key.substring(key.indexOf('/') + 1);
    }

    /** Plain bytes of the whole object, about. */
    long length() {
        return head.meta().length() + head.rest().length() + (bulk == null ? 0 : bulk.length());
    }
}
