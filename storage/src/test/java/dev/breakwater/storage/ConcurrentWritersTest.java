package dev.breakwater.storage;

import static dev.breakwater.storage.Reports.KIND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.testkit.PostgreSql;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
@Timeout(180)
class ConcurrentWritersTest {
    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"SQLITE, 8", "SQLITE, 64", "POSTGRES, 8", "POSTGRES, 64"})
    void manyWritersOnTwoConnectionsNeitherStopNorLoseAWrite(TestDatabase database, int writers) throws Exception {
        int each = 640 / writers;
        int objects = 5;
        try (Reports reports = new Reports(folder);
                ReportStore store = Stores.open(StoreSettings.of(database.create(postgres, folder.resolve("db")))
                        .withReaders(2))) {
            for (int i = 0; i < objects; i++) {
                store.write(reports.create("a/" + i, Map.of("count", "0"), null));
            }
            Set<Long> revisions = new HashSet<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<List<Long>>> results = new ArrayList<>();
                for (int w = 0; w < writers; w++) {
                    int writer = w;
                    results.add(threads.submit(() -> {
                        List<Long> applied = new ArrayList<>();
                        for (int i = 0; i < each; i++) {
                            applied.add(count(store, reports, "a/" + (writer + i) % objects, writer + " " + i));
                        }
                        return applied;
                    }));
                }
                for (Future<List<Long>> result : results) {
                    revisions.addAll(result.get());
                }
            }
            assertThat(revisions).as("each success has a revision of its own").hasSize(writers * each);
            int sum = 0;
            for (int i = 0; i < objects; i++) {
                Entry entry = Objects.requireNonNull(store.get(KIND, "a/" + i, Projection.HEAD));
                sum += Integer.parseInt(entry.head().labels().get("count"));
            }
            assertThat(sum).as("no success was overwritten unseen").isEqualTo(writers * each);
        }
    }

    /** Adds one to the object's count, with a content that nobody else has, until no other writer was faster. */
    private static long count(ReportStore store, Reports reports, String key, String content) {
        while (true) {
            Entry entry = Objects.requireNonNull(store.get(KIND, key, Projection.HEAD));
            int count = Integer.parseInt(entry.head().labels().get("count"));
            WriteOutcome outcome = store.write(reports.replace(
                    key, entry.revision(), Map.of("count", "" + (count + 1)), reports.bulk("content of " + content)));
            if (outcome instanceof WriteOutcome.Applied applied) {
                return applied.revision();
            }
            assertThat(outcome).isInstanceOf(WriteOutcome.Conflict.class);
        }
    }
}
