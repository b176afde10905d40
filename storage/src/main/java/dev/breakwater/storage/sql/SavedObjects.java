package dev.breakwater.storage.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.storage.Finding;
import dev.breakwater.storage.segment.Segment;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Set;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * What is taken out of a store, a line of JSON for each object: what inflates as text, the rest as the bytes that were found. So nothing is
 * lost that could still be read.
 */
public final class SavedObjects implements AutoCloseable {
    private final FileChannel file;
    private final PrintStream out;
    private final ZlibPool pool;
    private long objects;

    /** @throws UncheckedIOException when the file is there already, or cannot be made */
    public SavedObjects(Path file, ZlibPool pool) {
        this.pool = pool;
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try {
            this.file =
                    FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s cannot be made, and nothing was set aside: %s".formatted(file, e.toString()), e);
        }
        OutputStream bytes = new BufferedOutputStream(Channels.newOutputStream(this.file));
        this.out = new PrintStream(bytes, false, UTF_8);
    }

    public long objects() {
        return objects;
    }

    /** An object of which nothing but the name is left. */
    public void lost(int kind, String key, long revision, String why) {
        begin(kind, key, revision, why);
        out.print("}\n");
    }

    void add(Session session, Finding.DamagedObject object) {
        begin(object.kind().number(), object.key(), object.revision(), object.how());
        try {
            head(session, object.revision());
            labels(session, object.revision());
            content(session, object.revision());
        } catch (SQLException e) {
            text("unreadable", e.getMessage());
        }
        out.print("}\n");
    }

    private void begin(int kind, String key, long revision, String why) {
        objects++;
        out.print("{\"kind\":" + kind + ",\"revision\":" + revision);
        text("key", key);
        text("why", why);
    }

    private void head(Session session, long revision) throws SQLException {
        PreparedStatement select = session.prepare("""
                SELECT uid, generation, created, cells, meta, meta_crc, meta_len, rest, rest_crc, rest_len
                FROM head WHERE rev = ?
                """);
        select.setLong(1, revision);
        try (ResultSet row = select.executeQuery()) {
            if (row.next()) {
                text("uid", row.getString(1));
                out.print(",\"generation\":" + row.getLong(2) + ",\"created\":" + row.getLong(3));
                text("cells", row.getString(4));
                segment("metadata", row.getBytes(5), row.getInt(6), row.getLong(7));
                segment("rest", row.getBytes(8), row.getInt(9), row.getLong(10));
            }
        }
    }

    private void segment(String name, byte @Nullable [] stored, int crc, long length) {
        if (stored == null) {
            return;
        }
        try {
            text(name, new String(SegmentInflater.inflate(pool, new Segment(stored, crc, length)), UTF_8));
        } catch (ZipException | IllegalArgumentException e) {
            text(name + "Deflated", Base64.getEncoder().encodeToString(stored));
        }
    }

    private void labels(Session session, long revision) throws SQLException {
        PreparedStatement select =
                session.prepare("SELECT l.json FROM rev r JOIN labelset l ON l.id = r.lset WHERE r.rev = ?");
        select.setLong(1, revision);
        try (ResultSet row = select.executeQuery()) {
            if (row.next()) {
                text("labels", row.getString(1));
            }
        }
    }

    private void content(Session session, long revision) throws SQLException {
        long content;
        long encoding;
        PreparedStatement select =
                session.prepare("SELECT b.id, b.enc FROM rev r JOIN bulk b ON b.id = r.bulk WHERE r.rev = ?");
        select.setLong(1, revision);
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return;
            }
            content = row.getLong(1);
            encoding = row.getLong(2);
        }
        out.print(",\"content\":" + content + ",\"bulkDeflated\":[");
        int last = last(session, content, encoding);
        for (int n = 0; n <= last; n++) {
            out.print(n == 0 ? "{" : ",{");
            out.print("\"n\":" + n);
            chunk(session, content, encoding, n);
            out.print('}');
        }
        out.print(']');
    }

    private static int last(Session session, long content, long encoding) throws SQLException {
        PreparedStatement select =
                session.prepare("SELECT COALESCE(max(n), -1) FROM bulk_chunk WHERE bulk = ? AND enc = ?");
        select.setLong(1, content);
        select.setLong(2, encoding);
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getInt(1) : -1;
        }
    }

    private void chunk(Session session, long content, long encoding, int n) {
        try {
            PreparedStatement select =
                    session.prepare("SELECT data, zcrc FROM bulk_chunk WHERE bulk = ? AND enc = ? AND n = ?");
            select.setLong(1, content);
            select.setLong(2, encoding);
            select.setLong(3, n);
            try (ResultSet row = select.executeQuery()) {
                byte[] data = row.next() ? row.getBytes(1) : null;
                if (data != null) {
                    out.print(",\"sound\":" + (Contents.checksum(data) == row.getInt(2)));
                    text("bytes", Base64.getEncoder().encodeToString(data));
                }
            }
        } catch (SQLException e) {
            text("unreadable", e.getMessage());
        }
    }

    private void text(String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        StringBuilder json = new StringBuilder(value.length() + 16).append(',');
        LabelSet.quote(json, name);
        json.append(':');
        LabelSet.quote(json, value);
        out.print(json);
    }

    /** On the disk, before anything is deleted. */
    public void sync() {
        out.flush();
        try {
            if (out.checkError()) {
                throw new IOException("no space left, or the disk fails");
            }
            file.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("what is damaged cannot be saved, and nothing was set aside: " + e, e);
        }
    }

    @Override
    public void close() {
        out.close();
    }
}
