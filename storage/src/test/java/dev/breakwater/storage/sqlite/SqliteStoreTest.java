package dev.breakwater.storage.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.BulkWriter;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.RevisionStanding;
import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreOpenException;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.WriteOutcome;
import dev.breakwater.storage.segment.SegmentDeflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
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

/** What is SQLite's alone: the file, the lock, the log beside it. */
@NullUnmarked
@Timeout(300)
class SqliteStoreTest {
    private static final KindId KIND = new KindId(1);

    @TempDir
    Path folder;

    private final ZlibPool pool = new ZlibPool(1);

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void aFolderServesOneProcessAtATimeAndSaysSo() throws Exception {
        try (ReportStore store = open(folder)) {
            assertThatThrownBy(() -> open(folder))
                    .isInstanceOf(StoreOpenException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("another process");
            assertThat(store.current()).isPositive();
        }
        open(folder).close();
    }

    @Test
    void networkFileSystemsAreRefused() {
        for (String type : List.of("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "NFS")) {
            assertThat(FolderLock.isNetwork(type)).as(type).isTrue();
        }
        for (String type : List.of("ext4", "xfs", "btrfs", "overlay", "tmpfs", "zfs")) {
            assertThat(FolderLock.isNetwork(type)).as(type).isFalse();
        }
    }

    @Test
    void aDatabaseOfANewerVersionIsRefusedInWords() throws Exception {
        open(folder).close();
        try (Connection connection = raw();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE store SET version = 99");
        }
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("version 99")
                .hasMessageContaining("newer program");
        // And the refusal holds nothing: the folder is free.
        FolderLock.take(folder).close();
    }

    @Test
    void theFileIsCreatedAsItCannotBeChangedLater() throws Exception {
        try (ReportStore store = open(folder)) {
            store.probe();
            assertThat(number("PRAGMA auto_vacuum")).as("incremental").isEqualTo(2);
            assertThat(number("PRAGMA page_size")).isEqualTo(8192);
            assertThat(text("PRAGMA journal_mode")).isEqualTo("wal");
        }
    }

    @Test
    void aRestoredVolumeGivesNoRevisionTwice() throws Exception {
        Path copy = folder.resolve("copy");
        Path original = folder.resolve("original");
        long before;
        try (ReportStore store = open(original)) {
            before = create(store, "a/1", 0);
        }
        copy(original, copy);
        long lost;
        try (ReportStore store = open(original)) {
            lost = create(store, "a/2", 0);
        }
        try (ReportStore store = open(copy)) {
            assertThat(store.current()).isGreaterThan(lost);
            assertThat(store.standing(lost, Duration.ZERO)).isEqualTo(RevisionStanding.EXPIRED);
            assertThat(store.standing(before, Duration.ZERO)).isEqualTo(RevisionStanding.READABLE);
            assertThat(create(store, "a/3", 0)).isGreaterThan(lost);
        }
    }

    @Test
    void theWriteAheadLogStaysShortAndIsEmptiedWhenIdle() throws Exception {
        try (ReportStore store = open(folder)) {
            long longest = 0;
            for (int i = 0; i < 60; i++) {
                create(store, "a/" + i, 1_000_000);
                longest = Math.max(longest, Files.size(folder.resolve("store.db-wal")));
            }
            assertThat(Files.size(folder.resolve("store.db"))).isGreaterThan(40_000_000);
            assertThat(longest).isLessThan(28_000_000);
            await().atMost(Duration.ofSeconds(20)).until(() -> Files.size(folder.resolve("store.db-wal")) == 0);
        }
    }

    @Test
    void deletedSpaceIsGivenBackWhenIdle() throws Exception {
        SlowClock clock = new SlowClock();
        StoreSettings settings = settings(folder).withClock(clock);
        try (ReportStore store = Stores.open(settings)) {
            List<Long> revisions = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                revisions.add(create(store, "a/" + i, 1_000_000));
            }
            for (int i = 0; i < 10; i++) {
                store.write(new Write.Delete(KIND, "a/" + i, revisions.get(i)));
            }
            store.upkeep();
            clock.hours++;
            store.upkeep();
            clock.hours += 2;
            store.upkeep();
            assertThat(store.statistics().contentsCollected()).isEqualTo(10);
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.size(folder.resolve("store.db")) < 2_000_000);
        }
    }

