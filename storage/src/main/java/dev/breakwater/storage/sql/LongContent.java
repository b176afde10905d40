package dev.breakwater.storage.sql;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.StoredBulk;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A long content in pieces: some stored chunks at a time, or a part of one where even one is more than the reader may hold. No
 * statement stays open while the caller writes to its socket.
 *
 * <p>Threading: one thread at a time.
 */
final class LongContent implements Bulk.Chunks {
    private static final int CHUNKS_AT_ONCE = 4;

    private static final String CHUNKS =
            "SELECT n, zcrc, data FROM bulk_chunk WHERE bulk = ? AND enc = ? AND n >= ? AND n < ? ORDER BY n";

    private static final String PART =
            "SELECT zcrc, octet_length(data), substr(data, ?, ?) FROM bulk_chunk WHERE bulk = ?"
                    + " AND enc = ? AND n = ?";

    private final Guard guard;
    private final Meters meters;
    private final StoredBulk bulk;
    private final int piece;
    private final Deque<byte[]> some = new ArrayDeque<>();
    private final CRC32C crc = new CRC32C();
    private int n;
    private int within;
    private long read;

    /** @param piece bytes that may be held at once */
    LongContent(Guard guard, Meters meters, StoredBulk bulk, int piece) {
        this.guard = guard;
        this.meters = meters;
        this.bulk = bulk;
        this.piece = piece;
    }

    @Override
    public byte @Nullable [] next() {
        if (some.isEmpty() && read < bulk.deflatedLength()) {
            guard.read(session -> piece < Bulk.MAX_CHUNK ? part(session) : chunks(session));
            if (some.isEmpty()) {
                throw BulkReads.damaged(meters, bulk, "misses chunk " + n);
            }
        }
        return some.poll();
    }

    private int chunks(Session session) throws SQLException {
        PreparedStatement select = session.prepare(CHUNKS);
        select.setLong(1, bulk.id());
        select.setLong(2, bulk.encoding());
        select.setLong(3, n);
        select.setLong(4, n + Math.clamp(piece / Bulk.MAX_CHUNK, 1, CHUNKS_AT_ONCE));
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                byte[] chunk = rows.getBytes(3);
                if (rows.getInt(1) != n) {
                    throw BulkReads.damaged(meters, bulk, "misses chunk " + n);
                }
                if (Contents.checksum(chunk) != rows.getInt(2)) {
                    throw BulkReads.damaged(meters, bulk, "has a wrong checksum in chunk " + n);
                }
                some.add(chunk);
                n++;
                read += chunk.length;
            }
        }
        return some.size();
    }

    /** The checksum is that of the whole chunk, so that damage is known with its last part: after some of it was sent, before its end. */
    private int part(Session session) throws SQLException {
        PreparedStatement select = session.prepare(PART);
        select.setInt(1, within + 1);
        select.setInt(2, piece);
        select.setLong(3, bulk.id());
        select.setLong(4, bulk.encoding());
        select.setLong(5, n);
        try (ResultSet rows = select.executeQuery()) {
            if (!rows.next()) {
                return 0;
            }
            byte[] part = rows.getBytes(3);
            crc.update(part);
            within += part.length;
            read += part.length;
            if (part.length == 0 || within >= rows.getInt(2)) {
                if ((int) crc.getValue() != rows.getInt(1)) {
                    throw BulkReads.damaged(meters, bulk, "has a wrong checksum in chunk " + n);
                }
                crc.reset();
                within = 0;
                n++;
            }
            some.add(part);
            return 1;
        }
    }
}
