package dev.breakwater.storage;

import static dev.breakwater.storage.Reports.KIND;
import static dev.breakwater.storage.Reports.OTHER_KIND;
import static dev.breakwater.storage.Reports.applied;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.storage.segment.Segment;
import dev.breakwater.testkit.PostgreSql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
class WriteContractTest {
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

    @Test
    void aCreatedObjectIsReadBackWhole() {
        Head head = new Head(
                "uid-1",
                3,
                Instant.ofEpochMilli(1_700_000_000_123L),
                Map.of("app", "shop", "odd/label", "ä\"\\\u0001"),
                "[1,\"cell\"]",
                reports.segment("meta"),
                reports.segment("rest"),
                new byte[] {1, 2, 3});
        byte[] findings = Reports.findings(50_000, 1);
        long revision = applied(store.write(new Write.Create(KIND, "shop/web", head, reports.bulk(findings))));
        Entry entry = Objects.requireNonNull(store.get(KIND, "shop/web", Projection.HEAD));
        assertThat(entry.revision()).isEqualTo(revision);
        assertThat(entry.kind()).isEqualTo(KIND);
        assertThat(entry.key()).isEqualTo("shop/web");
        assertThat(entry.head().uid()).isEqualTo("uid-1");
        assertThat(entry.head().generation()).isEqualTo(3);
        assertThat(entry.head().created()).isEqualTo(head.created());
        assertThat(entry.head().labels()).isEqualTo(head.labels());
        assertThat(entry.head().cells()).isEqualTo(head.cells());
        assertThat(entry.head().content()).isEqualTo(head.content());
        assertThat(reports.text(entry.head().meta())).isEqualTo("meta");
        assertThat(reports.text(entry.head().rest())).isEqualTo("rest");
        assertThat(reports.plain(store, Objects.requireNonNull(entry.bulk()))).isEqualTo(findings);
    }

    @Test
    void aProjectionFetchesNoMoreThanItSays() {
        store.write(reports.create("shop/web", Map.of("a", "b"), "content"));
        Entry keys = Objects.requireNonNull(store.get(KIND, "shop/web", Projection.KEYS));
        assertThat(keys.head().labels()).isEqualTo(Map.of("a", "b"));
        assertThat(keys.head().uid()).isEqualTo("uid of shop/web");
        assertThat(keys.head().meta()).isSameAs(Segment.EMPTY);
        Entry meta = Objects.requireNonNull(store.get(KIND, "shop/web", Projection.META));
        assertThat(reports.text(meta.head().meta())).contains("uid of shop/web");
        assertThat(meta.head().rest()).isSameAs(Segment.EMPTY);
        assertThat(meta.bulk()).isNull();
    }

    @Test
    void aNameIsTakenPerKindAndFreeAgainAfterDeletion() {
        long first = applied(store.write(reports.create("shop/web")));
        assertThat(store.write(reports.create("shop/web"))).isEqualTo(new WriteOutcome.AlreadyExists(first));
        long other =
                applied(store.write(new Write.Create(OTHER_KIND, "shop/web", reports.head("other"), new Bulk.None())));
        long deleted = applied(store.write(new Write.Delete(KIND, "shop/web", first)));
        assertThat(store.get(KIND, "shop/web", Projection.HEAD)).isNull();
        assertThat(store.entry(deleted)).isNull();
        long again = applied(store.write(reports.create("shop/web")));
        assertThat(List.of(first, other, deleted, again)).isSorted().doesNotHaveDuplicates();
        assertThat(Objects.requireNonNull(store.get(OTHER_KIND, "shop/web", Projection.HEAD))
                        .revision())
                .isEqualTo(other);
    }

    @Test
    void onlyTheExpectedRevisionIsReplacedOrDeleted() {
        assertThat(store.write(reports.replace("a/b", 1, Map.of(), new Bulk.None())))
                .isEqualTo(new WriteOutcome.Missing());
        assertThat(store.write(new Write.Delete(KIND, "a/b", 1))).isEqualTo(new WriteOutcome.Missing());
        long first = applied(store.write(reports.create("a/b")));
        long second = applied(store.write(reports.replace("a/b", first, Map.of(), new Bulk.None())));
        assertThat(store.write(reports.replace("a/b", first, Map.of(), new Bulk.None())))
                .isEqualTo(new WriteOutcome.Conflict(second));
        assertThat(store.write(new Write.Delete(KIND, "a/b", first))).isEqualTo(new WriteOutcome.Conflict(second));
        assertThat(store.current()).isEqualTo(second);
    }

