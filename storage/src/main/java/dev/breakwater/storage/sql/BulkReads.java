package dev.breakwater.storage.sql;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.BulkSequence;
import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.StoredBulk;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads contents: short ones many at a time and through a cache, long ones in pieces ({@link LongContent}). */
final class BulkReads {
    private static final Logger LOG = LoggerFactory.getLogger(BulkReads.class);

    private static final int AHEAD_CONTENTS = 64;
    private static final int LEAST_AHEAD = 4 << 10;

    /** Where one question for a content and its neighbours would bring too much. */
    private static final int LONG = BulkSequence.MOST_AHEAD / 2;

    private final Dialect dialect;
    private final Guard guard;
    private final ByteCache cache;
    private final Meters meters;

    BulkReads(Dialect dialect, Guard guard, ByteCache cache, Meters meters) {
        this.dialect = dialect;
        this.guard = guard;
        this.cache = cache;
        this.meters = meters;
    }

    BulkSequence open(List<StoredBulk> bulks, int ahead) {
        return new Sequence(List.copyOf(bulks), Math.clamp(ahead, LEAST_AHEAD, BulkSequence.MOST_AHEAD));
    }

    /** For a reader of everything, which would drive out of the cache what others read again and again. */
    Bulk.Chunks uncached(StoredBulk bulk) {
        return new LongContent(guard, meters, bulk, BulkSequence.MOST_AHEAD);
    }

    private final class Sequence implements BulkSequence {
        private final List<StoredBulk> bulks;
        private final int most;
        private final Map<ByteCache.Key, List<byte[]>> ahead = new HashMap<>();
        private int next;

        Sequence(List<StoredBulk> bulks, int most) {
            this.bulks = bulks;
            this.most = most;
        }

        @Override
        public Bulk.Chunks next() {
            if (next == bulks.size()) {
                throw new NoSuchElementException("no content after the last");
            }
            StoredBulk bulk = bulks.get(next);
            if (isLong(bulk)) {
                next++;
                ahead.clear();
                return new LongContent(guard, meters, bulk, most);
            }
            ByteCache.Key key = key(bulk);
            List<byte[]> chunks = ahead.get(key);
            if (chunks == null) {
                ahead.clear();
                fetch();
                chunks = ahead.get(key);
                if (chunks == null) {
                    throw damaged(bulk, "is not stored");
                }
            }
            next++;
            Iterator<byte[]> each = chunks.iterator();
            return () -> each.hasNext() ? each.next() : null;
        }

        private boolean isLong(StoredBulk bulk) {
            return bulk.deflatedLength() > Math.min(most, LONG);
        }

        /** Takes the next contents from the cache, and the others in one question. */
        private void fetch() {
            Map<Long, StoredBulk> wanted = new HashMap<>();
            long bytes = 0;
            for (int i = next; i < bulks.size() && ahead.size() + wanted.size() < AHEAD_CONTENTS; i++) {
                StoredBulk bulk = bulks.get(i);
                ByteCache.Key key = key(bulk);
                if (isLong(bulk) || ahead.containsKey(key) || wanted.containsKey(bulk.id())) {
                    continue;
                }
                bytes += bulk.deflatedLength();
                if (bytes > most && i > next) {
                    break;
                }
                List<byte[]> cached = cache.get(key);
                if (cached != null) {
                    meters.cacheHits.increment();
                    ahead.put(key, cached);
                } else {
                    wanted.put(bulk.id(), bulk);
                }
            }
            if (!wanted.isEmpty()) {
                Map<ByteCache.Key, List<byte[]>> read = guard.read(session -> read(session, wanted));
                read.forEach(cache::put);
                ahead.putAll(read);
            }
        }
    }

    private static ByteCache.Key key(StoredBulk bulk) {
        return new ByteCache.Key(bulk.id(), bulk.encoding());
    }

    private Map<ByteCache.Key, List<byte[]>> read(Session session, Map<Long, StoredBulk> wanted) throws SQLException {
        PreparedStatement select = session.prepare("SELECT bulk, enc, n, zcrc, data FROM bulk_chunk WHERE "
                + dialect.anyOf("bulk") + " ORDER BY bulk, enc, n");
        dialect.bindAnyOf(
                select, 1, wanted.keySet().stream().mapToLong(Long::longValue).toArray());
        Map<ByteCache.Key, List<byte[]>> read = new HashMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                StoredBulk bulk = wanted.get(rows.getLong(1));
                // For an hour after a recompression both encodings are there; this page was promised one of them.
                if (bulk != null && bulk.encoding() == rows.getInt(2)) {
                    List<byte[]> chunks = read.computeIfAbsent(key(bulk), key -> new ArrayList<>(1));
                    chunks.add(checked(bulk, chunks.size(), rows.getInt(3), rows.getInt(4), rows.getBytes(5)));
                }
            }
        }
        for (StoredBulk bulk : wanted.values()) {
            List<byte[]> chunks = read.get(key(bulk));
            long length = 0;
            if (chunks != null) {
                for (byte[] chunk : chunks) {
                    length += chunk.length;
                }
            }
            if (length != bulk.deflatedLength()) {
                throw damaged(bulk, "has %d bytes instead of %d".formatted(length, bulk.deflatedLength()));
            }
        }
        return read;
    }

    private byte[] checked(StoredBulk bulk, int expected, int n, int zcrc, byte[] data) {
        if (n != expected) {
            throw damaged(bulk, "misses chunk " + expected);
        }
        if (Contents.checksum(data) != zcrc) {
            throw damaged(bulk, "has a wrong checksum in chunk " + n);
        }
        return data;
    }

    private CorruptContentException damaged(StoredBulk bulk, String how) {
        return damaged(meters, bulk, how);
    }

    static CorruptContentException damaged(Meters meters, StoredBulk bulk, String how) {
        meters.corrupt.increment();
        String message = "content %d, encoding %d, %s".formatted(bulk.id(), bulk.encoding(), how);
        LOG.error("{}", message);
        return CorruptContentException.ofContent(bulk.id(), message);
    }
}
