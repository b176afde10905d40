package dev.breakwater.storage;

import static dev.breakwater.storage.Reports.KIND;
import static dev.breakwater.storage.Reports.OTHER_KIND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.storage.FeedCursor.Batch;
import dev.breakwater.testkit.PostgreSql;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random writes, batches, restarts and compactions; every answer, page and watch must be what a plain list of changes gives. */
@NullUnmarked
@Timeout(300)
class StoreAgainstModelTest {
    private static final Duration RETENTION = Duration.ofMinutes(10);
    private static final String[] NAMESPACES = {"a", "a-b", "b"};

    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void everyAnswerPageAndWatchIsThatOfTheModel(TestDatabase database) throws Exception {
        String given = System.getProperty("breakwater.seed");
        long seed = given == null ? new Random().nextLong() : Long.parseLong(given);
        System.out.println("seed for -Dbreakwater.seed on " + database + ": " + seed);
        try (Run run = new Run(database, new Random(seed))) {
            for (int i = 0; i < 200; i++) {
                run.step();
            }
            run.compareEverything();
        } catch (Throwable e) {
            throw new AssertionError("with seed " + seed + " on " + database, e);
        }
    }

    private final class Run implements AutoCloseable {
        private final Random random;
        private final SteppedClock clock = new SteppedClock();
        private final Reports reports = new Reports(folder);
        private final LogModel model = new LogModel();
        private final StoreSettings settings;
        private final Map<Long, String> contentOfBulk = new HashMap<>();
        private final List<Long> revisions = new ArrayList<>();
        private ReportStore store;
        private long last;
        private long compacted;

        Run(TestDatabase database, Random random) {
            this.random = random;
            this.settings = StoreSettings.of(database.create(postgres, folder.resolve("db")))
                    .withClock(clock)
                    .withRetention(RETENTION)
                    .withRingBytes(1 << 16)
                    .withUpkeepInterval(Duration.ZERO);
            open();
        }

        private void open() {
            store = Stores.open(settings);
            assertThat(store.current()).isGreaterThan(last);
            last = store.current();
            revisions.add(last);
        }

        void step() {
            int dice = random.nextInt(100);
            if (dice < 2) {
                store.close();
                clock.stepWall(Duration.ofSeconds(random.nextInt(7200) - 3600));
                open();
            } else if (dice < 6) {
                clock.pass(Duration.ofMinutes(random.nextInt(8)));
                store.upkeep();
                compacted = store.statistics().compacted();
            } else {
                int size = dice < 60 ? 1 : 1 + random.nextInt(12);
                write(size);
            }
            if (dice > 92) {
                comparePage();
            }
        }

        private void write(int size) {
            List<Write> writes = new ArrayList<>();
            List<WriteOutcome> expected = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                String content = random.nextInt(3) == 0 ? null : "content " + random.nextInt(6);
                Write write = randomWrite(content);
                WriteOutcome outcome = model.write(write, content, last + 1);
                if (outcome instanceof WriteOutcome.Applied applied) {
                    last = applied.revision();
                    revisions.add(last);
                }
                writes.add(write);
                expected.add(outcome);
            }
            assertThat(store.writeAll(writes)).isEqualTo(expected);
            assertThat(store.current()).isEqualTo(last);
        }

        private Write randomWrite(String content) {
            KindId kind = random.nextInt(4) == 0 ? OTHER_KIND : KIND;
            String key = NAMESPACES[random.nextInt(3)] + "/" + (char) ('a' + random.nextInt(6));
            Map<String, String> labels = random.nextInt(4) == 0
                    ? Map.of()
                    : Map.of("app", "app-" + random.nextInt(3), "n", "" + random.nextInt(2));
            Head head = reports.head(key + " " + last, labels, "rest " + last);
            Bulk bulk = content == null ? new Bulk.None() : reports.bulk(content);
            LogModel.State now = model.get(kind, key);
            // Mostly the right revision, sometimes one of another object or of the past.
            long revision = now != null && random.nextInt(5) > 0
                    ? now.revision()
                    : revisions.get(random.nextInt(revisions.size()));
            return switch (random.nextInt(5)) {
                case 0, 1 -> new Write.Create(kind, key, head, bulk);
                case 2 -> new Write.Delete(kind, key, revision);
                case 3 -> new Write.Replace(kind, key, revision, head, new Bulk.Unchanged());
                default -> new Write.Replace(kind, key, revision, head, bulk);
            };
        }

