package dev.breakwater.storage;

import static dev.breakwater.storage.Reports.KIND;
import static dev.breakwater.storage.Reports.applied;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.storage.FeedCursor.Batch;
import dev.breakwater.testkit.PostgreSql;
import dev.breakwater.testkit.PostgreSqlServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lost connections, lost commits and a server that dies. */
@NullUnmarked
@Timeout(300)
class PostgresTroubleTest {
    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    @TempDir
    Path folder;

    Reports reports;
    StoreSettings.Place.Postgres place;
    CuttingProxy proxy;
    ReportStore store;

    @BeforeEach
    void open() throws Exception {
        reports = new Reports(folder);
        place = (StoreSettings.Place.Postgres) TestDatabase.POSTGRES.create(postgres, folder);
        proxy = CuttingProxy.before(place.jdbcUrl());
        Map<String, String> properties = new HashMap<>(place.properties());
        // So that the word COMMIT passes the proxy each time, not the number of a prepared statement.
        properties.put("prepareThreshold", "0");
        store = Stores.open(StoreSettings.of(new StoreSettings.Place.Postgres(proxy.jdbcUrl(), properties))
                .withUpkeepInterval(Duration.ZERO));
    }

    @AfterEach
    void close() throws Exception {
        if (store != null) {
            store.close();
        }
        if (proxy != null) {
            proxy.close();
        }
        reports.close();
    }

    @Test
    void aCommitWhoseAnswerWasLostIsLookedUpAndAnswered() throws Exception {
        store.write(reports.create("a/1"));
        proxy.cut(CuttingProxy.Cut.AFTER_COMMIT);
        long revision = applied(store.write(reports.create("a/2")));
        assertThat(proxy.cuts()).isEqualTo(1);
        assertThat(Objects.requireNonNull(store.get(KIND, "a/2", Projection.KEYS))
                        .revision())
                .isEqualTo(revision);
        assertThat(TestDatabase.number(place, "SELECT count(*) FROM rev")).isEqualTo(2);
        assertThat(applied(store.write(reports.create("a/3"))))
                .as("a new session leaves a gap")
                .isGreaterThan(revision + 1);
    }

    @Test
    void aCommitThatNeverArrivedIsAnsweredAsNotStored() throws Exception {
        store.write(reports.create("a/1"));
        proxy.cut(CuttingProxy.Cut.BEFORE_COMMIT);
        assertThatThrownBy(() -> store.write(reports.create("a/2")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("nothing was stored");
        assertThat(proxy.cuts()).isEqualTo(1);
        assertThat(store.get(KIND, "a/2", Projection.KEYS)).isNull();
        applied(store.write(reports.create("a/2")));
    }

    @Test
    void aLockThatAnotherSessionForgotIsTakenAwayFromIt() throws Exception {
        try (Connection stuck = TestDatabase.connect(place);
                Statement statement = stuck.createStatement()) {
            // What a replica's connection looks like after its machine lost power: the lock is held, nobody speaks.
            statement.execute("SET idle_in_transaction_session_timeout = 3000");
            stuck.setAutoCommit(false);
            statement.execute("SELECT rev FROM counter WHERE id = 1 FOR UPDATE");
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                applied(store.write(reports.create("a/1")));
                return true;
            });
        }
    }

    @Test
    void revisionsThatAFailoverLostAreNeverGivenAgain() throws Exception {
        long kept = applied(store.write(reports.create("a/1")));
        long lost = applied(store.write(reports.create("a/2")));
        try (FeedCursor atLost = store.follow(KIND, lost);
                FeedCursor atKept = store.follow(KIND, kept)) {
            assertThat(atLost.next(Duration.ofMillis(50))).isInstanceOf(Batch.Changes.class);
            // A standby that had not yet received the last commit takes over.
            TestDatabase.execute(
                    place,
                    "DELETE FROM rev WHERE rev = " + lost,
                    "DELETE FROM head WHERE rev = " + lost,
                    "DELETE FROM cur WHERE rev = " + lost,
                    "UPDATE tally SET n = n - 1",
                    "UPDATE counter SET rev = " + kept,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'breakwater writer'"
                            + " AND datname = current_database()");
            await().ignoreExceptions().until(() -> applied(store.write(reports.create("a/3"))) > lost + 1);
            assertThat(store.standing(lost, Duration.ZERO)).isEqualTo(RevisionStanding.EXPIRED);
            assertThat(store.standing(kept, Duration.ZERO)).isEqualTo(RevisionStanding.READABLE);
            await().until(() -> atLost.next(Duration.ofSeconds(1)) instanceof Batch.Expired);
            try (FeedCursor resumed = store.follow(KIND, kept)) {
                assertThat(FeedContractTest.take(resumed, 1))
                        .extracting(change -> change.entry().key())
                        .containsExactly("a/3");
            }
        }
    }

