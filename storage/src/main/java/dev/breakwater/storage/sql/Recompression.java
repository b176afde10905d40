package dev.breakwater.storage.sql;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.BulkWriter;
import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.StoreClock;
import dev.breakwater.storage.StoredBulk;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores contents again at the smallest level while nobody writes. A write takes level 3, since there the writer's client waits; every
 * later list is sent from what this leaves. Never in place: an answer under way goes on reading the encoding it began with.
 *
 * <p>Threading: {@link Upkeep}'s lock.
 */
final class Recompression {
    private static final Logger LOG = LoggerFactory.getLogger(Recompression.class);

    /** 1.57 ms for 79 KB at a ratio of .109, against .129 of level 3 (store.md 14). */
    private static final int LEVEL = 9;

    private static final int ENCODING = Contents.FIRST_ENCODING + 1;
    private static final int AT_ONCE = 32;
    private static final long NANOS_PER_PASS = Duration.ofMillis(500).toNanos();

    private final Guard guard;
    private final Committer committer;
    private final Contents contents;
    private final BulkReads bulks;
    private final ZlibPool pool;
    private final StoreClock clock;
    private final Meters meters;
    private long done;
    private long writesSeen = -1;

    Recompression(
            Guard guard,
            Committer committer,
            Contents contents,
            BulkReads bulks,
            ZlibPool pool,
            StoreClock clock,
            Meters meters) {
        this.guard = guard;
        this.committer = committer;
        this.contents = contents;
        this.bulks = bulks;
        this.pool = pool;
        this.clock = clock;
        this.meters = meters;
    }

    private record Stored(byte[] sha, StoredBulk bulk) {}

    /** Does some contents, unless something was written since the last pass. */
    void pass() {
        long begin = System.nanoTime();
        long writes = meters.writes.sum();
        boolean quiet = writes == writesSeen;
        writesSeen = writes;
        while (quiet) {
            List<Stored> some = guard.read(this::uncompressed);
            if (some.isEmpty()) {
                return;
            }
            for (Stored stored : some) {
                if (meters.writes.sum() != writes || System.nanoTime() - begin > NANOS_PER_PASS) {
                    return;
                }
                recompress(stored);
                done = stored.bulk.id();
            }
        }
    }

    private List<Stored> uncompressed(Session session) throws SQLException {
        PreparedStatement select = session.prepare("""
                SELECT sha, id, enc, crc, raw_len, zlen FROM bulk WHERE id > ? AND enc < ? ORDER BY id LIMIT ?
                """);
        select.setLong(1, done);
        select.setLong(2, ENCODING);
        select.setLong(3, AT_ONCE);
        List<Stored> some = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                some.add(new Stored(
                        row.getBytes(1),
                        new StoredBulk(row.getLong(2), row.getInt(3), row.getInt(4), row.getLong(5), row.getLong(6))));
            }
        }
        return some;
    }

    private void recompress(Stored stored) {
        StoredBulk bulk = stored.bulk;
        try (BulkWriter smaller = new BulkWriter(
                        pool, LEVEL, Path.of(System.getProperty("java.io.tmpdir")), BulkWriter.SPILL_THRESHOLD);
                SegmentInflater inflater = new SegmentInflater(pool)) {
            Bulk.Chunks chunks = bulks.uncached(bulk);
            for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                inflater.feed(chunk, smaller);
            }
            Bulk.Provided again = smaller.finish();
            if (!Arrays.equals(again.sha256(), stored.sha)) {
                throw new CorruptContentException("content %d has another hash than stored".formatted(bulk.id()), null);
            }
            contents.verify(again, "content " + bulk.id());
            if (again.deflatedLength() < bulk.deflatedLength()) {
                committer.call((session, writer) -> replace(session, writer, bulk, again));
            }
        } catch (CorruptContentException e) {
            // It stays as it is; whoever reads it meets the same error, with the object's name.
            LOG.error("content {} cannot be recompressed: {}", bulk.id(), e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean replace(Session session, LogWriter writer, StoredBulk bulk, Bulk.Provided again)
            throws SQLException {
        writer.lock(List.of(), List.of(), List.of());
        PreparedStatement update = session.prepare("UPDATE bulk SET enc = ?, zlen = ? WHERE id = ? AND enc = ?");
        update.setLong(1, ENCODING);
        update.setLong(2, again.deflatedLength());
        update.setLong(3, bulk.id());
        update.setLong(4, bulk.encoding());
        if (update.executeUpdate() == 0) {
            // Collected, or another replica was first.
            writer.rollback();
            return false;
        }
        try (Bulk.Chunks chunks = again.chunks().open()) {
            Contents.insertChunks(session, bulk.id(), ENCODING, chunks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Contents.candidate(session, bulk.id(), bulk.encoding(), clock.wallMillis());
        writer.commit();
        meters.contentsRecompressed.increment();
        return true;
    }
}
