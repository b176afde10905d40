package dev.breakwater.storage.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.BulkWriter;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreExamination;
import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.WriteOutcome;
import dev.breakwater.storage.segment.SegmentDeflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk without space: what grows the store is refused in words, and everything that makes space goes on. */
@NullUnmarked
@Timeout(300)
class FullDiskTest {
    private static final KindId KIND = new KindId(1);

    @TempDir
    Path folder;

    private final ZlibPool pool = new ZlibPool(1);

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void aFullStoreTakesDeletesStartsAgainAndTakesWritesAgainWhenUpkeepHasFreedSpace() throws Exception {
        Clocks clocks = new Clocks();
        try (SmallVolume volume = new SmallVolume(folder, 24)) {
            StoreSettings settings = settings(volume.folder).withClock(clocks);
            List<String> stored;
            try (ReportStore store = Stores.open(settings)) {
                await().until(() -> Files.exists(volume.folder.resolve("store.reserve")));
                stored = fill(store, "a/", 200_000);
                assertThat(stored.size()).as("most of the volume is used").isGreaterThan(60);
                deleteAll(store, stored.subList(0, 5));
                store.probe();
            }
            try (ReportStore store = Stores.open(settings)) {
                // The log of the database was emptied at the end, so that there is a little room again.
                deleteAll(store, fill(store, "b/", 200_000));
                for (String key : stored.subList(5, stored.size())) {
                    assertThat(content(store, key)).as(key).isEqualTo(200_000);
                }
                assertThatThrownBy(() -> create(store, "b/refused", 200_000))
                        .isInstanceOf(StoreFullException.class)
                        .hasMessageContaining("no space")
                        .hasMessageContaining("make the volume larger, or delete reports");
                deleteAll(store, stored.subList(5, stored.size()));
                assertThat(store.count(KIND, null)).isZero();
                // History is kept for the retention, then contents for half of it, and no hour.
                store.upkeep();
                clocks.minutes += 11;
                store.upkeep();
                clocks.minutes += 6;
                await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
                    store.upkeep();
                    create(store, "c/" + System.nanoTime(), 200_000);
                    return true;
                });
                assertThat(fill(store, "d/", 200_000).size())
                        .as("all the space is back")
                        .isGreaterThan(50);
            }
            assertThat(StoreExamination.of(settings.place())
                            .examine(finding -> {})
                            .isWhole())
                    .isTrue();
        }
    }

    @Test
    void aDiskThatOthersFillToTheLastByteStillLetsGoOfReportsAndStarts() throws Exception {
        try (SmallVolume volume = new SmallVolume(folder, 32)) {
            List<String> stored = new ArrayList<>();
            Path others;
            try (ReportStore store = Stores.open(settings(volume.folder))) {
                for (int i = 0; i < 20; i++) {
                    create(store, "a/" + i, 100_000);
                    stored.add("a/" + i);
                }
                await().until(() -> Files.exists(volume.folder.resolve("store.reserve")));
                await().until(() -> Files.size(volume.folder.resolve("store.db-wal")) == 0);
                others = volume.fill();
                assertThat(volume.folder.toFile().getUsableSpace()).isZero();
                assertThatThrownBy(() -> create(store, "b/1", 1000)).isInstanceOf(StoreFullException.class);
                deleteAll(store, stored.subList(0, 10));
            }
            if (volume.folder.toFile().getUsableSpace() > 0) {
                Files.delete(others);
                others = volume.fill();
            }
            try (ReportStore store = Stores.open(settings(volume.folder))) {
                assertThat(store.count(KIND, null)).isEqualTo(10);
                assertThat(content(store, "a/15")).isEqualTo(100_000);
                assertThatThrownBy(() -> create(store, "b/1", 1000)).isInstanceOf(StoreFullException.class);
                deleteAll(store, stored.subList(10, 12));
                Files.delete(others);
                create(store, "b/1", 1000);
                assertThat(store.count(KIND, null)).isEqualTo(9);
            }
        }
    }

    @Test
    void aFullFolderOfTemporaryFilesRefusesLongContentsInWords() throws Exception {
        try (SmallVolume volume = new SmallVolume(folder, 1);
                BulkWriter writer = new BulkWriter(pool, 3, volume.folder, 0)) {
            byte[] noise = new byte[4 << 20];
            new Random(1).nextBytes(noise);
            assertThatThrownBy(() -> writer.write(noise))
                    .isInstanceOf(StoreFullException.class)
                    .hasMessageContaining(volume.folder.toString())
                    .hasMessageContaining("java.io.tmpdir");
        }
    }

    private static StoreSettings settings(Path folder) {
        return StoreSettings.of(new StoreSettings.Place.Folder(folder)).withUpkeepInterval(Duration.ZERO);
    }

    private List<String> fill(ReportStore store, String prefix, int noise) {
        List<String> stored = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        create(store, prefix + i, noise);
                        stored.add(prefix + i);
                    }
                })
                .isInstanceOf(StoreFullException.class)
                .hasMessageContaining("no space");
        return stored;
    }

    private static void deleteAll(ReportStore store, List<String> keys) {
        for (String key : keys) {
            Entry entry = Objects.requireNonNull(store.get(KIND, key, Projection.KEYS));
            assertThat(store.write(new Write.Delete(KIND, key, entry.revision())))
                    .as("delete " + key)
                    .isInstanceOf(WriteOutcome.Applied.class);
        }
    }

    private static long content(ReportStore store, String key) throws IOException {
        Entry entry = Objects.requireNonNull(store.get(KIND, key, Projection.HEAD));
        try (Bulk.Chunks chunks = store.readBulk(Objects.requireNonNull(entry.bulk()))) {
            while (chunks.next() != null) {
                continue;
            }
        }
        return Objects.requireNonNull(entry.bulk()).length();
    }

    private void create(ReportStore store, String key, int noise) throws IOException {
        byte[] content = new byte[noise];
        new Random(key.hashCode()).nextBytes(content);
        try (BulkWriter writer = new BulkWriter(pool, BulkWriter.WRITE_LEVEL, Path.of("/nowhere"), Integer.MAX_VALUE)) {
            writer.write(content);
            Head head = new Head(
                    "uid",
                    1,
                    Instant.EPOCH,
                    Map.of(),
                    "",
                    SegmentDeflater.deflate(pool, 3, "meta".getBytes(UTF_8)),
                    SegmentDeflater.deflate(pool, 3, "rest".getBytes(UTF_8)),
                    new byte[32]);
            store.write(new Write.Create(KIND, key, head, writer.finish()));
        }
    }

    /** Both clocks, put forward by minutes. */
    private static final class Clocks implements dev.breakwater.storage.StoreClock {
        private volatile int minutes;

        @Override
        public long wallMillis() {
            return System.currentTimeMillis() + Duration.ofMinutes(minutes).toMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        }
    }
}