        private void comparePage() {
            KindId kind = random.nextBoolean() ? KIND : OTHER_KIND;
            long revision = revisions.get(random.nextInt(revisions.size()));
            String namespace = random.nextInt(3) == 0 ? null : NAMESPACES[random.nextInt(3)];
            String app = random.nextBoolean() ? null : "app-" + random.nextInt(3);
            int limit = 1 + random.nextInt(8);
            List<LogModel.State> expected = model.at(kind, revision).stream()
                    .filter(state -> namespace == null || state.key().startsWith(namespace + "/"))
                    .filter(state -> app == null || app.equals(state.labels().get("app")))
                    .toList();
            List<LogModel.State> found = new ArrayList<>();
            String after = "";
            while (after != null) {
                PageOutcome outcome = store.page(new PageQuery(
                        kind,
                        namespace,
                        after,
                        revision,
                        limit,
                        Projection.HEAD,
                        app == null ? List.of() : List.of(new LabelTerm("app", Set.of(app))),
                        app == null ? EntryFilter.ALL : (key, labels) -> app.equals(labels.get("app"))));
                if (outcome instanceof PageOutcome.Expired expired) {
                    assertThat(revision).isLessThan(expired.compacted());
                    return;
                }
                PageOutcome.Page page = (PageOutcome.Page) outcome;
                assertThat(page.entries().size()).isLessThanOrEqualTo(limit);
                page.entries()
                        .forEach(entry -> found.add(state(
                                entry,
                                Objects.requireNonNull(store.entry(entry.revision()))
                                        .head()
                                        .labels())));
                after = page.resumeAfter();
            }
            assertThat(revision).isGreaterThanOrEqualTo(compacted);
            assertThat(found).isEqualTo(expected);
        }

        void compareEverything() throws InterruptedException {
            for (KindId kind : List.of(KIND, OTHER_KIND)) {
                assertThat(store.count(kind, null))
                        .isEqualTo(model.at(kind, last).size());
                for (String namespace : NAMESPACES) {
                    assertThat(store.count(kind, namespace))
                            .isEqualTo(model.at(kind, last).stream()
                                    .filter(state -> state.key().startsWith(namespace + "/"))
                                    .count());
                }
                for (long revision : revisions) {
                    compareWatch(kind, revision);
                }
            }
            for (int i = 0; i < 40; i++) {
                comparePage();
            }
        }

        private void compareWatch(KindId kind, long revision) throws InterruptedException {
            List<LogModel.Event> expected = model.after(kind, revision);
            List<LogModel.Event> seen = new ArrayList<>();
            try (FeedCursor cursor = store.follow(kind, revision)) {
                long through = revision;
                while (through < last) {
                    Batch batch = cursor.next(Duration.ofMillis(5));
                    if (batch instanceof Batch.Expired) {
                        assertThat(revision).isLessThan(compacted);
                        return;
                    }
                    Batch.Changes changes = (Batch.Changes) batch;
                    for (Change change : changes.changes()) {
                        seen.add(new LogModel.Event(
                                change.type(),
                                state(change.entry(), change.entry().head().labels()),
                                change.previous(),
                                change.previousLabels()));
                    }
                    through = changes.through();
                }
            }
            assertThat(revision).isGreaterThanOrEqualTo(compacted);
            assertThat(seen)
                    .as("watch of kind %d from %d", kind.number(), revision)
                    .isEqualTo(expected);
        }

        private LogModel.State state(Entry entry, Map<String, String> labels) {
            StoredBulk bulk = entry.bulk();
            String content = bulk == null
                    ? null
                    : contentOfBulk.computeIfAbsent(bulk.id(), id -> new String(reports.plain(store, bulk)));
            return new LogModel.State(entry.revision(), entry.kind().number(), entry.key(), labels, content);
        }

        @Override
        public void close() {
            store.close();
            reports.close();
        }
    }
}
