package dev.breakwater.storage;

import static dev.breakwater.storage.Reports.KIND;
import static dev.breakwater.storage.Reports.applied;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.storage.FeedCursor.Batch;
import dev.breakwater.testkit.PostgreSql;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(300)
class HistoryContractTest {
    private static final Duration RETENTION = Duration.ofMinutes(10);

    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    @Parameter
    TestDatabase database;

    @TempDir
    Path folder;

    SteppedClock clock;
    Reports reports;
    StoreSettings settings;
    ReportStore store;

    @BeforeEach
    void open() {
        clock = new SteppedClock();
        reports = new Reports(folder);
        settings = StoreSettings.of(database.create(postgres, folder.resolve("db")))
                .withUpkeepInterval(Duration.ZERO)
                .withClock(clock)
                .withRetention(RETENTION);
        store = Stores.open(settings);
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
        reports.close();
    }

    private void compactEverythingSoFar() {
        store.upkeep();
        clock.pass(RETENTION);
        store.upkeep();
    }

    @Test
    void historyIsReadableForTheRetentionAndExpiredAfterIt() {
        long first = applied(store.write(reports.create("a/b", Map.of("v", "1"), null)));
        long second = applied(store.write(reports.replace("a/b", first, Map.of("v", "2"), new Bulk.None())));
        store.upkeep();
        clock.pass(RETENTION.minusSeconds(1));
        store.upkeep();
        assertThat(store.standing(first, Duration.ZERO)).isEqualTo(RevisionStanding.READABLE);
        assertThat(((PageOutcome.Page) store.page(Reports.page(first, 10, ""))).entries())
                .extracting(Entry::revision)
                .containsExactly(first);
        clock.pass(Duration.ofSeconds(1));
        store.upkeep();
        assertThat(store.standing(first, Duration.ZERO)).isEqualTo(RevisionStanding.EXPIRED);
        assertThat(store.page(Reports.page(first, 10, ""))).isEqualTo(new PageOutcome.Expired(second));
        assertThat(store.entry(first)).isNull();
        // Exactly at C every later event still has its predecessor.
        assertThat(store.standing(second, Duration.ZERO)).isEqualTo(RevisionStanding.READABLE);
        assertThat(((PageOutcome.Page) store.page(Reports.page(second, 10, ""))).entries())
                .extracting(Entry::revision)
                .containsExactly(second);
        assertThat(store.statistics().compacted()).isEqualTo(second);
    }

