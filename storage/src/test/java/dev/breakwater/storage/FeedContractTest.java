package dev.breakwater.storage;

import static dev.breakwater.storage.Reports.KIND;
import static dev.breakwater.storage.Reports.OTHER_KIND;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
class FeedContractTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    @Parameter
    TestDatabase database;

    @TempDir
    Path folder;

    Reports reports;
    StoreSettings settings;
    ReportStore store;

    @BeforeEach
    void open() {
        reports = new Reports(folder);
        settings = StoreSettings.of(database.create(postgres, folder.resolve("db")))
                .withUpkeepInterval(Duration.ZERO)
                .withRingBytes(1 << 16);
        store = Stores.open(settings);
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
        reports.close();
    }

    @Test
    void aWatcherSeesEachChangeOnceWithWhatWasBefore() throws Exception {
        long start = store.current();
        try (FeedCursor cursor = store.follow(KIND, start)) {
            long added = applied(store.write(reports.create("a/b", Map.of("v", "1"), "content")));
            store.write(new Write.Create(OTHER_KIND, "a/b", reports.head("other"), new Bulk.None()));
            long modified = applied(store.write(reports.replace("a/b", added, Map.of("v", "2"), new Bulk.Unchanged())));
            long deleted = applied(store.write(new Write.Delete(KIND, "a/b", modified)));
            List<Change> changes = take(cursor, 3);
            assertThat(changes)
                    .extracting(Change::type)
                    .containsExactly(Change.Type.ADDED, Change.Type.MODIFIED, Change.Type.DELETED);
            assertThat(changes).extracting(c -> c.entry().revision()).containsExactly(added, modified, deleted);
            assertThat(changes).extracting(Change::previous).containsExactly(0L, added, modified);
            assertThat(changes)
                    .extracting(Change::previousLabels)
                    .containsExactly(Map.of(), Map.of("v", "1"), Map.of("v", "2"));
            Change last = changes.getLast();
            assertThat(last.entry().head().labels()).isEqualTo(Map.of("v", "2"));
            assertThat(reports.text(last.entry().head().rest())).isEqualTo("rest after " + added);
            assertThat(new String(reports.plain(
                            store, Objects.requireNonNull(last.entry().bulk()))))
                    .isEqualTo("content");
        }
    }

    @Test
    void aWatcherThatWaitsWithoutAThreadIsCalledOnceForWhatCame() throws Exception {
        try (FeedCursor cursor = store.follow(KIND, store.current())) {
            Semaphore called = new Semaphore(0);
            // The feed may only just have begun, which is worth asking again too.
            pollUntilQuiet(cursor, called);
            long first = applied(store.write(reports.create("a/1")));
            assertThat(called.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            long second = applied(store.write(reports.create("a/2")));
            List<Long> seen = new ArrayList<>();
            while (seen.size() < 2) {
                for (Change change : pollUntilQuiet(cursor, called)) {
                    seen.add(change.entry().revision());
                }
                if (seen.size() < 2) {
                    assertThat(called.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                }
            }
            assertThat(seen).containsExactly(first, second);
            assertThat(cursor.through()).isGreaterThanOrEqualTo(second);
            called.drainPermits();
            cursor.close();
            assertThat(called.availablePermits()).isEqualTo(1);
            assertThat(cursor.poll(called::release)).isInstanceOf(Batch.Ended.class);
        }
    }

    /** Until the cursor has nothing more, and has somebody to call. */
    private static List<Change> pollUntilQuiet(FeedCursor cursor, Semaphore called) {
        List<Change> all = new ArrayList<>();
        for (Batch batch = cursor.poll(called::release); batch != null; batch = cursor.poll(called::release)) {
            all.addAll(((Batch.Changes) batch).changes());
        }
        return all;
    }

    @Test
    void aWatcherResumesFromAnyPastRevision() throws Exception {
        long start = store.current();
        List<Long> revisions = new ArrayList<>();
        for (int i = 0; i < 450; i++) {
            revisions.add(applied(store.write(reports.create("a/" + i))));
        }
        for (int from : new int[] {0, 1, 199, 200, 201, 448, 449, 450}) {
            try (FeedCursor cursor = store.follow(KIND, from == 0 ? start : revisions.get(from - 1))) {
                assertThat(take(cursor, 450 - from))
                        .extracting(c -> c.entry().revision())
                        .isEqualTo(revisions.subList(from, 450));
            }
        }
    }

    @Test
    void aQuietWatcherIsToldHowFarItIs() throws Exception {
        try (FeedCursor cursor = store.follow(KIND, store.current())) {
            long other =
                    applied(store.write(new Write.Create(OTHER_KIND, "a/b", reports.head("other"), new Bulk.None())));
            Batch.Changes batch = new Batch.Changes(List.of(), 0);
            while (batch.through() < other) {
                batch = (Batch.Changes) cursor.next(Duration.ofMillis(20));
                assertThat(batch.changes()).isEmpty();
            }
            assertThat(batch.through()).isEqualTo(other);
        }
    }

    @Test
    void aWatcherOfAQuietKindStaysInTheRingWhileAnotherKindTurnsItOver() throws Exception {
        try (FeedCursor quiet = store.follow(KIND, store.current());
                FeedCursor busy = store.follow(OTHER_KIND, store.current())) {
            // The ring begins when the feed's thread has woken; a cursor from before that reads the log once.
            applied(store.write(new Write.Create(OTHER_KIND, "a/first", reports.head("first"), new Bulk.None())));
            assertThat(take(busy, 1)).hasSize(1);
            long read;
            do {
                read = store.statistics().logPages();
                quiet.next(Duration.ofMillis(20));
            } while (store.statistics().logPages() > read);
            for (int round = 0; round < 4; round++) {
                List<Write> writes = new ArrayList<>();
                for (int i = 0; i < 150; i++) {
                    writes.add(new Write.Create(
                            OTHER_KIND, "a/" + round + "-" + i, reports.head("o" + i), new Bulk.None()));
                }
                store.writeAll(writes);
                assertThat(take(busy, 150)).hasSize(150);
            }
            assertThat(store.statistics().ringBytes()).isLessThanOrEqualTo(1 << 16);
            long revision = applied(store.write(reports.create("a/b")));
            long pagesBefore = store.statistics().logPages();
            assertThat(take(quiet, 1)).extracting(c -> c.entry().revision()).containsExactly(revision);
            assertThat(store.statistics().logPages()).isEqualTo(pagesBefore);
        }
    }

    @Test
    void aWatcherThatFellBehindTheRingReadsTheLog() throws Exception {
        try (FeedCursor slow = store.follow(KIND, store.current());
                FeedCursor fast = store.follow(KIND, store.current())) {
            List<Long> revisions = new ArrayList<>();
            for (int round = 0; round < 5; round++) {
                List<Write> writes = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    writes.add(reports.create("a/" + round + "-" + i));
                }
                store.writeAll(writes).forEach(outcome -> revisions.add(applied(outcome)));
                take(fast, 100);
            }
            assertThat(take(slow, 500)).extracting(c -> c.entry().revision()).isEqualTo(revisions);
            assertThat(store.statistics().logPages()).isPositive();
        }
    }

    @Test
    void writersAndManyWatchersAtOnceAllSeeOneOrder() throws Exception {
        long start = store.current();
        int writers = 4;
        int each = 60;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Long>>> watchers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                watchers.add(threads.submit(() -> {
                    try (FeedCursor cursor = store.follow(KIND, start)) {
                        return take(cursor, writers * each).stream()
                                .map(c -> c.entry().revision())
                                .toList();
                    }
                }));
            }
            for (int w = 0; w < writers; w++) {
                int writer = w;
                threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        store.write(reports.create("w" + writer + "/" + i));
                    }
                });
            }
            List<Long> first = watchers.getFirst().get();
            assertThat(first).hasSize(writers * each).isSorted().doesNotHaveDuplicates();
            for (Future<List<Long>> watcher : watchers) {
                assertThat(watcher.get()).isEqualTo(first);
            }
        }
        assertThat(store.statistics().watchers()).isZero();
    }

    @Test
    void aClosedCursorAndAClosedStoreEndTheWait() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            FeedCursor closed = store.follow(KIND, store.current());
            FeedCursor open = store.follow(KIND, store.current());
            Future<Batch> one = threads.submit(() -> closed.next(PATIENCE));
            Future<Batch> two = threads.submit(() -> open.next(PATIENCE));
            closed.close();
            assertThat(one.get()).isEqualTo(new Batch.Ended());
            store.close();
            store = null;
            assertThat(two.get()).isEqualTo(new Batch.Ended());
        }
    }

    @Test
    void aRevisionIsJudgedByTheCounterAndTheGaps() {
        long start = store.current();
        long revision = applied(store.write(reports.create("a/b")));
        assertThat(store.standing(revision, Duration.ZERO)).isEqualTo(RevisionStanding.READABLE);
        assertThat(store.standing(start, Duration.ZERO)).isEqualTo(RevisionStanding.READABLE);
        assertThat(store.standing(start - 1, Duration.ZERO)).isEqualTo(RevisionStanding.EXPIRED);
        assertThat(store.standing(1, Duration.ZERO)).isEqualTo(RevisionStanding.EXPIRED);
        assertThat(store.standing(revision + 1, Duration.ZERO)).isEqualTo(RevisionStanding.AHEAD);
        store.close();
        store = Stores.open(settings);
        assertThat(store.standing(revision, Duration.ZERO)).isEqualTo(RevisionStanding.READABLE);
        assertThat(store.standing(revision + 1, Duration.ZERO)).isEqualTo(RevisionStanding.EXPIRED);
        assertThat(store.standing(store.current(), Duration.ZERO)).isEqualTo(RevisionStanding.READABLE);
    }

    @Test
    void aRevisionALittleAheadIsWaitedFor() throws Exception {
        long next = store.current() + 1;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<RevisionStanding> standing = threads.submit(() -> store.standing(next, PATIENCE));
            assertThat(applied(store.write(reports.create("a/b")))).isEqualTo(next);
            assertThat(standing.get()).isEqualTo(RevisionStanding.READABLE);
        }
    }

    @Test
    void aWatchResumesOverARestart() throws Exception {
        long first = applied(store.write(reports.create("a/1")));
        store.close();
        store = Stores.open(settings);
        long second = applied(store.write(reports.create("a/2")));
        try (FeedCursor cursor = store.follow(KIND, first)) {
            assertThat(take(cursor, 1)).extracting(c -> c.entry().revision()).containsExactly(second);
        }
    }

    static List<Change> take(FeedCursor cursor, int count) throws InterruptedException {
        List<Change> changes = new ArrayList<>();
        while (changes.size() < count) {
            Batch batch = cursor.next(PATIENCE);
            if (!(batch instanceof Batch.Changes(List<Change> some, long through))) {
                throw new AssertionError("after %d of %d changes: %s".formatted(changes.size(), count, batch));
            }
            for (Change change : some) {
                assertThat(change.entry().revision()).isLessThanOrEqualTo(through);
            }
            changes.addAll(some);
        }
        assertThat(changes).hasSize(count);
        return changes;
    }
}