    @Test
    void twoUpdatesFromOneRevisionInOneBatchDoNotBothPass() {
        long first = applied(store.write(reports.create("a/b")));
        List<WriteOutcome> outcomes = store.writeAll(List.of(
                reports.replace("a/b", first, Map.of("n", "1"), new Bulk.None()),
                reports.replace("a/b", first, Map.of("n", "2"), new Bulk.None())));
        long second = applied(outcomes.get(0));
        assertThat(outcomes.get(1)).isEqualTo(new WriteOutcome.Conflict(second));
        assertThat(Objects.requireNonNull(store.get(KIND, "a/b", Projection.KEYS))
                        .head()
                        .labels())
                .isEqualTo(Map.of("n", "1"));
    }

    @Test
    void aBatchSeesItsOwnCreationsAndDeletions() {
        long before = store.current();
        List<WriteOutcome> outcomes = store.writeAll(List.of(
                reports.create("a/b", Map.of("x", "y"), "content"),
                reports.create("a/b"),
                new Write.Delete(KIND, "a/b", before + 1),
                reports.create("a/b", Map.of("x", "y"), "content"),
                new Write.Delete(KIND, "a/b", before + 1),
                reports.replace("a/b", before + 3, Map.of(), new Bulk.Unchanged())));
        assertThat(outcomes)
                .containsExactly(
                        new WriteOutcome.Applied(before + 1),
                        new WriteOutcome.AlreadyExists(before + 1),
                        new WriteOutcome.Applied(before + 2),
                        new WriteOutcome.Applied(before + 3),
                        new WriteOutcome.Conflict(before + 3),
                        new WriteOutcome.Applied(before + 4));
        Entry entry = Objects.requireNonNull(store.get(KIND, "a/b", Projection.HEAD));
        assertThat(new String(reports.plain(store, Objects.requireNonNull(entry.bulk()))))
                .isEqualTo("content");
        assertThat(store.count(KIND, null)).isEqualTo(1);
    }

