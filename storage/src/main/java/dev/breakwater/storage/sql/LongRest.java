package dev.breakwater.storage.sql;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.CorruptContentException;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The {@code rest} of a head in pieces. A head is short as a rule, but one whose bulk was absent or mistyped holds everything, and a
 * hundred readers of such must not hold it a hundred times.
 *
 * <p>Threading: one thread at a time.
 */
final class LongRest implements Bulk.Chunks {
    /** Stored bytes of a rest that no longer go along with the other columns of its head. */
    static final int LONG = 16 << 10;

    private static final String PART =
            "SELECT rest_zcrc, octet_length(rest), substr(rest, ?, ?) FROM head WHERE rev = ?";

    private final Guard guard;
    private final Meters meters;
    private final long revision;
    private final int piece;
    private final CRC32C crc = new CRC32C();
    private int position;
    private boolean ended;

    LongRest(Guard guard, Meters meters, long revision, int piece) {
        this.guard = guard;
        this.meters = meters;
        this.revision = revision;
        this.piece = piece;
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        if (ended) {
            return null;
        }
        byte[] part = guard.<byte @Nullable []>read(this::part);
        if (part == null) {
            throw new IOException("the head of revision " + revision + " was compacted while it was sent");
        }
        return part;
    }

    private byte @Nullable [] part(Session session) throws SQLException {
        PreparedStatement select = session.prepare(PART);
        select.setInt(1, position + 1);
        select.setInt(2, piece);
        select.setLong(3, revision);
        try (ResultSet rows = select.executeQuery()) {
            if (!rows.next()) {
                return null;
            }
            byte[] part = rows.getBytes(3);
            crc.update(part);
            position += part.length;
            ended = part.length == 0 || position >= rows.getInt(2);
            if (ended && (int) crc.getValue() != rows.getInt(1)) {
                meters.corrupt.increment();
                throw CorruptContentException.ofRevision(
                        revision, "the head of revision " + revision + " has a wrong checksum");
            }
            return part;
        }
    }
}
