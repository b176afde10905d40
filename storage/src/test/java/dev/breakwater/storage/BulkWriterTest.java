package dev.breakwater.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.storage.segment.Segment;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BulkWriterTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "0,1000000",
        "1,1000000",
        "8191,0",
        "8192,1000000",
        "8193,1000000",
        "131072,131072",
        "900000,200000",
        "3000000,0"
    })
    void aContentComesBackInChunksWhateverItsLength(int length, int threshold) throws Exception {
        byte[] plain = new byte[length];
        // Noise: deflate cannot shrink it, so that there are many chunks.
        new Random(length).nextBytes(plain);
        try (ZlibPool pool = new ZlibPool(1);
                BulkWriter writer = new BulkWriter(pool, 3, folder, threshold)) {
            Random random = new Random(5);
            for (int at = 0; at < length; ) {
                int part =
                        Math.min(length - at, random.nextBoolean() ? 1 + random.nextInt(20) : random.nextInt(20_000));
                if (part == 1) {
                    writer.write(plain[at]);
                } else {
                    writer.write(plain, at, part);
                }
                at += part;
            }
            assertThat(writer.length()).isEqualTo(length);
            Bulk.Provided bulk = writer.finish();
            assertThat(bulk.length()).isEqualTo(length);
            assertThat(bulk.sha256())
                    .isEqualTo(MessageDigest.getInstance("SHA-256").digest(plain));
            for (int again = 0; again < 2; again++) {
                byte[] deflated = collect(bulk);
                assertThat(deflated).hasSize((int) bulk.deflatedLength());
                assertThat(SegmentInflater.inflate(pool, new Segment(deflated, bulk.crc(), bulk.length())))
                        .isEqualTo(plain);
            }
        }
        assertThat(filesIn(folder)).isZero();
    }

    @Test
    void aLongContentStandsInAFileAndAShortOneDoesNot() throws IOException {
        byte[] noise = new byte[400_000];
        new Random(1).nextBytes(noise);
        try (ZlibPool pool = new ZlibPool(1);
                BulkWriter longer = new BulkWriter(pool, 3, folder, 256 * 1024);
                BulkWriter shorter = new BulkWriter(pool, 3, folder, 1 << 20)) {
            longer.write(noise);
            longer.finish();
            assertThat(filesIn(folder)).isEqualTo(1);
            shorter.write(noise);
            shorter.finish();
            assertThat(filesIn(folder)).isEqualTo(1);
        }
    }

    private static byte[] collect(Bulk.Provided bulk) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Bulk.Chunks chunks = bulk.chunks().open()) {
            for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                assertThat(chunk.length).isBetween(1, Bulk.MAX_CHUNK);
                all.write(chunk);
            }
        }
        return all.toByteArray();
    }

    private static long filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}
