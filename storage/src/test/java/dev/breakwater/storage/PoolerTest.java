package dev.breakwater.storage;

import static dev.breakwater.storage.Reports.KIND;
import static dev.breakwater.storage.Reports.applied;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.testkit.PostgreSql;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real PgBouncer between the store and its database: what cannot work is refused, and leaves nothing behind. */
@NullUnmarked
@Timeout(120)
class PoolerTest {
    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

    @TempDir
    Path folder;

    StoreSettings.Place.Postgres direct;
    Process pooler;
    String pooledUrl;

    @BeforeEach
    void require() {
        assumeTrue(Files.isExecutable(PROGRAM), "PgBouncer is not installed; on Debian: apt-get install pgbouncer");
        direct = (StoreSettings.Place.Postgres) TestDatabase.POSTGRES.create(postgres, folder);
    }

    @AfterEach
    void end() throws Exception {
        if (pooler != null) {
            pooler.destroy();
            pooler.waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "statement"})
    void aPoolerWithoutSessionsIsRefusedAndNoStoreIsMadeBehindIt(String mode) throws Exception {
        start(mode, "extra_float_digits,search_path,options");
        assertThatThrownBy(() -> Stores.open(settings()))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("pooler")
                .hasMessageContaining("PgBouncer with pool_mode=transaction or statement")
                .hasMessageContaining("address of PostgreSQL itself");
        assertThat(TestDatabase.number(direct, "SELECT count(*) FROM pg_tables WHERE tablename = 'store'"))
                .isZero();
    }

    @Test
    void aPoolerWithoutSessionsIsRefusedBesideAStoreThatIsThere() throws Exception {
        try (ReportStore store = Stores.open(StoreSettings.of(direct))) {
            applied(store.write(new Reports(folder).create("a/1")));
            start("transaction", "extra_float_digits,search_path,options");
            assertThatThrownBy(() -> Stores.open(settings())).isInstanceOf(StoreOpenException.class);
            assertThatThrownBy(() -> StoreExamination.of(place()).examine(finding -> {}))
                    .isInstanceOf(StoreOpenException.class);
        }
        assertThat(TestDatabase.number(
                        direct,
                        "SELECT count(*) FROM pg_tables WHERE tablename = 'store' AND schemaname <> 'breakwater'"))
                .isZero();
    }

    @Test
    void aPoolerThatGivesSessionsServesReadsWritesAndNotifications() throws Exception {
        start("session", "extra_float_digits");
        try (ReportStore pooled = Stores.open(settings());
                ReportStore other = Stores.open(StoreSettings.of(direct));
                Reports reports = new Reports(folder);
                FeedCursor cursor = other.follow(KIND, other.current())) {
            long revision = applied(pooled.write(reports.create("a/1", Map.of("k", "v"), "content")));
            assertThat(other.get(KIND, "a/1", Projection.KEYS)).isNotNull();
            assertThat(FeedContractTest.take(cursor, 1))
                    .extracting(change -> change.entry().revision())
                    .containsExactly(revision);
            pooled.probe();
        }
        assertThat(TestDatabase.number(direct, "SELECT count(*) FROM pg_tables WHERE tablename = 'store'"))
                .isEqualTo(1);
        assertThat(TestDatabase.number(
                        direct,
                        "SELECT count(*) FROM pg_tables WHERE tablename = 'store' AND schemaname = 'breakwater'"))
                .isEqualTo(1);
    }

    @Test
    void aSearchPathOfTheRoleLeadsToNoOtherStore() throws Exception {
        TestDatabase.execute(
                direct,
                "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET search_path = public'; END $$");
        try (ReportStore store = Stores.open(StoreSettings.of(direct))) {
            store.probe();
        }
        assertThat(TestDatabase.number(
                        direct, "SELECT count(*) FROM pg_tables WHERE tablename = 'store' AND schemaname = 'public'"))
                .isZero();
    }

    @Test
    void whatThePoolerDoesNotTakeIsSaidWithItsSetting() throws Exception {
        start("session", "application_name");
        try (ReportStore store = Stores.open(settings())) {
            store.probe();
        } catch (StoreUnavailableException e) {
            assertThat(e).hasMessageContaining("ignore_startup_parameters");
        }
    }

    private void start(String mode, String ignored) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        URI behind = URI.create(direct.jdbcUrl().substring("jdbc:".length()));
        Path settings = folder.resolve("pgbouncer.ini");
        Files.writeString(settings, """
                [databases]
                * = host=%s port=%d user=%s password=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = %s
                ignore_startup_parameters = %s
                """.formatted(
                        behind.getHost(),
                        behind.getPort(),
                        direct.properties().get("user"),
                        direct.properties().get("password"),
                        port,
                        mode,
                        ignored));
        boolean root = "root".equals(System.getProperty("user.name"));
        pooler = (root
                        ? new ProcessBuilder(PROGRAM.toString(), "-u", "nobody", settings.toString())
                        : new ProcessBuilder(PROGRAM.toString(), settings.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("pgbouncer.log").toFile())
                .start();
        pooledUrl = "jdbc:postgresql://127.0.0.1:" + port + behind.getPath();
        await().atMost(Duration.ofSeconds(20)).until(this::answers);
    }

    private boolean answers() {
        try (var socket = new java.net.Socket(
                "127.0.0.1", URI.create(pooledUrl.substring(5)).getPort())) {
            return socket.isConnected();
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private StoreSettings.Place.Postgres place() {
        return new StoreSettings.Place.Postgres(pooledUrl, direct.properties());
    }

    private StoreSettings settings() {
        return StoreSettings.of(place()).withUpkeepInterval(Duration.ZERO);
    }
}
