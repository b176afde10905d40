package dev.breakwater.storage;

import static dev.breakwater.storage.Reports.KIND;
import static dev.breakwater.storage.Reports.applied;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.storage.FeedCursor.Batch;
import dev.breakwater.testkit.PostgreSql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Damage of what is stored, whichever the database: noticed, never taken for an absence, found, and set aside. */
@NullUnmarked
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(300)
class DamageContractTest {
    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    @Parameter
    TestDatabase database;

    @TempDir
    Path folder;

    Reports reports;
    StoreSettings settings;

    @Nullable
    ReportStore store;

    @BeforeEach
    void open() {
        reports = new Reports(folder);
        settings = StoreSettings.of(database.create(postgres, folder.resolve("db")))
                .withUpkeepInterval(Duration.ZERO);
        store = Stores.open(settings);
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
        reports.close();
    }

    /** What is done to a/1, and whether the object itself is lost by it: an index can be made anew. */
    private Map<String, Boolean> damages() {
        String head = "rev = (SELECT c.rev FROM cur c WHERE c.key = 'a/1')";
        String bulk = "(SELECT r.bulk FROM rev r JOIN cur c ON c.rev = r.rev WHERE c.key = 'a/1')";
        String set = "(SELECT r.lset FROM rev r JOIN cur c ON c.rev = r.rev WHERE c.key = 'a/1')";
        Map<String, Boolean> damages = new LinkedHashMap<>();
        damages.put("UPDATE head SET meta = " + flipped("meta") + " WHERE " + head, true);
        damages.put("UPDATE head SET rest = " + flipped("rest") + " WHERE " + head, true);
        damages.put("UPDATE head SET meta_len = meta_len + 1 WHERE " + head, true);
        damages.put("DELETE FROM head WHERE " + head, true);
        damages.put("UPDATE bulk_chunk SET data = " + flipped("data") + " WHERE bulk = " + bulk, true);
        damages.put("UPDATE bulk_chunk SET n = 7 WHERE bulk = " + bulk, true);
        damages.put("DELETE FROM bulk_chunk WHERE bulk = " + bulk, true);
        damages.put("UPDATE bulk SET sha = " + flipped("sha") + " WHERE id = " + bulk, true);
        damages.put("UPDATE bulk SET crc = crc + 1 WHERE id = " + bulk, true);
        damages.put("DELETE FROM bulk WHERE id = " + bulk, true);
        damages.put("UPDATE labelset SET json = '{\"of\":\"b/1\"}' WHERE id = " + set, true);
        damages.put("DELETE FROM labelset WHERE id = " + set, true);
        damages.put("DELETE FROM rev WHERE " + head, true);
        damages.put("DELETE FROM label WHERE lset = " + set, false);
        damages.put("DELETE FROM cur WHERE key = 'a/1'", false);
        damages.put("UPDATE cur SET key = 'a/7' WHERE key = 'a/1'", false);
        damages.put("UPDATE cur SET rev = 5 WHERE key = 'a/1'", false);
        damages.put("UPDATE tally SET n = n + 1 WHERE ns = 'a'", false);
        damages.put("DELETE FROM tally", false);
        return damages;
    }

    private String flipped(String column) {
        return database == TestDatabase.SQLITE
                ? "x'00' || substr(" + column + ", 2)"
                : "set_byte(" + column + ", 0, (get_byte(" + column + ", 0) + 1) % 256)";
    }

