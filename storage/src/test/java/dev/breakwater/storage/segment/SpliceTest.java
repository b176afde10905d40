package dev.breakwater.storage.segment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpliceTest {
    private final ZlibPool pool = new ZlibPool(2);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        pool.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 15, 16, 17, 100, 4095, 4096, 16383, 16384, 16385, 65535, 65536, 200_000, 1_500_000})
    void aSegmentOfAnyLengthInflatesToItself(int length) throws IOException {
        for (int level = 1; level <= 9; level += 2) {
            byte[] plain = text(length, 7);
            Segment segment = SegmentDeflater.deflate(pool, level, plain);
            assertThat(segment.length()).isEqualTo(length);
            assertThat(SegmentInflater.inflate(pool, segment)).isEqualTo(plain);
        }
    }

    @Test
    void aFlushThatExactlyFillsTheBufferLosesNothing() throws IOException {
        // Every buffer size from the smallest to beyond the whole segment: some of them are hit exactly by the flush.
        byte[] plain = text(300, 3);
        int whole = SegmentDeflater.deflate(pool, 6, plain).deflated().length;
        for (int buffer = 7; buffer <= whole + 2; buffer++) {
            Segment segment = SegmentDeflater.deflate(pool, 6, plain, buffer);
            assertThat(SegmentInflater.inflate(pool, segment))
                    .as("buffer of %d", buffer)
                    .isEqualTo(plain);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            GzipSplice splice = new GzipSplice(body);
            splice.segment(segment);
            splice.text("|".getBytes(UTF_8));
            splice.segment(segment);
            splice.finish();
            assertThat(gunzip(body.toByteArray())).isEqualTo(concat(plain, "|".getBytes(UTF_8), plain));
        }
    }

    @Test
    void randomBodiesReadTheSameInJavaGzipAndPython() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            ByteArrayOutputStream gzip = new ByteArrayOutputStream();
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            GzipSplice splice = new GzipSplice(gzip);
            PlainSplice identity = new PlainSplice(pool, plain);
            List<Splice> both = List.of(splice, identity);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            int pieces = random.nextInt(30);
            for (int i = 0; i < pieces; i++) {
                byte[] piece = text(lengthLike(random), random.nextLong());
                expected.write(piece);
                boolean literal = random.nextBoolean();
                Segment segment = SegmentDeflater.deflate(pool, 1 + random.nextInt(9), piece);
                boolean flush = random.nextInt(4) == 0;
                for (Splice body : both) {
                    if (literal) {
                        body.text(piece);
                    } else {
                        body.segment(segment);
                    }
                    if (flush) {
                        body.flush();
                    }
                }
            }
            for (Splice body : both) {
                body.finish();
            }
            assertThat(splice.length()).as("seed %d", seed).isEqualTo(expected.size());
            assertThat(plain.toByteArray()).as("seed %d", seed).isEqualTo(expected.toByteArray());
            assertThat(gunzip(gzip.toByteArray())).as("seed %d", seed).isEqualTo(expected.toByteArray());
            if (round < 3) {
                assertThat(systemGzip(gzip.toByteArray())).as("seed %d", seed).isEqualTo(expected.toByteArray());
                assertThat(python(gzip.toByteArray())).as("seed %d", seed).isEqualTo(expected.toByteArray());
            }
        }
    }

    @Test
    void neighbouringTextsShareOneBlock() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        GzipSplice splice = new GzipSplice(gzip);
        splice.text("ab".getBytes(UTF_8));
        splice.text("cd".getBytes(UTF_8));
        splice.finish();
        assertThat(gzip.size()).isEqualTo(GzipSplice.FRAME + StoredBlock.OVERHEAD + 4);
    }

    @Test
    void anEmptyBodyIsAValidMember() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        new GzipSplice(gzip).finish();
        assertThat(gzip.size()).isEqualTo(GzipSplice.FRAME);
        assertThat(gunzip(gzip.toByteArray())).isEmpty();
    }

    @Test
    void everythingBeforeAFlushIsReadableBeforeTheEnd() throws Exception {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        GzipSplice splice = new GzipSplice(gzip);
        splice.text("event one".getBytes(UTF_8));
        splice.segment(SegmentDeflater.deflate(pool, 3, "event two".getBytes(UTF_8)));
        splice.flush();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip.toByteArray()))) {
            assertThat(new String(in.readNBytes(18), UTF_8)).isEqualTo("event oneevent two");
        }
    }

    @Test
    void combinedCrcsAreThoseOfTheWhole() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            byte[] a = text(random.nextInt(70), random.nextLong());
            byte[] b = text(round < 300 ? round : random.nextInt(300_000), random.nextLong());
            assertThat(Crc32.combine(crc(a), crc(b), b.length)).isEqualTo(crc(concat(a, b)));
        }
    }

    @Test
    void aCombinedCrcOverMoreThanFourGigabytesIsRight() {
        // Zeros, counted by the plain algorithm over 5 GB elsewhere would take seconds; two ways round must agree
        // instead.
        int half = crc(new byte[1 << 20]);
        long length = 1 << 20;
        int whole = half;
        for (int i = 0; i < 13; i++) {
            whole = Crc32.combine(whole, whole, length);
            length *= 2;
        }
        int other = 0;
        for (long done = 0; done < length; done += 1 << 20) {
            other = Crc32.combine(other, half, 1 << 20);
        }
        assertThat(length).isGreaterThan(1L << 32);
        assertThat(whole).isEqualTo(other);
    }

    @Test
    void damageIsNoticed() {
        Segment good = SegmentDeflater.deflate(pool, 3, text(5_000, 1));
        Segment wrongCrc = new Segment(good.deflated(), good.crc() + 1, good.length());
        assertThatThrownBy(() -> SegmentInflater.inflate(pool, wrongCrc))
                .isInstanceOf(ZipException.class)
                .hasMessageContaining("CRC-32");
        byte[] flipped = good.deflated().clone();
        flipped[flipped.length / 2] ^= 0x10;
        assertThatThrownBy(() -> SegmentInflater.inflate(pool, new Segment(flipped, good.crc(), good.length())))
                .isInstanceOf(ZipException.class);
        byte[] cut = java.util.Arrays.copyOf(good.deflated(), good.deflated().length / 2);
        assertThatThrownBy(() -> SegmentInflater.inflate(pool, new Segment(cut, good.crc(), good.length())))
                .isInstanceOf(ZipException.class);
    }

    private static int lengthLike(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> random.nextInt(200);
            case 2 -> 65_530 + random.nextInt(12);
            default -> random.nextInt(150_000);
        };
    }

    /** Half words, half noise: compressible, but not absurdly. */
    static byte[] text(int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ((i / 16) % 2 == 0 ? "\"severity\":\"HIGH".charAt(i % 16) : ' ' + random.nextInt(90));
        }
        return bytes;
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] gunzip(byte[] gzip) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        }
    }

    private byte[] systemGzip(byte[] gzip) throws Exception {
        return filter(gzip, "gzip", "-dc");
    }

    private byte[] python(byte[] gzip) throws Exception {
        // decompressobj with eof and no unused data: one member and nothing behind it.
        return filter(
                gzip,
                "python3",
                "-c",
                "import sys,zlib; d=zlib.decompressobj(31); o=d.decompress(sys.stdin.buffer.read()); "
                        + "assert d.eof and not d.unused_data; sys.stdout.buffer.write(o)");
    }

    private byte[] filter(byte[] input, String... command) throws Exception {
        assumeTrue(
                List.of(System.getenv("PATH").split(java.io.File.pathSeparator)).stream()
                        .anyMatch(d -> Files.isExecutable(Path.of(d, command[0]))),
                command[0] + " is not installed");
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");
        Files.write(in, input);
        int code = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        assertThat(code).as("exit code of %s", command[0]).isZero();
        return Files.readAllBytes(out);
    }
}
