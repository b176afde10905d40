package dev.breakwater.storage.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreOpenException;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.StoreUnavailableException;
import dev.breakwater.storage.Stores;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.segment.SegmentDeflater;
import dev.breakwater.storage.segment.ZlibPool;
import dev.breakwater.storage.sql.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of the store: whose they are, and what happens when they go away while it is open. */
@NullUnmarked
@Timeout(120)
class FilesTest {
    private static final KindId KIND = new KindId(1);

    @TempDir
    Path temporary;

    private final ZlibPool pool = new ZlibPool(1);

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void everyFileIsItsOwnersAloneAndAFolderThatIsMadeToo() throws Exception {
        Path folder = temporary.resolve("made/by-us");
        try (ReportStore store = open(folder)) {
            create(store, "a/1");
            await().until(() -> Files.exists(folder.resolve("store.reserve")));
            assertThat(mode(folder)).isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.toList())
                        .extracting(file -> file.getFileName().toString())
                        .contains("store.db", "store.db-wal", "store.db-shm", "store.lock", "store.reserve");
            }
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    assertThat(mode(file)).as(file.toString()).isEqualTo("rw-------");
                }
            }
        }
        // As an older version left it.
        Files.setPosixFilePermissions(folder.resolve("store.db"), PosixFilePermissions.fromString("rw-r--r--"));
        try (ReportStore store = open(folder)) {
            store.probe();
            assertThat(mode(folder.resolve("store.db"))).isEqualTo("rw-------");
            assertThat(mode(folder.resolve("store.db-wal"))).isEqualTo("rw-------");
        }
    }

    @Test
    void aFileThatIsMovedAwayOrReplacedIsNoticedAndNothingIsAcknowledgedUntilItIsBack() throws Exception {
        for (String name : List.of("store.db", "store.db-wal", "store.lock")) {
            Path folder = temporary.resolve("of-" + name);
            try (ReportStore store = open(folder)) {
                create(store, "a/1");
                Path file = folder.resolve(name);
                Path away = temporary.resolve("away-" + name);
                Files.move(file, away);
                requireNothingStored(store, name);
                if (name.equals("store.lock")) {
                    Files.createFile(file);
                } else {
                    Files.copy(away, file);
                }
                requireNothingStored(store, name + " replaced");
                assertThat(store.get(KIND, "a/1", Projection.KEYS))
                        .as("what was stored is not taken for absent")
                        .isNotNull();
                Files.delete(file);
                Files.move(away, file);
                store.probe();
                create(store, "a/3");
            }
            try (ReportStore store = open(folder)) {
                assertThat(store.count(KIND, null)).as(name).isEqualTo(2);
            }
        }
    }

    @Test
    void aFolderThatIsMovedAwayIsNoticed() throws Exception {
        Path folder = temporary.resolve("data");
        try (ReportStore store = open(folder)) {
            create(store, "a/1");
            Files.move(folder, temporary.resolve("elsewhere"));
            requireNothingStored(store, "folder");
            Files.createDirectory(folder);
            requireNothingStored(store, "an empty folder in its place");
            Files.delete(folder);
            Files.move(temporary.resolve("elsewhere"), folder);
            create(store, "a/2");
        }
    }

    @Test
    void aDeletedLogIsWrittenBackAtTheEndSoThatNothingAcknowledgedIsLost() throws Exception {
        Path folder = temporary.resolve("data");
        try (ReportStore store = open(folder)) {
            create(store, "a/1");
            Files.delete(folder.resolve("store.db-wal"));
            requireNothingStored(store, "the log");
        }
        try (ReportStore store = open(folder)) {
            assertThat(store.get(KIND, "a/1", Projection.KEYS)).isNotNull();
        }
    }

    @Test
    void aReadOnlyVolumeIsSaidToBeSo() throws Exception {
        try (SmallVolume volume = new SmallVolume(temporary, 16)) {
            Path data = volume.folder.resolve("data");
            open(data).close();
            volume.remount("ro");
            assertThatThrownBy(() -> open(data))
                    .isInstanceOf(StoreOpenException.class)
                    .hasMessageMatching("(?i).*(read-only|may not be written).*");
            volume.remount("rw");
            open(data).close();
            // What SQLite says when the volume goes read-only under an open database.
            try (var connection =
                            DriverManager.getConnection("jdbc:sqlite:file:" + data.resolve("store.db") + "?mode=ro");
                    var statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute("UPDATE counter SET rev = 1"))
                        .isInstanceOfSatisfying(SQLException.class, e -> {
                            assertThat(SqliteErrors.trouble(e, () -> false)).isEqualTo(Trouble.UNUSABLE);
                            assertThat(SqliteErrors.advice(e, data.resolve("store.db")))
                                    .contains("is read-only");
                        });
            }
        }
    }

    @Test
    void aDatabaseThatIsGoneIsNotBegunAnewWithoutAWord() throws Exception {
        Path folder = temporary.resolve("data");
        try (ReportStore store = open(folder)) {
            create(store, "a/1");
        }
        Path away = temporary.resolve("away");
        Files.move(folder.resolve("store.db"), away);
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("missing")
                .hasMessageContaining("store.lock");
        Files.createFile(folder.resolve("store.db"));
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("empty");
        Files.delete(folder.resolve("store.db"));
        Files.move(away, folder.resolve("store.db"));
        try (ReportStore store = open(folder)) {
            assertThat(store.get(KIND, "a/1", Projection.KEYS)).isNotNull();
        }
        Files.delete(folder.resolve("store.db"));
        Files.delete(folder.resolve("store.lock"));
        try (ReportStore store = open(folder)) {
            assertThat(store.count(KIND, null)).isZero();
        }
    }

    @Test
    void theLogOfAnotherDatabaseIsNotWrittenIntoThisOne() throws Exception {
        Path other = temporary.resolve("other");
        Path folder = temporary.resolve("data");
        Path log = temporary.resolve("log");
        try (ReportStore store = open(other)) {
            create(store, "x/1");
            Files.copy(other.resolve("store.db-wal"), log);
        }
        try (ReportStore store = open(folder)) {
            create(store, "a/1");
        }
        Files.copy(log, folder.resolve("store.db-wal"));
        assertThatThrownBy(() -> open(folder))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("store.db-wal is not the log of");
        Files.delete(folder.resolve("store.db-wal"));
        try (ReportStore store = open(folder)) {
            assertThat(store.get(KIND, "a/1", Projection.KEYS)).isNotNull();
        }
    }

    private static void requireNothingStored(ReportStore store, String what) {
        assertThatThrownBy(store::probe).as(what).isInstanceOf(StoreUnavailableException.class);
        for (String key : List.of("b/1", "b/2")) {
            assertThatThrownBy(() -> store.write(new Write.Create(KIND, key, HEAD.get(), new Bulk.None())))
                    .as(what)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("while the server runs");
        }
    }

    private static final java.util.function.Supplier<Head> HEAD = () -> {
        try (ZlibPool pool = new ZlibPool(1)) {
            return new Head(
                    "uid",
                    1,
                    Instant.EPOCH,
                    Map.of(),
                    "",
                    SegmentDeflater.deflate(pool, 3, "meta".getBytes(UTF_8)),
                    SegmentDeflater.deflate(pool, 3, "rest".getBytes(UTF_8)),
                    new byte[32]);
        }
    };

    private static ReportStore open(Path folder) {
        return Stores.open(
                StoreSettings.of(new StoreSettings.Place.Folder(folder)).withUpkeepInterval(Duration.ZERO));
    }

    private static void create(ReportStore store, String key) {
        store.write(new Write.Create(KIND, key, HEAD.get(), new Bulk.None()));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