    @Test
    void everyDamageIsFoundAndSetAsideAndTheRestIsServedAsBefore() throws Exception {
        int round = 0;
        for (Map.Entry<String, Boolean> damage : damages().entrySet()) {
            String what = damage.getKey();
            fill();
            assertThat(examine()).as("before: " + what).isEmpty();
            stop();
            TestDatabase.execute(settings.place(), what);
            store = Stores.open(settings);
            assertThatCode(() -> Objects.requireNonNull(read("a/1"), "taken for absent"))
                    .as(what)
                    .satisfiesAnyOf(
                            thrown -> assertThat(thrown).isNull(),
                            thrown -> assertThat(thrown)
                                    .isInstanceOfAny(
                                            CorruptContentException.class,
                                            StoreDamagedException.class,
                                            java.io.UncheckedIOException.class));
            stop();
            assertThat(examine()).as("found: " + what).isNotEmpty();

            Path saved = folder.resolve("saved-" + round++);
            StoreExamination.of(settings.place()).setAside(saved);

            assertThat(examine()).as("after: " + what).isEmpty();
            store = Stores.open(settings);
            assertThat(read("a/2")).as(what).isEqualTo("content of a/2");
            assertThat(read("b/1")).as(what).isEqualTo("content of b/1");
            List<String> keys = keys();
            if (damage.getValue()) {
                assertThat(keys).as(what).containsExactly("a/2", "b/1");
                assertThat(Files.readString(saved)).as(what).contains("\"key\":\"a/1\"", "\"why\":\"");
                assertThat(store.get(KIND, "a/1", Projection.KEYS)).as(what).isNull();
            } else {
                assertThat(keys).as(what).containsExactly("a/1", "a/2", "b/1");
                assertThat(read("a/1")).as(what).isEqualTo("content of a/1");
            }
            assertThat(store.count(KIND, null)).as(what).isEqualTo(keys.size());
            assertThat(store.count(KIND, "a")).as(what).isEqualTo(keys.size() - 1L);
            store.requireUndamaged();
            for (String key : keys) {
                Entry entry = Objects.requireNonNull(store.get(KIND, key, Projection.KEYS));
                applied(store.write(new Write.Delete(KIND, key, entry.revision())));
            }
        }
    }

