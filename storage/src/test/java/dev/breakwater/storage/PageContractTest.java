package dev.breakwater.storage;

import static dev.breakwater.storage.Reports.KIND;
import static dev.breakwater.storage.Reports.applied;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.testkit.PostgreSql;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
@ParameterizedClass
@EnumSource(TestDatabase.class)
class PageContractTest {
    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    @Parameter
    TestDatabase database;

    @TempDir
    Path folder;

    Reports reports;
    ReportStore store;

    @BeforeEach
    void open() {
        reports = new Reports(folder);
        store = Stores.open(StoreSettings.of(database.create(postgres, folder.resolve("db")))
                .withUpkeepInterval(Duration.ZERO));
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
        reports.close();
    }

    @Test
    void keysComeInTheOrderOfTheirBytes() {
        // As one text, a-b/x sorts before a/x, capitals before small letters, and U+FFFF before U+10000.
        List<String> sorted =
                List.of("A/x", "Z", "a-b/x", "a/B", "a/a", "a/x", "a0/x", "aa/x", "\uFFFD/x", "\uD800\uDC00/x");
        for (String key : sorted.reversed()) {
            store.write(reports.create(key));
        }
        assertThat(keys(1, null)).isEqualTo(sorted);
        assertThat(keys(3, null)).isEqualTo(sorted);
        assertThat(keys(500, null)).isEqualTo(sorted);
        assertThat(keys(2, "a")).containsExactly("a/B", "a/a", "a/x");
        assertThat(keys(2, "a-b")).containsExactly("a-b/x");
    }

    @Test
    void laterPagesShowTheSnapshotOfTheFirst() {
        for (int i = 0; i < 6; i++) {
            store.write(reports.create("a/" + i, Map.of("v", "1"), null));
        }
        long snapshot = store.current();
        PageOutcome.Page first = page(Reports.page(snapshot, 3, ""));
        Entry third = page(Reports.page(snapshot, 10, "")).entries().get(3);
        applied(store.write(new Write.Delete(
                KIND,
                "a/5",
                page(Reports.page(snapshot, 10, "a/4")).entries().getFirst().revision())));
        applied(store.write(reports.replace("a/3", third.revision(), Map.of("v", "2"), new Bulk.None())));
        applied(store.write(reports.create("a/4x")));
        PageOutcome.Page second = page(Reports.page(snapshot, 10, first.resumeAfter()));
        assertThat(second.entries()).extracting(Entry::key).containsExactly("a/3", "a/4", "a/5");
        long old = second.entries().getFirst().revision();
        assertThat(Objects.requireNonNull(store.entry(old)).head().labels()).isEqualTo(Map.of("v", "1"));
        assertThat(second.resumeAfter()).isNull();
        assertThat(keys(10, null)).containsExactly("a/0", "a/1", "a/2", "a/3", "a/4", "a/4x");
    }

    @Test
    void aPageThatEndsWithTheLastObjectSaysSo() {
        for (int i = 0; i < 4; i++) {
            store.write(reports.create("a/" + i));
        }
        assertThat(page(Reports.page(store.current(), 4, "")).resumeAfter()).isNull();
        assertThat(page(Reports.page(store.current(), 3, "")).resumeAfter()).isEqualTo("a/2");
        assertThat(page(Reports.page(store.current(), 5, "a/3")).entries()).isEmpty();
    }

    @Test
    void objectsWithoutABulkButLongHeadsAreReadAFewAtATime() throws Exception {
        long start = store.current();
        byte[] noise = new byte[400_000];
        for (int i = 0; i < 8; i++) {
            new Random(i).nextBytes(noise);
            Head head = reports.head("uid", Map.of(), new String(noise, ISO_8859_1));
            store.write(new Write.Create(KIND, "a/" + i, head, new Bulk.None()));
        }
        assertThat(page(Reports.page(store.current(), 500, "")).entries()).hasSize(2);
        assertThat(keys(500, null)).hasSize(8);
        List<String> read = new ArrayList<>();
        String after = "";
        while (after != null) {
            PageOutcome.Page page = page(Reports.page(store.current(), 500, after));
            page.entries().forEach(entry -> read.add(entry.key()));
            after = page.resumeAfter();
        }
        assertThat(read).isEqualTo(keys(500, null));
        try (FeedCursor cursor = store.follow(KIND, start)) {
            assertThat(FeedContractTest.take(cursor, 8)).hasSize(8);
        }
    }

    @Test
    void aFilterSeesEveryObjectAndLosesNoneBetweenPages() {
        List<String> even = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < 1203; i++) {
            String key = "n%d/o%04d".formatted(i % 3, i);
            writes.add(reports.create(key, Map.of("parity", i % 2 == 0 ? "even" : "odd", "i", "" + i % 40), null));
            if (i % 2 == 0) {
                even.add(key);
            }
        }
        store.writeAll(writes);
        even.sort(null);
        EntryFilter filter = (key, labels) -> "even".equals(labels.get("parity"));
        for (int limit : new int[] {7, 250, 500, 1000}) {
            List<String> found = new ArrayList<>();
            String after = "";
            long snapshot = store.current();
            do {
                PageOutcome.Page page = page(new PageQuery(
                        KIND,
                        null,
                        after,
                        snapshot,
                        limit,
                        Projection.KEYS,
                        List.of(new LabelTerm("parity", Set.of("even"))),
                        filter));
                assertThat(page.entries().size()).isLessThanOrEqualTo(Math.min(limit, 500));
                page.entries().forEach(entry -> found.add(entry.key()));
                after = page.resumeAfter();
            } while (after != null);
            assertThat(found).isEqualTo(even);
        }
    }

    @Test
    void theLabelIndexAnswersLikeTheScan() {
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            writes.add(reports.create(
                    "n%d/o%03d".formatted(i % 4, i), Map.of("app", "app-" + i % 60, "tier", "t" + i % 2), null));
        }
        store.writeAll(writes);
        EntryFilter filter = (key, labels) ->
                Set.of("app-7", "app-8").contains(labels.get("app")) && "t1".equals(labels.get("tier"));
        List<LabelTerm> narrowing =
                List.of(new LabelTerm("tier", Set.of("t1")), new LabelTerm("app", Set.of("app-7", "app-8")));
        for (String namespace : new String[] {null, "n3", "n0"}) {
            for (int limit : new int[] {1, 4, 100}) {
                assertThat(selected(namespace, limit, narrowing, filter))
                        .isEqualTo(selected(namespace, limit, List.of(), filter));
            }
        }
        assertThat(selected(null, 100, narrowing, filter)).hasSize(10);
        assertThat(selected(null, 100, List.of(new LabelTerm("app", Set.of("nowhere"))), (key, labels) -> false))
                .isEmpty();
    }

    private List<String> selected(String namespace, int limit, List<LabelTerm> narrowing, EntryFilter filter) {
        List<String> found = new ArrayList<>();
        String after = "";
        long snapshot = store.current();
        do {
            PageOutcome.Page page =
                    page(new PageQuery(KIND, namespace, after, snapshot, limit, Projection.META, narrowing, filter));
            page.entries().forEach(entry -> found.add(entry.key()));
            after = page.resumeAfter();
        } while (after != null);
        return found;
    }

    private List<String> keys(int limit, String namespace) {
        return selected(namespace, limit, List.of(), EntryFilter.ALL);
    }

    private PageOutcome.Page page(PageQuery query) {
        return (PageOutcome.Page) store.page(query);
    }
}
