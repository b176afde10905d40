package dev.breakwater.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.testkit.PostgreSql;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
@Tag("slow")
@Timeout(900)
class KillTest {
    private static final int KILLS = 20;

    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void everyAcknowledgedWriteOutlivesAKilledProcess(TestDatabase database) throws Exception {
        KillDrill drill = new KillDrill(database.create(postgres, folder.resolve("db")), folder, 42);
        for (int round = 0; round < KILLS; round++) {
            drill.round(round);
        }
        assertThat(drill.acknowledged()).isGreaterThanOrEqualTo(20 * KILLS);
    }

    @Test
    void aStoppedReplicaDoesNotStopTheOthers() throws Exception {
        StoreSettings.Place place = TestDatabase.POSTGRES.create(postgres, folder);
        try (Reports reports = new Reports(folder);
                ReportStore other = Stores.open(StoreSettings.of(place))) {
            for (int round = 0; round < 4; round++) {
                Process replica = KillDrill.writer(place, round, folder);
                try (BufferedReader lines = replica.inputReader(UTF_8)) {
                    for (int acknowledged = 0; acknowledged < 40 + 13 * round; ) {
                        // Other lines are the log's.
                        if (Objects.requireNonNull(lines.readLine(), "the replica ended")
                                .startsWith("ok ")) {
                            acknowledged++;
                        }
                    }
                    // As a machine that froze: its connections stay, and perhaps the lock of the counter with them.
                    signal("-STOP", replica);
                    String key = "other/" + round;
                    await().atMost(Duration.ofSeconds(40)).ignoreExceptions().until(() -> {
                        WriteOutcome outcome = other.write(reports.create(key));
                        return outcome instanceof WriteOutcome.Applied || outcome instanceof WriteOutcome.AlreadyExists;
                    });
                    assertThat(other.get(Reports.KIND, key, Projection.KEYS)).isNotNull();
                } finally {
                    signal("-KILL", replica);
                }
            }
        }
    }

    private static void signal(String signal, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, "" + process.pid())
                        .start()
                        .waitFor())
                .isZero();
    }
}
