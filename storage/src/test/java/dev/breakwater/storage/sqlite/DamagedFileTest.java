package dev.breakwater.storage.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.BulkWriter;
import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.EntryFilter;
import dev.breakwater.storage.Finding;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.PageOutcome;
import dev.breakwater.storage.PageQuery;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreDamagedException;
import dev.breakwater.storage.StoreExamination;
import dev.breakwater.storage.StoreOpenException;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.segment.SegmentDeflater;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A database file whose bytes were changed: whatever page it was, nothing wrong is served, and what can be saved is. */
@NullUnmarked
@Timeout(300)
class DamagedFileTest {
    private static final KindId KIND = new KindId(1);
    private static final int OBJECTS = 120;
    private static final int PAGE = 8192;

    @TempDir
    Path temporary;

    private final ZlibPool pool = new ZlibPool(1);
    private final Map<String, byte[]> stored = new TreeMap<>();
    private Path original;

    @BeforeEach
    void fill() throws Exception {
        original = temporary.resolve("original");
        try (ReportStore store = open(original)) {
            for (int i = 0; i < OBJECTS; i++) {
                String key = "n%d/o%03d".formatted(i % 4, i);
                byte[] content = new byte[300 + (i % 10 == 0 ? 40_000 : 0)];
                new Random(i).nextBytes(content);
                create(store, key, content);
                stored.put(key, content);
            }
        }
    }

    @AfterEach
    void close() {
        pool.close();
    }

    /** Does harm to a file. */
    @FunctionalInterface
    private interface Harm {
        void to(FileChannel file) throws IOException;
    }

    @Test
    void aZeroedPageCostsNoMoreThanWhatLayInIt() throws Exception {
        int pages = (int) (Files.size(original.resolve("store.db")) / PAGE);
        for (int page = 1; page < pages; page += 1 + pages / 40) {
            int at = page;
            // The first pages are the roots of the tables: what hangs below one of them cannot be found without it.
            survives(
                    "page " + page + " zeroed",
                    page < 30 ? 0 : OBJECTS / 3,
                    file -> write(file, (long) at * PAGE, new byte[PAGE]));
        }
    }

    @Test
    void flippedBytesAnywhereAreNeverServedForTheTruth() throws Exception {
        long length = Files.size(original.resolve("store.db"));
        Random random = new Random(7);
        for (int round = 0; round < 25; round++) {
            long at = PAGE + (long) (random.nextDouble() * (length - PAGE - 16));
            survives("16 bytes at " + at, OBJECTS / 3, file -> {
                ByteBuffer bytes = ByteBuffer.allocate(16);
                file.read(bytes, at);
                for (int i = 0; i < 16; i++) {
                    bytes.put(i, (byte) ~bytes.get(i));
                }
                write(file, at, bytes.array());
            });
        }
    }

    @Test
    void aLostHeaderOrFirstPageIsSavedFromToo() throws Exception {
        survives("the name of the format", OBJECTS, file -> write(file, 0, new byte[16]));
        survives("the header", OBJECTS, file -> write(file, 0, new byte[100]));
        survives("the first page", OBJECTS, file -> write(file, 0, new byte[PAGE]));
        survives("a foreign first page", OBJECTS, file -> {
            byte[] noise = new byte[PAGE];
            new Random(3).nextBytes(noise);
            write(file, 0, noise);
        });
    }

    @Test
    void aTruncatedFileIsSavedFromAsFarAsItGoes() throws Exception {
        long length = Files.size(original.resolve("store.db"));
        survives("cut by a third", 0, file -> file.truncate(length * 2 / 3 / PAGE * PAGE));
        survives("cut within a page", 0, file -> file.truncate(length / 2 + 100));
    }