    @Test
    void aFullDiskRefusesWritesInWordsAndHarmsNothing() throws Exception {
        Path mount = Files.createDirectory(folder.resolve("small"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", mount.toString()) == 0,
                "a small file system cannot be mounted here");
        try {
            try (ReportStore store = open(mount)) {
                List<String> stored = new ArrayList<>();
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 100; i++) {
                                create(store, "a/" + i, 300_000);
                                stored.add("a/" + i);
                            }
                        })
                        .isInstanceOf(StoreFullException.class)
                        .hasMessageContaining("no space");
                assertThat(stored).isNotEmpty();
                for (String key : stored) {
                    var entry = Objects.requireNonNull(store.get(KIND, key, Projection.HEAD));
                    try (Bulk.Chunks chunks = store.readBulk(Objects.requireNonNull(entry.bulk()))) {
                        while (chunks.next() != null) {
                            continue;
                        }
                    }
                }
                assertThat(store.count(KIND, null)).isEqualTo(stored.size());
                assertThat(run("mount", "-o", "remount,size=64m", mount.toString()))
                        .isZero();
                create(store, "b/later", 300_000);
            }
            try (ReportStore store = open(mount)) {
                assertThat(store.get(KIND, "b/later", Projection.KEYS)).isNotNull();
            }
        } finally {
            run("umount", "-l", mount.toString());
        }
    }

    @Test
    void pagesAreReadFromTheIndexWithoutASort() throws Exception {
        try (ReportStore store = open(folder)) {
            store.probe();
            String plan =
                    text("EXPLAIN QUERY PLAN SELECT r.rev, r.key, r.lset FROM rev r WHERE r.kind = 1 AND r.key > 'a'"
                            + " AND r.key < 'b' AND r.rev <= 5 AND r.superseded > 5 ORDER BY r.key LIMIT 501");
            assertThat(plan).contains("rev_key").doesNotContain("TEMP B-TREE");
            String selected = text(
                    "EXPLAIN QUERY PLAN SELECT r.rev FROM rev r WHERE r.lset IN (SELECT value FROM json_each('[1]'))"
                            + " AND r.kind + 0 = 1 AND r.key > 'a' AND r.key < 'b' AND r.rev + 0 <= 5 AND r.superseded > 5 LIMIT 9");
            assertThat(selected).contains("rev_lset");
            String log = text("EXPLAIN QUERY PLAN SELECT r.rev FROM rev r LEFT JOIN rev p ON p.rev = r.prev"
                    + " WHERE r.rev > 1 AND r.rev <= 5 AND r.kind + 0 = 1 ORDER BY r.rev LIMIT 200");
            assertThat(log).contains("INTEGER PRIMARY KEY").doesNotContain("TEMP B-TREE");
        }
    }

    private static StoreSettings settings(Path folder) {
        return StoreSettings.of(new StoreSettings.Place.Folder(folder)).withUpkeepInterval(Duration.ZERO);
    }

    private static ReportStore open(Path folder) {
        return Stores.open(settings(folder));
    }

    /** @param noise length of a content that does not compress */
    private long create(ReportStore store, String key, int noise) throws IOException {
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
            WriteOutcome outcome = store.write(new Write.Create(KIND, key, head, writer.finish()));
            return ((WriteOutcome.Applied) outcome).revision();
        }
    }

    private Connection raw() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("store.db"));
    }

    private long number(String sql) throws Exception {
        return Long.parseLong(text(sql).strip());
    }

    private String text(String sql) throws Exception {
        try (Connection connection = raw();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            StringBuilder text = new StringBuilder();
            int last = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                text.append(rows.getString(last)).append(last > 1 ? "\n" : "");
            }
            return text.toString();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        Files.copy(from.resolve("store.db"), to.resolve("store.db"));
    }

    private static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    /** Both clocks, in hours. */
    private static final class SlowClock implements dev.breakwater.storage.StoreClock {
        private final long begin = System.currentTimeMillis();
        private volatile int hours;

        @Override
        public long wallMillis() {
            return begin + Duration.ofHours(hours).toMillis();
        }

        @Override
        public long nanos() {
            return Duration.ofHours(hours).toNanos();
        }
    }
}
