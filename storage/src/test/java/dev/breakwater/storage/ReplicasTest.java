package dev.breakwater.storage;

import static dev.breakwater.storage.Reports.KIND;
import static dev.breakwater.storage.Reports.applied;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two processes' worth of stores on one PostgreSQL. */
@NullUnmarked
@Timeout(300)
class ReplicasTest {
    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    @TempDir
    Path folder;

    Reports reports;
    ReportStore one;
    ReportStore two;

    @BeforeEach
    void open() {
        reports = new Reports(folder);
        StoreSettings settings =
                StoreSettings.of(TestDatabase.POSTGRES.create(postgres, folder)).withUpkeepInterval(Duration.ZERO);
        one = Stores.open(settings);
        two = Stores.open(settings);
    }

    @AfterEach
    void close() {
        if (two != null) {
            two.close();
        }
        if (one != null) {
            one.close();
        }
        reports.close();
    }

    @Test
    void bothReplicasShowOneOrderWithoutAGap() throws Exception {
        long start = one.current();
        int each = 150;
        List<ReportStore> stores = List.of(one, two);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Long>>> watchers = new ArrayList<>();
            for (ReportStore store : stores) {
                watchers.add(threads.submit(() -> {
                    try (FeedCursor cursor = store.follow(KIND, start)) {
                        return FeedContractTest.take(cursor, 4 * each).stream()
                                .map(change -> change.entry().revision())
                                .toList();
                    }
                }));
            }
            List<Future<List<Long>>> writers = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                int writer = w;
                writers.add(threads.submit(() -> {
                    List<Long> revisions = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        revisions.add(applied(stores.get(writer % 2)
                                .write(reports.create("w" + writer + "/" + i, Map.of(), "content " + i % 7))));
                    }
                    return revisions;
                }));
            }
            List<Long> written = new ArrayList<>();
            for (Future<List<Long>> writer : writers) {
                assertThat(writer.get()).isSorted();
                written.addAll(writer.get());
            }
            written.sort(null);
            for (Future<List<Long>> watcher : watchers) {
                assertThat(watcher.get()).isEqualTo(written);
            }
        }
    }

    @Test
    void anAcknowledgedWriteIsSeenByTheOtherReplicaAtOnce() {
        for (int i = 0; i < 50; i++) {
            ReportStore writer = i % 2 == 0 ? one : two;
            ReportStore reader = i % 2 == 0 ? two : one;
            long revision = applied(writer.write(reports.create("a/" + i)));
            assertThat(reader.current()).isEqualTo(revision);
            assertThat(Objects.requireNonNull(reader.get(KIND, "a/" + i, Projection.KEYS))
                            .revision())
                    .isEqualTo(revision);
            assertThat(reader.standing(revision, Duration.ZERO)).isEqualTo(RevisionStanding.READABLE);
        }
    }

    @Test
    void onlyOneOfTwoReplicasReplacesTheSameRevision() {
        long first = applied(one.write(reports.create("a/b")));
        long second = applied(two.write(reports.replace("a/b", first, Map.of(), new Bulk.None())));
        assertThat(one.write(reports.replace("a/b", first, Map.of(), new Bulk.None())))
                .isEqualTo(new WriteOutcome.Conflict(second));
        assertThat(one.write(reports.create("a/b"))).isEqualTo(new WriteOutcome.AlreadyExists(second));
    }

    @Test
    void bothReplicasShareIdentityAndTokenKey() {
        assertThat(one.incarnation()).isEqualTo(two.incarnation());
        assertThat(one.tokenKey()).isEqualTo(two.tokenKey());
    }
}
