package dev.breakwater.storage.sql;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.StoreClock;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores contents, each once, in transactions of their own before the commit that refers to them (store.md 2).
 *
 * <p>Threading: any; {@link #recent} has its own lock.
 */
final class Contents {
    /** The encoding that a write brings; recompression counts up from it. */
    static final int FIRST_ENCODING = 1;

    private static final Logger LOG = LoggerFactory.getLogger(Contents.class);
    private static final int REMEMBERED = 4096;

    private final Dialect dialect;
    private final Guard guard;
    private final Committer committer;
    private final ZlibPool pool;
    private final StoreClock clock;
    private final Meters meters;
    private final Damage damage;

    /** Contents seen lately. A hint that saves a question; the commit decides whether one is really there. */
    private final Set<Sha256> recent = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sha256, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }));

    Contents(
            Dialect dialect,
            Guard guard,
            Committer committer,
            ZlibPool pool,
            StoreClock clock,
            Meters meters,
            Damage damage) {
        this.dialect = dialect;
        this.guard = guard;
        this.committer = committer;
        this.pool = pool;
        this.clock = clock;
        this.meters = meters;
        this.damage = damage;
    }

    /** Makes it likely that the content is stored; one that is known to be damaged is mended by who brings it again. */
    void ensure(Sha256 sha, Bulk.Provided bulk, String object) {
        boolean damaged = damage.isKnown();
        if (recent.contains(sha) && !damaged) {
            return;
        }
        Long stored = guard.<@Nullable Long>read(session -> stored(session, sha));
        if (stored == null) {
            verify(bulk, object);
            write(session -> store(session, sha, bulk));
        } else if (damaged && damage.isDamaged(stored)) {
            verify(bulk, object);
            write(session -> mend(session, stored, bulk));
            damage.mended(stored);
            LOG.info("content {} was damaged and is mended: {} brought it again", stored, object);
        }
        recent.add(sha);
    }

    private void write(SqlWork<Boolean> work) {
        if (dialect.storesContentsBesideTheWriter()) {
            guard.write(work);
        } else {
            committer.call((session, writer) -> work.with(session));
        }
    }

    /** The commit said that the content is not there: it was collected since. */
    void forget(Sha256 sha) {
        recent.remove(sha);
    }

    private static @Nullable Long stored(Session session, Sha256 sha) throws SQLException {
        PreparedStatement select = session.prepare("SELECT id FROM bulk WHERE sha = ?");
        select.setBytes(1, sha.bytes());
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : null;
        }
    }

    /**
     * Inflates once and compares. A wrong segment would make every list that holds it undecodable, after 200 OK and for ever
     * (store.md 16); this costs 0.08 ms for 79 KB.
     */
    void verify(Bulk.Provided bulk, String object) {
        MessageDigest digest = Sha256.digest();
        OutputStream plain = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
        long deflated = 0;
        try (SegmentInflater inflater = new SegmentInflater(pool);
                Bulk.Chunks chunks = bulk.chunks().open()) {
            for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                if (chunk.length > Bulk.MAX_CHUNK) {
                    throw new IllegalArgumentException(
                            "a chunk has %d bytes, allowed are %d".formatted(chunk.length, Bulk.MAX_CHUNK));
                }
                deflated += chunk.length;
                inflater.feed(chunk, plain);
            }
            inflater.verify(bulk.crc(), bulk.length());
        } catch (java.util.zip.ZipException e) {
            meters.corrupt.increment();
            throw new CorruptContentException(
                    "the bulk given for " + object + " does not inflate: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("the bulk given for " + object + " cannot be read", e);
        }
        if (deflated != bulk.deflatedLength() || !Arrays.equals(digest.digest(), bulk.sha256())) {
            meters.corrupt.increment();
            throw new CorruptContentException(
                    "the bulk given for " + object + " has another length or hash than stated", null);
        }
    }

    private boolean store(Session session, Sha256 sha, Bulk.Provided bulk) throws SQLException {
        dialect.beginContents(session);
        boolean done = false;
        try {
            boolean inserted = insert(session, sha, bulk);
            dialect.commitContents(session, inserted ? bulk.deflatedLength() : 0);
            done = true;
            if (inserted) {
                meters.contentsStored.increment();
            }
            return inserted;
        } finally {
            if (!done) {
                dialect.rollbackContents(session);
            }
        }
    }

    /** Under another encoding, since answers may hold chunks of the one that is damaged. */
    private boolean mend(Session session, long id, Bulk.Provided bulk) throws SQLException {
        dialect.beginContents(session);
        boolean done = false;
        try {
            PreparedStatement content = session.prepare(
                    "UPDATE bulk SET enc = enc + 1, raw_len = ?, crc = ?, zlen = ? WHERE id = ? RETURNING enc");
            content.setLong(1, bulk.length());
            content.setLong(2, bulk.crc());
            content.setLong(3, bulk.deflatedLength());
            content.setLong(4, id);
            int encoding;
            try (ResultSet row = content.executeQuery()) {
                // Collected since: the commit says so, and the content is brought once more.
                encoding = row.next() ? row.getInt(1) : 0;
            }
            if (encoding > 0) {
                PreparedStatement damaged = session.prepare("DELETE FROM bulk_chunk WHERE bulk = ?");
                damaged.setLong(1, id);
                damaged.executeUpdate();
                try (Bulk.Chunks chunks = bulk.chunks().open()) {
                    insertChunks(session, id, encoding, chunks);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            dialect.commitContents(session, bulk.deflatedLength());
            done = true;
            return encoding > 0;
        } finally {
            if (!done) {
                dialect.rollbackContents(session);
            }
        }
    }

    private boolean insert(Session session, Sha256 sha, Bulk.Provided bulk) throws SQLException {
        long now = clock.wallMillis();
        PreparedStatement content = session.prepare("""
                INSERT INTO bulk (sha, created, raw_len, crc, enc, zlen) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (sha) DO NOTHING RETURNING id
                """);
        content.setBytes(1, sha.bytes());
        content.setLong(2, now);
        content.setLong(3, bulk.length());
        content.setLong(4, bulk.crc());
        content.setLong(5, FIRST_ENCODING);
        content.setLong(6, bulk.deflatedLength());
        long id;
        try (ResultSet row = content.executeQuery()) {
            if (!row.next()) {
                return false;
            }
            id = row.getLong(1);
        }
        try (Bulk.Chunks chunks = bulk.chunks().open()) {
            insertChunks(session, id, FIRST_ENCODING, chunks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // A crash before the commit that refers to it must not leave it for ever.
        candidate(session, id, 0, now);
        return true;
    }

    static void insertChunks(Session session, long id, int encoding, Bulk.Chunks chunks)
            throws SQLException, IOException {
        PreparedStatement insert =
                session.prepare("INSERT INTO bulk_chunk (bulk, enc, n, zcrc, data) VALUES (?, ?, ?, ?, ?)");
        int n = 0;
        for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            insert.setLong(1, id);
            insert.setLong(2, encoding);
            insert.setLong(3, n++);
            insert.setLong(4, checksum(chunk));
            insert.setBytes(5, chunk);
            insert.executeUpdate();
        }
    }

    /** @param encoding 0 for the whole content */
    static void candidate(Session session, long id, int encoding, long now) throws SQLException {
        PreparedStatement insert =
                session.prepare("INSERT INTO bulk_gc (bulk, enc, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
        insert.setLong(1, id);
        insert.setLong(2, encoding);
        insert.setLong(3, now);
        insert.executeUpdate();
    }

    /** CRC-32C of bytes as stored. */
    static int checksum(byte[] stored) {
        CRC32C crc = new CRC32C();
        crc.update(stored);
        return (int) crc.getValue();
    }
}
