package dev.breakwater.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.storage.segment.Segment;
import dev.breakwater.storage.segment.SegmentDeflater;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Objects for tests. */
final class Reports implements AutoCloseable {
    static final KindId KIND = new KindId(1);
    static final KindId OTHER_KIND = new KindId(2);

    private final ZlibPool pool = new ZlibPool(4);
    private final Path folder;

    Reports(Path folder) {
        this.folder = folder;
    }

    Head head(String uid, Map<String, String> labels, String rest) {
        return new Head(
                uid,
                1,
                Instant.ofEpochMilli(1_700_000_000_000L),
                labels,
                "[\"" + uid + "\"]",
                segment("\"uid\":\"" + uid + "\","),
                segment(rest),
                new byte[32]);
    }

    Head head(String uid) {
        return head(uid, Map.of(), "rest of " + uid);
    }

    Segment segment(String plain) {
        return SegmentDeflater.deflate(pool, 3, plain.getBytes(UTF_8));
    }

    /** The writer is left open: memory only, and the bytes must stay until the write is answered. */
    Bulk.Provided bulk(byte[] plain) {
        BulkWriter writer = new BulkWriter(pool, BulkWriter.WRITE_LEVEL, folder, Integer.MAX_VALUE);
        try {
            writer.write(plain);
            return writer.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Bulk.Provided bulk(String plain) {
        return bulk(plain.getBytes(UTF_8));
    }

    /** Some compressible bytes. */
    static byte[] findings(int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 24 < 14 ? "\"severity\":\"HI".charAt(i % 24) : 'a' + random.nextInt(16));
        }
        return bytes;
    }

    Write.Create create(String key) {
        return create(key, Map.of(), null);
    }

    Write.Create create(String key, Map<String, String> labels, @Nullable String content) {
        return new Write.Create(
                KIND, key, head("uid of " + key, labels, "rest"), content == null ? new Bulk.None() : bulk(content));
    }

    Write.Replace replace(String key, long expected, Map<String, String> labels, Bulk bulk) {
        return new Write.Replace(KIND, key, expected, head("uid of " + key, labels, "rest after " + expected), bulk);
    }

    static long applied(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Applied applied) {
            return applied.revision();
        }
        throw new AssertionError("not applied: " + outcome);
    }

    byte[] plain(ReportStore store, StoredBulk bulk) {
        return plain(bulk, store.readBulk(bulk));
    }

    byte[] plain(StoredBulk bulk, Bulk.Chunks chunks) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (SegmentInflater inflater = new SegmentInflater(pool)) {
            for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                inflater.feed(chunk, plain);
            }
            inflater.verify(bulk.crc(), bulk.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return plain.toByteArray();
    }

    String text(Segment segment) {
        try {
            return new String(SegmentInflater.inflate(pool, segment), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PageQuery page(long revision, int limit, String after) {
        return new PageQuery(KIND, null, after, revision, limit, Projection.HEAD, java.util.List.of(), EntryFilter.ALL);
    }

    @Override
    public void close() {
        pool.close();
    }
}
