package dev.breakwater.cli.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.Breakwater;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.segment.SegmentDeflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class VerifyCommandTest {
    @TempDir
    Path data;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void fill() {
        try (ZlibPool pool = new ZlibPool(1);
                ReportStore store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(data)))) {
            for (String key : List.of("a/1", "a/2")) {
                Head head = new Head(
                        "uid",
                        1,
                        Instant.EPOCH,
                        Map.of(),
                        "",
                        SegmentDeflater.deflate(pool, 3, "meta".getBytes(UTF_8)),
                        SegmentDeflater.deflate(pool, 3, "rest".getBytes(UTF_8)),
                        new byte[32]);
                store.write(new Write.Create(new KindId(1), key, head, new Bulk.None()));
            }
        }
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        return Breakwater.run(arguments, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private void damage() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("store.db"));
                var statement = connection.createStatement()) {
            statement.execute("UPDATE head SET rest = zeroblob(9) WHERE rev = (SELECT min(rev) FROM cur)");
        }
    }

    @Test
    void exitCodesAndWordsTellAWholeStoreFromADamagedOneAndFromOneThatIsMended() throws Exception {
        assertThat(run("verify", "--data", data.toString())).isZero();
        assertThat(out.toString()).contains("Whole: 2 reports");
        damage();
        assertThat(run("verify", "--data", data.toString())).isEqualTo(3);
        assertThat(out.toString())
                .contains("/a/1 (revision", "wrong checksum", "Damaged: 1 of 2 reports", "--set-aside");
        Path file = data.resolve("aside.jsonl");
        assertThat(run("verify", "--data", data.toString(), "--set-aside", "--set-aside-file", file.toString()))
                .isZero();
        assertThat(out.toString()).contains("Set aside: 1 reports, written to " + file, "Whole: 1 reports");
        assertThat(Files.readString(file)).contains("\"key\":\"a/1\"");
        assertThat(run("verify", "--data", data.toString())).isZero();
    }

    @Test
    void aServerThatRunsIsNotDisturbedAndIsNamedWhenSomethingIsToBeSetAside() throws Exception {
        damage();
        try (ReportStore store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(data)))) {
            assertThat(run("verify", "--data", data.toString())).isEqualTo(3);
            assertThat(run("verify", "--data", data.toString(), "--set-aside")).isEqualTo(1);
            assertThat(err.toString()).contains("in use by another process");
            store.probe();
        }
    }

    @Test
    void aFolderWithoutAStoreIsAnErrorAndGetsNone() {
        Path empty = data.resolve("empty");
        assertThat(run("verify", "--data", empty.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("there is no store in " + empty);
        assertThat(empty).doesNotExist();
    }

    @Test
    void helpTeachesTheExitCodesAndWhatBecomesOfWhatIsTakenOut() {
        assertThat(run("verify", "--help")).isZero();
        assertThat(out.toString()).contains("Exit code: 0", "--set-aside", "a line of JSON for each report");
    }
}