    @Test
    void aFileThatIsNoDatabaseIsSaidToBeDamagedAndKept() throws Exception {
        Path folder = copy("no database");
        Files.writeString(folder.resolve("store.db"), "not a database at all\n".repeat(2000));
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("not a database")
                .hasMessageContaining("breakwater verify --data " + folder);
        assertThat(examine(folder)).isNotEmpty();
        StoreExamination.of(place(folder)).setAside(temporary.resolve("saved-none"));
        assertThat(examine(folder)).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).toList())
                    .anyMatch(name -> name.startsWith("store.db.damaged-"));
        }
        try (ReportStore store = open(folder)) {
            create(store, "a/new", new byte[10]);
        }
    }

    @Test
    void damageIsFoundAfterAnUncleanEndWithoutAnybodyAsking() throws Exception {
        Path folder = copy("unclean");
        try (FileChannel file = FileChannel.open(folder.resolve("store.lock"), StandardOpenOption.WRITE)) {
            write(file, 0, "open  ".getBytes(UTF_8));
        }
        try (ReportStore store = open(folder)) {
            await().during(Duration.ofMillis(300)).until(() -> isUndamaged(store));
        }
        try (FileChannel file = FileChannel.open(folder.resolve("store.lock"), StandardOpenOption.WRITE)) {
            write(file, 0, "open  ".getBytes(UTF_8));
        }
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("store.db"));
                var statement = connection.createStatement()) {
            statement.execute("UPDATE bulk_chunk SET data = zeroblob(length(data)) WHERE id = 5");
        }
        try (ReportStore store = open(folder)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> !isUndamaged(store));
            assertThat(store.statistics().corrupt()).isPositive();
            store.probe();
        }
    }

    private static boolean isUndamaged(ReportStore store) {
        try {
            store.requireUndamaged();
            return true;
        } catch (StoreDamagedException e) {
            return false;
        }
    }

    private int round;

    private void survives(String what, int atLeast, Harm harm) throws Exception {
        Path folder = copy("round-" + round++);
        try (FileChannel file =
                FileChannel.open(folder.resolve("store.db"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            harm.to(file);
        }
        boolean noticed = !serve(folder, what);
        boolean found = !examine(folder).isEmpty();
        assertThat(found || !noticed)
                .as(what + " was met, but not found by the examination")
                .isTrue();
        Path saved = temporary.resolve("saved-" + round);
        StoreExamination.of(place(folder)).setAside(saved);
        assertThat(examine(folder)).as("after " + what).isEmpty();
        try (ReportStore store = open(folder)) {
            store.probe();
            store.requireUndamaged();
            List<String> keys = keys(store);
            assertThat(keys.size()).as("saved after " + what).isGreaterThanOrEqualTo(atLeast);
            assertThat(store.count(KIND, null)).as(what).isEqualTo(keys.size());
            String names = Files.readString(saved);
            if (atLeast > 0) {
                assertThat(stored.keySet())
                        .as("kept or named after " + what)
                        .allMatch(key -> keys.contains(key) || names.contains("\"" + key + "\""));
            }
            for (String key : keys) {
                assertThat(content(store, key)).as(what + ": " + key).isEqualTo(stored.get(key));
            }
            create(store, "n9/new", new byte[10]);
        }
    }

    /** Reads everything; whether all was there and right. What is wrong must be an error, not another answer. */
    private boolean serve(Path folder, String what) throws IOException {
        boolean right = true;
        try (ReportStore store = open(folder)) {
            for (String key : stored.keySet()) {
                try {
                    assertThat(content(store, key)).as(what + ": " + key).isEqualTo(stored.get(key));
                } catch (CorruptContentException | StoreDamagedException e) {
                    right = false;
                }
            }
            try {
                right &= keys(store).size() == OBJECTS;
            } catch (CorruptContentException | StoreDamagedException e) {
                right = false;
            }
            assertThat(isUndamaged(store) || !right).as(what).isTrue();
        } catch (StoreDamagedException | StoreOpenException e) {
            assertThat(e).as(what).message().isNotBlank();
            right = false;
        }
        return right;
    }

    private byte @Nullable [] content(ReportStore store, String key) throws IOException {
        Entry entry = store.get(KIND, key, Projection.HEAD);
        if (entry == null) {
            return null;
        }
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (SegmentInflater inflater = new SegmentInflater(pool);
                Bulk.Chunks chunks = store.readBulk(Objects.requireNonNull(entry.bulk()))) {
            for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                inflater.feed(chunk, plain);
            }
        }
        return plain.toByteArray();
    }

    private static List<String> keys(ReportStore store) {
        List<String> keys = new ArrayList<>();
        String after = "";
        while (after != null) {
            PageOutcome.Page page = (PageOutcome.Page) store.page(
                    new PageQuery(KIND, null, after, store.current(), 50, Projection.HEAD, List.of(), EntryFilter.ALL));
            page.entries().forEach(entry -> keys.add(entry.key()));
            after = page.resumeAfter();
        }
        return keys;
    }

    private Path copy(String name) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve(name));
        for (String file : List.of("store.db", "store.lock")) {
            Files.copy(original.resolve(file), folder.resolve(file));
        }
        return folder;
    }

    private static List<Finding> examine(Path folder) {
        List<Finding> found = new ArrayList<>();
        StoreExamination.of(place(folder)).examine(found::add);
        return found;
    }

    private static StoreSettings.Place place(Path folder) {
        return new StoreSettings.Place.Folder(folder);
    }

    private static ReportStore open(Path folder) {
        return Stores.open(StoreSettings.of(place(folder)).withUpkeepInterval(Duration.ZERO));
    }

    private static void write(FileChannel file, long at, byte[] bytes) throws IOException {
        file.write(ByteBuffer.wrap(bytes), at);
    }

    private void create(ReportStore store, String key, byte[] content) throws IOException {
        try (BulkWriter writer = new BulkWriter(pool, BulkWriter.WRITE_LEVEL, Path.of("/nowhere"), Integer.MAX_VALUE)) {
            writer.write(content);
            Head head = new Head(
                    "uid",
                    1,
                    Instant.EPOCH,
                    Map.of("of", key),
                    "",
                    SegmentDeflater.deflate(pool, 3, ("meta of " + key).getBytes(UTF_8)),
                    SegmentDeflater.deflate(pool, 3, "rest".getBytes(UTF_8)),
                    new byte[32]);
            store.write(new Write.Create(KIND, key, head, writer.finish()));
        }
    }
}
