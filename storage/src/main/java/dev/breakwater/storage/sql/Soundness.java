package dev.breakwater.storage.sql;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads one stored thing and says what is wrong with it, in words, or {@code null}: checksums of the bytes as stored, whether they
 * inflate, and to what. A caller that reads beside a writer gives a session within a snapshot.
 *
 * <p>Threading: any.
 */
public final class Soundness {
    private final ZlibPool pool;

    public Soundness(ZlibPool pool) {
        this.pool = pool;
    }

    /** The head of a revision that is no deletion. */
    public @Nullable String head(Session session, long revision) throws SQLException {
        PreparedStatement select = session.prepare("""
                SELECT meta, meta_crc, meta_len, meta_zcrc, rest, rest_crc, rest_len, rest_zcrc, uid, cells
                FROM head WHERE rev = ?
                """);
        select.setLong(1, revision);
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return "its head is not stored";
            }
            if (row.getString(9) == null || row.getString(10) == null) {
                return "its head misses a column";
            }
            String meta = segment(row, 1);
            if (meta != null) {
                return "its metadata " + meta;
            }
            String rest = segment(row, 5);
            return rest == null ? null : "what stands before its bulk " + rest;
        }
    }

    private @Nullable String segment(ResultSet row, int column) throws SQLException {
        byte[] stored = row.getBytes(column);
        if (stored == null) {
            return "is not stored";
        }
        if (Contents.checksum(stored) != row.getInt(column + 3)) {
            return "has a wrong checksum";
        }
        try (SegmentInflater inflater = new SegmentInflater(pool)) {
            inflater.feed(stored, OutputStream.nullOutputStream());
            inflater.verify(row.getInt(column + 1), row.getLong(column + 2));
            return null;
        } catch (IOException e) {
            return "does not inflate: " + e.getMessage();
        }
    }

    /** A content, in the encoding that is to be read. */
    public @Nullable String content(Session session, long content) throws SQLException {
        PreparedStatement select = session.prepare("SELECT sha, crc, raw_len, enc, zlen FROM bulk WHERE id = ?");
        select.setLong(1, content);
        byte[] sha;
        int crc;
        long length;
        long encoding;
        long deflated;
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return "is not stored";
            }
            sha = row.getBytes(1);
            crc = row.getInt(2);
            length = row.getLong(3);
            encoding = row.getLong(4);
            deflated = row.getLong(5);
        }
        MessageDigest digest = Sha256.digest();
        try (SegmentInflater inflater = new SegmentInflater(pool)) {
            OutputStream plain = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
            long read = 0;
            int n = 0;
            while (read < deflated) {
                byte[] chunk = chunk(session, content, encoding, n);
                if (chunk == null) {
                    return "misses chunk %d, or has a wrong checksum there".formatted(n);
                }
                inflater.feed(chunk, plain);
                read += chunk.length;
                n++;
            }
            if (read != deflated) {
                return "has %d bytes instead of %d".formatted(read, deflated);
            }
            inflater.verify(crc, length);
        } catch (IOException e) {
            return "does not inflate: " + e.getMessage();
        }
        return Arrays.equals(digest.digest(), sha) ? null : "has another hash than stored";
    }

    /** A chunk, one at a time: what is held in memory does not grow with the content. */
    static byte @Nullable [] chunk(Session session, long content, long encoding, int n) throws SQLException {
        PreparedStatement select =
                session.prepare("SELECT data, zcrc FROM bulk_chunk WHERE bulk = ? AND enc = ? AND n = ?");
        select.setLong(1, content);
        select.setLong(2, encoding);
        select.setLong(3, n);
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            byte[] data = row.getBytes(1);
            boolean sound = data != null
                    && data.length > 0
                    && data.length <= Bulk.MAX_CHUNK
                    && Contents.checksum(data) == row.getInt(2);
            return sound ? data : null;
        }
    }

    /** A set of labels, and the rows by which selectors find it. */
    public @Nullable String labels(Session session, long set) throws SQLException {
        PreparedStatement select = session.prepare("SELECT json, hash FROM labelset WHERE id = ?");
        select.setLong(1, set);
        Map<String, String> labels;
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return "its labels are not stored";
            }
            String json = row.getString(1);
            if (json == null || !Arrays.equals(LabelSet.hash(json).bytes(), row.getBytes(2))) {
                return "its labels have another hash than stored";
            }
            labels = LabelSet.parse(json);
        }
        Map<String, String> found = new TreeMap<>();
        PreparedStatement rows = session.prepare("SELECT k, v FROM label WHERE lset = ?");
        rows.setLong(1, set);
        try (ResultSet row = rows.executeQuery()) {
            while (row.next()) {
                found.put(String.valueOf(row.getString(1)), String.valueOf(row.getString(2)));
            }
        }
        return found.equals(labels) ? null : INDEX_OF_LABELS;
    }

    /** Can be made anew from the set itself: no reason to set an object aside. */
    static final String INDEX_OF_LABELS = "its labels are not those by which it is found";
}