    @Test
    void whatIsSetAsideCanBeReadFromTheFile() throws Exception {
        fill();
        stop();
        TestDatabase.execute(settings.place(), "UPDATE bulk SET crc = crc + 1");
        Path saved = folder.resolve("saved");
        assertThat(StoreExamination.of(settings.place()).setAside(saved)).isEqualTo(3);
        assertThat(Files.readAllLines(saved))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line)
                        .contains("\"metadata\":\"\\\"uid\\\"", "\"labels\":\"{", "\"sound\":true", "\"bytes\":\""));
        if (Files.getFileStore(saved).supportsFileAttributeView("posix")) {
            assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(saved)))
                    .isEqualTo("rw-------");
        }
        assertThatThrownBy(() -> StoreExamination.of(settings.place()).setAside(saved))
                .as("what was saved is never written over")
                .hasMessageContaining("cannot be made");
    }

    @Test
    void whoWatchesFromBeforeTheSettingAsideIsToldToListAnew() throws Exception {
        fill();
        long before = store.current();
        if (database == TestDatabase.POSTGRES) {
            // Beside a replica that runs, with a watcher that is served from memory.
            try (FeedCursor cursor = store.follow(KIND, before)) {
                assertThat(cursor.next(Duration.ofMillis(10))).isInstanceOf(Batch.Changes.class);
                TestDatabase.execute(settings.place(), "UPDATE bulk SET crc = crc + 1");
                StoreExamination.of(settings.place()).setAside(folder.resolve("saved"));
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> cursor.next(Duration.ofMillis(100)) instanceof Batch.Expired);
            }
        } else {
            stop();
            TestDatabase.execute(settings.place(), "UPDATE bulk SET crc = crc + 1");
            StoreExamination.of(settings.place()).setAside(folder.resolve("saved"));
            store = Stores.open(settings);
        }
        assertThat(store.standing(before, Duration.ZERO)).isEqualTo(RevisionStanding.EXPIRED);
        assertThat(keys()).isEmpty();
        long later = applied(store.write(reports.create("c/1")));
        try (FeedCursor cursor = store.follow(KIND, later - 1)) {
            assertThat(FeedContractTest.take(cursor, 1))
                    .extracting(change -> change.entry().key())
                    .containsExactly("c/1");
        }
    }

    @Test
    void damageFailsReadinessUntilTheObjectIsDeleted() throws Exception {
        fill();
        store.requireUndamaged();
        TestDatabase.execute(
                settings.place(),
                "UPDATE head SET rest = " + flipped("rest") + " WHERE rev = (SELECT rev FROM cur WHERE key = 'a/1')");
        assertThatThrownBy(() -> store.get(KIND, "a/1", Projection.HEAD)).isInstanceOf(CorruptContentException.class);
        assertThatThrownBy(store::requireUndamaged)
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("a/1")
                .hasMessageContaining("breakwater verify");
        store.probe();
        store.upkeep();
        assertThatThrownBy(store::requireUndamaged).isInstanceOf(StoreDamagedException.class);
        Entry keys = Objects.requireNonNull(store.get(KIND, "a/1", Projection.KEYS));
        applied(store.write(new Write.Delete(KIND, "a/1", keys.revision())));
        store.upkeep();
        store.requireUndamaged();
    }

    @Test
    void aDamagedContentIsMendedByWhoBringsItAgain() throws Exception {
        fill();
        TestDatabase.execute(
                settings.place(),
                "UPDATE bulk_chunk SET data = " + flipped("data"),
                "UPDATE bulk_gc SET since = since");
        assertThatThrownBy(() -> read("a/1")).isInstanceOf(CorruptContentException.class);
        assertThatThrownBy(store::requireUndamaged).isInstanceOf(StoreDamagedException.class);
        applied(store.write(reports.create("c/1", Map.of(), "content of a/1")));
        store.requireUndamaged();
        assertThat(read("c/1")).isEqualTo("content of a/1");
        assertThat(read("a/1")).isEqualTo("content of a/1");
    }

    @Test
    void aListThatWouldMissAnObjectIsAnError() throws Exception {
        fill();
        stop();
        TestDatabase.execute(
                settings.place(),
                "DELETE FROM labelset WHERE id = (SELECT r.lset FROM rev r JOIN cur c ON c.rev = r.rev WHERE c.key = 'a/1')");
        store = Stores.open(settings);
        EntryFilter all = (key, labels) -> true;
        for (List<LabelTerm> narrowing :
                List.of(List.<LabelTerm>of(), List.of(new LabelTerm("of", java.util.Set.of("a/1"))))) {
            assertThatThrownBy(() -> store.page(
                            new PageQuery(KIND, null, "", store.current(), 10, Projection.KEYS, narrowing, all)))
                    .isInstanceOf(CorruptContentException.class)
                    .hasMessageContaining("a/1");
        }
    }

    @Test
    void anExaminationBesideAWriterFindsNothing() throws Exception {
        fill();
        AtomicBoolean enough = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            long revision = applied(store.write(reports.create("w/1", Map.of(), "content")));
            for (int i = 0; !enough.get(); i++) {
                revision = applied(store.write(
                        reports.replace("w/1", revision, Map.of("i", "" + i % 7), reports.bulk("content " + i))));
            }
        });
        try {
            for (int i = 0; i < 5; i++) {
                assertThat(examine()).isEmpty();
            }
        } finally {
            enough.set(true);
            writer.join();
        }
    }

    private void fill() {
        for (String key : List.of("a/1", "a/2", "b/1")) {
            long first = applied(store.write(reports.create(key, Map.of("of", key), "content of " + key)));
            applied(store.write(reports.replace(key, first, Map.of("of", key), reports.bulk("content of " + key))));
        }
    }

    private void stop() {
        if (store != null) {
            store.close();
            store = null;
        }
    }

    private List<Finding> examine() {
        List<Finding> found = new ArrayList<>();
        Verdict verdict = StoreExamination.of(settings.place()).examine(found::add);
        assertThat(verdict.isWhole()).isEqualTo(found.isEmpty());
        return found;
    }

    private @Nullable String read(String key) {
        Entry entry = store.get(KIND, key, Projection.HEAD);
        return entry == null
                ? null
                : new String(
                        reports.plain(store, Objects.requireNonNull(entry.bulk())),
                        java.nio.charset.StandardCharsets.UTF_8);
    }

    private List<String> keys() {
        PageOutcome.Page page = (PageOutcome.Page) store.page(Reports.page(store.current(), 100, ""));
        return page.entries().stream().map(Entry::key).toList();
    }
}