    @Test
    void anUnchangedBulkIsThatOfTheObjectAndNoneIsNone() {
        long first = applied(store.write(reports.create("a/b", Map.of(), "content")));
        long second = applied(store.write(reports.replace("a/b", first, Map.of(), new Bulk.Unchanged())));
        assertThat(Objects.requireNonNull(store.entry(second)).bulk())
                .isEqualTo(Objects.requireNonNull(store.entry(first)).bulk())
                .isNotNull();
        long third = applied(store.write(reports.replace("a/b", second, Map.of(), new Bulk.None())));
        assertThat(Objects.requireNonNull(store.entry(third)).bulk()).isNull();
        assertThatThrownBy(() -> store.write(new Write.Create(KIND, "a/c", reports.head("c"), new Bulk.Unchanged())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void equalContentsAreStoredOnce() throws Exception {
        for (int i = 0; i < 5; i++) {
            store.write(reports.create("a/" + i, Map.of(), "the same content"));
        }
        assertThat(TestDatabase.number(settings.place(), "SELECT count(*) FROM bulk"))
                .isEqualTo(1);
        assertThat(store.statistics().contentsStored()).isEqualTo(1);
    }

    @Test
    void aContentThatIsGoneAtTheCommitIsBroughtAgain() throws Exception {
        store.write(reports.create("a/1", Map.of(), "the same content"));
        // As a collection between the look and the commit would; the store still remembers having seen it.
        TestDatabase.execute(settings.place(), "DELETE FROM bulk", "DELETE FROM bulk_chunk");
        long revision = applied(store.write(reports.create("a/2", Map.of(), "the same content")));
        StoredBulk bulk = Objects.requireNonNull(
                Objects.requireNonNull(store.entry(revision)).bulk());
        assertThat(new String(reports.plain(store, bulk))).isEqualTo("the same content");
    }

    @Test
    void equalLabelSetsAreStoredOnce() throws Exception {
        for (int i = 0; i < 5; i++) {
            store.write(reports.create("a/" + i, Map.of("app", "shop", "n", "" + i % 2), null));
        }
        assertThat(TestDatabase.number(settings.place(), "SELECT count(*) FROM labelset"))
                .isEqualTo(2);
        assertThat(TestDatabase.number(settings.place(), "SELECT count(*) FROM label"))
                .isEqualTo(4);
    }

    @Test
    void bytesThatAreNotWhatTheySayAreRefusedBeforeAnythingIsStored() throws Exception {
        Bulk.Provided good = reports.bulk("content");
        Bulk.Provided wrongCrc =
                new Bulk.Provided(good.sha256(), good.crc() + 1, good.length(), good.deflatedLength(), good.chunks());
        Bulk.Provided wrongHash =
                new Bulk.Provided(new byte[32], good.crc(), good.length(), good.deflatedLength(), good.chunks());
        for (Bulk bulk : List.of(wrongCrc, wrongHash)) {
            assertThatThrownBy(() -> store.write(new Write.Create(KIND, "a/b", reports.head("b"), bulk)))
                    .isInstanceOf(CorruptContentException.class)
                    .hasMessageContaining("a/b");
        }
        Segment meta = reports.segment("meta");
        Head broken = new Head(
                "u", 1, Instant.EPOCH, Map.of(), "", new Segment(meta.deflated(), 5, 4), Segment.EMPTY, new byte[32]);
        assertThatThrownBy(() -> store.write(new Write.Create(KIND, "a/b", broken, new Bulk.None())))
                .isInstanceOf(CorruptContentException.class);
        assertThat(store.get(KIND, "a/b", Projection.HEAD)).isNull();
        assertThat(TestDatabase.number(settings.place(), "SELECT count(*) FROM bulk"))
                .isZero();
    }

    @Test
    void oneRefusedWriteDoesNotTakeItsBatchWithIt() throws Exception {
        refuseKey("a/poison");
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            writes.add(reports.create(i == 5 ? "a/poison" : "a/" + i));
        }
        assertThatThrownBy(() -> store.writeAll(writes))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("poison");
        for (int i = 0; i < 10; i++) {
            Entry entry = store.get(KIND, "a/" + i, Projection.KEYS);
            assertThat(entry == null).as("object %d", i).isEqualTo(i == 5);
        }
        assertThat(store.count(KIND, "a")).isEqualTo(9);
        assertThat(store.statistics().replays()).isPositive();
    }

    private void refuseKey(String key) throws Exception {
        if (database == TestDatabase.SQLITE) {
            TestDatabase.execute(
                    settings.place(),
                    "CREATE TRIGGER poison BEFORE INSERT ON rev WHEN NEW.key = '" + key
                            + "' BEGIN SELECT RAISE(ABORT, 'poison'); END");
        } else {
            TestDatabase.execute(
                    settings.place(), "ALTER TABLE rev ADD CONSTRAINT poison CHECK (key <> '" + key + "')");
        }
    }

    @Test
    void theTallyCountsPerNamespace() {
        store.write(reports.create("a/1"));
        store.write(reports.create("a/2"));
        store.write(reports.create("b/1"));
        long cluster = applied(store.write(reports.create("cluster-scoped")));
        assertThat(store.count(KIND, null)).isEqualTo(4);
        assertThat(store.count(KIND, "a")).isEqualTo(2);
        assertThat(store.count(KIND, "c")).isZero();
        store.write(new Write.Delete(KIND, "cluster-scoped", cluster));
        assertThat(store.count(KIND, null)).isEqualTo(3);
        assertThat(store.count(OTHER_KIND, null)).isZero();
    }

    @Test
    void contentsOfAnyLengthAreReadBackAloneAndInARow() {
        List<byte[]> plains = new ArrayList<>();
        for (int length : new int[] {0, 1, 100_000, 131_072, 600_000, 12_000_000, 70}) {
            plains.add(Reports.findings(length, length));
        }
        List<StoredBulk> bulks = new ArrayList<>();
        for (int i = 0; i < plains.size(); i++) {
            long revision = applied(
                    store.write(new Write.Create(KIND, "a/" + i, reports.head("" + i), reports.bulk(plains.get(i)))));
            bulks.add(Objects.requireNonNull(
                    Objects.requireNonNull(store.entry(revision)).bulk()));
        }
        List<StoredBulk> twice = new ArrayList<>(bulks);
        twice.addAll(bulks.reversed());
        BulkSequence sequence = store.readBulks(twice);
        for (int i = 0; i < twice.size(); i++) {
            byte[] expected = plains.get(bulks.indexOf(twice.get(i)));
            assertThat(reports.plain(twice.get(i), sequence.next())).isEqualTo(expected);
            assertThat(reports.plain(store, twice.get(i))).isEqualTo(expected);
        }
    }

    @Test
    void whoMayHoldLittleReadsInPiecesOfNoMore() throws Exception {
        int piece = 5000;
        List<byte[]> plains = List.of(
                Reports.findings(900_000, 1), Reports.findings(100, 2), Reports.findings(300_000, 3), new byte[0]);
        List<StoredBulk> bulks = new ArrayList<>();
        for (int i = 0; i < plains.size(); i++) {
            long revision = applied(
                    store.write(new Write.Create(KIND, "a/" + i, reports.head("" + i), reports.bulk(plains.get(i)))));
            bulks.add(Objects.requireNonNull(
                    Objects.requireNonNull(store.entry(revision)).bulk()));
        }
        assertThat(bulks.getFirst().deflatedLength()).isGreaterThan(Bulk.MAX_CHUNK);
        BulkSequence sequence = store.readBulks(bulks, piece);
        for (int i = 0; i < bulks.size(); i++) {
            List<byte[]> pieces = pieces(sequence.next());
            assertThat(pieces).allSatisfy(each -> assertThat(each.length).isLessThanOrEqualTo(piece));
            assertThat(reports.plain(bulks.get(i), each(pieces))).isEqualTo(plains.get(i));
        }
    }

    @Test
    void aLongHeadIsShownInPiecesOfNoMore() throws Exception {
        int piece = 5000;
        String rest = new String(Reports.findings(400_000, 1), StandardCharsets.UTF_8);
        long revision = applied(
                store.write(new Write.Create(KIND, "a/long", reports.head("l", Map.of(), rest), new Bulk.None())));
        store.write(reports.create("a/short"));
        PageOutcome.Page page = (PageOutcome.Page) store.page(
                new PageQuery(KIND, null, "", store.current(), 10, Projection.SHOWN, List.of(), EntryFilter.ALL));
        Segment left = page.entries().getFirst().head().rest();
        assertThat(left.elsewhere()).isTrue();
        assertThat(page.entries().getLast().head().rest().elsewhere()).isFalse();
        List<byte[]> pieces = pieces(store.readRest(revision, piece));
        assertThat(pieces)
                .hasSizeGreaterThan(1)
                .allSatisfy(each -> assertThat(each.length).isLessThanOrEqualTo(piece));
        StoredBulk asContent = new StoredBulk(0, 0, left.crc(), left.length(), 0);
        assertThat(reports.plain(asContent, each(pieces))).asString().isEqualTo(rest);
        assertThat(Objects.requireNonNull(store.get(KIND, "a/long", Projection.HEAD))
                        .head()
                        .rest()
                        .elsewhere())
                .isFalse();
        assertThat(Objects.requireNonNull(store.get(KIND, "a/long", Projection.SHOWN))
                        .head()
                        .rest())
                .isEqualTo(left);
    }

    private static List<byte[]> pieces(Bulk.Chunks chunks) throws IOException {
        List<byte[]> pieces = new ArrayList<>();
        for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            pieces.add(chunk);
        }
        return pieces;
    }

    private static Bulk.Chunks each(List<byte[]> pieces) {
        Iterator<byte[]> each = pieces.iterator();
        return () -> each.hasNext() ? each.next() : null;
    }

    @Test
    void aDamagedByteIsNeverHandedOut() throws Exception {
        long revision = applied(store.write(reports.create("a/b", Map.of(), "some content")));
        StoredBulk bulk = Objects.requireNonNull(
                Objects.requireNonNull(store.entry(revision)).bulk());
        TestDatabase.execute(
                settings.place(),
                database == TestDatabase.SQLITE
                        ? "UPDATE bulk_chunk SET data = x'00' || substr(data, 2)"
                        : "UPDATE bulk_chunk SET data = set_byte(data, 0, 0)",
                database == TestDatabase.SQLITE
                        ? "UPDATE head SET meta = x'00' || substr(meta, 2)"
                        : "UPDATE head SET meta = set_byte(meta, 0, 0)");
        assertThatThrownBy(() -> store.readBulk(bulk).next())
                .isInstanceOf(CorruptContentException.class)
                .hasMessageContaining("content " + bulk.id());
        assertThatThrownBy(() -> pieces(store.readBulks(List.of(bulk), 1).next()))
                .isInstanceOf(CorruptContentException.class);
        assertThatThrownBy(() -> store.get(KIND, "a/b", Projection.HEAD))
                .isInstanceOf(CorruptContentException.class)
                .hasMessageContaining("a/b");
        assertThat(store.statistics().corrupt()).isEqualTo(3);
    }

    @Test
    void everythingIsThereAfterReopeningAndRevisionsGoOnAbove() {
        long revision = applied(store.write(reports.create("a/b", Map.of("k", "v"), "content")));
        String incarnation = store.incarnation();
        byte[] tokenKey = store.tokenKey();
        store.close();
        store = Stores.open(settings);
        assertThat(store.incarnation()).isEqualTo(incarnation);
        assertThat(store.tokenKey()).isEqualTo(tokenKey).hasSize(32);
        Entry entry = Objects.requireNonNull(store.get(KIND, "a/b", Projection.HEAD));
        assertThat(entry.revision()).isEqualTo(revision);
        assertThat(store.current()).isGreaterThan(revision);
        assertThat(applied(store.write(reports.create("a/c")))).isGreaterThan(revision + 1);
    }
}