    @Test
    void aDeadServerIsUnavailableAndItsReturnNoticed() throws Exception {
        try (PostgreSqlServer server = PostgreSql.startOwn()) {
            PostgreSqlServer.Database database = server.createDatabase();
            StoreSettings settings = StoreSettings.of(new StoreSettings.Place.Postgres(
                    database.jdbcUrl(), Map.of("user", database.user(), "password", database.password())));
            try (ReportStore mortal = Stores.open(settings)) {
                long first = applied(mortal.write(reports.create("a/1", Map.of(), "content")));
                try (FeedCursor cursor = mortal.follow(KIND, mortal.current())) {
                    server.crash();
                    assertThatThrownBy(() -> mortal.get(KIND, "a/1", Projection.HEAD))
                            .isInstanceOf(StoreUnavailableException.class);
                    assertThatThrownBy(() -> mortal.page(Reports.page(first, 10, "")))
                            .isInstanceOf(StoreUnavailableException.class);
                    assertThatThrownBy(() -> mortal.write(reports.create("a/2")))
                            .isInstanceOf(StoreUnavailableException.class);
                    assertThatThrownBy(mortal::probe).isInstanceOf(StoreUnavailableException.class);
                    assertThatThrownBy(mortal::current).isInstanceOf(StoreUnavailableException.class);
                    server.restart();
                    await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                        mortal.probe();
                        return true;
                    });
                    assertThat(Objects.requireNonNull(mortal.get(KIND, "a/1", Projection.HEAD))
                                    .revision())
                            .isEqualTo(first);
                    await().atMost(Duration.ofSeconds(30))
                            .ignoreExceptions()
                            .until(() -> applied(mortal.write(reports.create("a/3"))) > first);
                    assertThat(FeedContractTest.take(cursor, 1))
                            .extracting(change -> change.entry().key())
                            .containsExactly("a/3");
                }
            }
        }
    }

    @Test
    void aFullDiskRefusesWritesInWordsAndReadsGoOn() throws Exception {
        Path mount = Files.createTempDirectory(Path.of("/tmp"), "breakwater-small");
        assumeTrue(
                run("sh", "-c", "mount -t tmpfs -o size=6m,mode=700,uid=$(id -u postgres) tmpfs " + mount) == 0,
                "a small file system cannot be mounted for the database here");
        try (PostgreSqlServer server = PostgreSql.startOwn()) {
            PostgreSqlServer.Database database = server.createDatabase();
            StoreSettings.Place.Postgres full = new StoreSettings.Place.Postgres(
                    database.jdbcUrl(), Map.of("user", database.user(), "password", database.password()));
            try (ReportStore small = Stores.open(StoreSettings.of(full))) {
                TestDatabase.execute(
                        full,
                        "CREATE TABLESPACE small LOCATION '" + mount + "'",
                        "ALTER TABLE bulk_chunk SET TABLESPACE small");
                byte[] noise = new byte[400_000];
                List<StoredBulk> stored = new ArrayList<>();
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 60; i++) {
                                new Random(i).nextBytes(noise);
                                long revision = applied(small.write(new Write.Create(
                                        KIND, "a/" + i, reports.head("" + i), reports.bulk(noise.clone()))));
                                stored.add(Objects.requireNonNull(Objects.requireNonNull(small.entry(revision))
                                        .bulk()));
                            }
                        })
                        .isInstanceOf(StoreFullException.class)
                        .hasMessageContaining("no space");
                assertThat(stored).isNotEmpty();
                for (StoredBulk bulk : stored) {
                    assertThat(reports.plain(small, bulk)).hasSize(noise.length);
                }
                assertThat(small.count(KIND, null)).isEqualTo(stored.size());
                assertThat(run("mount", "-o", "remount,size=64m", mount.toString()))
                        .isZero();
                applied(small.write(new Write.Create(KIND, "b/later", reports.head("b"), reports.bulk(noise))));
            }
        } finally {
            run("umount", "-l", mount.toString());
            Files.deleteIfExists(mount);
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }

    @Test
    void pagesAreReadFromTheIndexWithoutASort() throws Exception {
        store.writeAll(List.copyOf(java.util.stream.IntStream.range(0, 3000)
                .mapToObj(i -> (Write) reports.create("n%d/o%04d".formatted(i % 5, i)))
                .toList()));
        String page =
                explain("SELECT r.rev, r.key, r.lset FROM rev r WHERE r.kind = 1 AND r.key > 'n1/' AND r.key < 'n10'"
                        + " AND r.rev <= " + store.current() + " AND r.superseded > " + store.current()
                        + " ORDER BY r.key LIMIT 501");
        assertThat(page).contains("rev_key").doesNotContain("Sort");
        String selected =
                explain("SELECT r.rev, r.key, r.lset FROM rev r WHERE r.lset = ANY('{1,2,3}') AND r.kind + 0 = 1"
                        + " AND r.key > 'n1/' AND r.key < 'n10' AND r.rev + 0 <= 5 AND r.superseded > 5 LIMIT 1001");
        assertThat(selected).contains("rev_lset");
    }

    private String explain(String query) throws Exception {
        StringBuilder plan = new StringBuilder();
        try (Connection connection = TestDatabase.connect(place);
                Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE");
            try (var rows = statement.executeQuery("EXPLAIN " + query)) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
        }
        return plan.toString();
    }
}