    @Test
    void compactionLeavesExactlyTheLiveRowsBehind() throws Exception {
        List<Long> live = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            live.add(applied(store.write(reports.create("a/" + i, Map.of("n", "" + i), null))));
        }
        for (int i = 0; i < 350; i++) {
            live.set(
                    i,
                    applied(store.write(reports.replace("a/" + i, live.get(i), Map.of("m", "" + i), new Bulk.None()))));
        }
        for (int i = 0; i < 100; i++) {
            store.write(new Write.Delete(KIND, "a/" + i, live.get(i)));
        }
        store.write(reports.create("a/0", Map.of("again", "yes"), null));
        compactEverythingSoFar();
        assertThat(count("rev")).isEqualTo(601);
        assertThat(count("head")).isEqualTo(601);
        assertThat(count("cur")).isEqualTo(601);
        assertThat(count("labelset")).isEqualTo(601);
        assertThat(count("label")).isEqualTo(601);
        assertThat(store.count(KIND, "a")).isEqualTo(601);
        assertThat(store.statistics().rowsCompacted()).isEqualTo(350 + 200);
        PageOutcome.Page page = (PageOutcome.Page) store.page(Reports.page(store.current(), 500, ""));
        assertThat(page.entries()).hasSize(500);
        // Once more: nothing is left to do, nothing is harmed.
        compactEverythingSoFar();
        assertThat(count("rev")).isEqualTo(601);
    }

    @Test
    void aWatcherBehindTheCompactedRevisionIsToldSoAndOneAtItGoesOn() throws Exception {
        long first = applied(store.write(reports.create("a/b")));
        long second = applied(store.write(reports.replace("a/b", first, Map.of("v", "2"), new Bulk.None())));
        compactEverythingSoFar();
        long third = applied(store.write(reports.replace("a/b", second, Map.of("v", "3"), new Bulk.None())));
        try (FeedCursor behind = store.follow(KIND, first);
                FeedCursor at = store.follow(KIND, second)) {
            assertThat(behind.next(Duration.ofSeconds(20))).isEqualTo(new Batch.Expired(second));
            List<Change> changes = FeedContractTest.take(at, 1);
            assertThat(changes.getFirst().entry().revision()).isEqualTo(third);
            assertThat(changes.getFirst().previousLabels()).isEqualTo(Map.of("v", "2"));
        }
    }

    @Test
    void aWallClockSetForwardCompactsNothing() {
        long first = applied(store.write(reports.create("a/b")));
        store.write(reports.replace("a/b", first, Map.of(), new Bulk.None()));
        store.upkeep();
        clock.stepWall(Duration.ofDays(2));
        store.upkeep();
        assertThat(store.standing(first, Duration.ZERO)).isEqualTo(RevisionStanding.READABLE);
    }

    @Test
    void aContentStaysWhileAnyRetainedRevisionRefersToIt() throws Exception {
        long first = applied(store.write(reports.create("a/b", Map.of(), "old content")));
        StoredBulk old = Objects.requireNonNull(
                Objects.requireNonNull(store.entry(first)).bulk());
        store.upkeep();
        store.write(reports.replace("a/b", first, Map.of(), reports.bulk("new content")));
        clock.pass(Duration.ofHours(3));
        // Only what was there at the first sample is given up now: the old content is still visible at it.
        store.upkeep();
        assertThat(new String(reports.plain(store, old))).isEqualTo("old content");
        clock.pass(RETENTION);
        store.upkeep();
        assertThat(count("bulk")).as("superseded less than an hour ago").isEqualTo(2);
        clock.pass(Duration.ofHours(1));
        store.upkeep();
        assertThat(count("bulk")).isEqualTo(1);
        assertThat(TestDatabase.number(settings.place(), "SELECT count(DISTINCT bulk) FROM bulk_chunk"))
                .isEqualTo(1);
        assertThat(store.statistics().contentsCollected()).isEqualTo(1);
    }

    @Test
    void aContentWhoseCommitNeverCameIsCollected() throws Exception {
        long first = applied(store.write(reports.create("a/b")));
        // Refused, but its content was stored before.
        assertThat(store.write(reports.create("a/b", Map.of(), "orphan")))
                .isEqualTo(new WriteOutcome.AlreadyExists(first));
        assertThat(count("bulk")).isEqualTo(1);
        clock.pass(Duration.ofMinutes(61));
        store.upkeep();
        assertThat(count("bulk")).isZero();
        assertThat(count("bulk_gc")).isZero();
        // It can come again, and is not mistaken for one that is there.
        long second = applied(store.write(reports.replace("a/b", first, Map.of(), reports.bulk("orphan"))));
        StoredBulk bulk = Objects.requireNonNull(
                Objects.requireNonNull(store.entry(second)).bulk());
        assertThat(new String(reports.plain(store, bulk))).isEqualTo("orphan");
    }

    @Test
    void aContentThatIsReferredToAgainIsNotCollected() throws Exception {
        long first = applied(store.write(reports.create("a/b", Map.of(), "content")));
        store.write(new Write.Delete(KIND, "a/b", first));
        compactEverythingSoFar();
        long again = applied(store.write(reports.create("a/b", Map.of(), "content")));
        clock.pass(Duration.ofHours(2));
        store.upkeep();
        StoredBulk bulk = Objects.requireNonNull(
                Objects.requireNonNull(store.entry(again)).bulk());
        assertThat(new String(reports.plain(store, bulk))).isEqualTo("content");
        assertThat(count("bulk_gc")).isZero();
    }

    @Test
    void idleContentsAreRecompressedWhileTheOldEncodingIsStillReadable() throws Exception {
        byte[] findings = Reports.findings(300_000, 3);
        long revision = applied(store.write(new Write.Create(KIND, "a/b", reports.head("b"), reports.bulk(findings))));
        StoredBulk before = Objects.requireNonNull(
                Objects.requireNonNull(store.entry(revision)).bulk());
        store.upkeep();
        assertThat(store.statistics().contentsRecompressed())
                .as("written since")
                .isZero();
        store.upkeep();
        StoredBulk after = Objects.requireNonNull(
                Objects.requireNonNull(store.entry(revision)).bulk());
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.encoding()).isNotEqualTo(before.encoding());
        assertThat(after.deflatedLength()).isLessThan(before.deflatedLength());
        assertThat(reports.plain(store, before)).isEqualTo(findings);
        assertThat(reports.plain(store, after)).isEqualTo(findings);
        clock.pass(Duration.ofMinutes(61));
        store.upkeep();
        assertThat(TestDatabase.number(settings.place(), "SELECT count(DISTINCT enc) FROM bulk_chunk"))
                .isEqualTo(1);
        assertThat(reports.plain(store, after)).isEqualTo(findings);
        assertThat(store.statistics().contentsRecompressed()).isEqualTo(1);
        // The next writer of the same content finds it, whatever its encoding.
        long other = applied(store.write(new Write.Create(KIND, "a/c", reports.head("c"), reports.bulk(findings))));
        assertThat(Objects.requireNonNull(store.entry(other)).bulk()).isEqualTo(after);
    }

    private long count(String table) throws Exception {
        return TestDatabase.number(settings.place(), "SELECT count(*) FROM " + table);
    }
}
