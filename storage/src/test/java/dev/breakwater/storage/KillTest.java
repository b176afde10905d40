package dev.breakwater.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.testkit.PostgreSql;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
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
}
