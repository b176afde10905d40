package dev.breakwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgreSqlTest {
    @RegisterExtension
    static final PostgreSql postgres = new PostgreSql();

    @Test
    void everyTestGetsAnEmptyDatabaseOfItsOwn() throws SQLException {
        var first = postgres.createDatabase();
        var second = postgres.createDatabase();
        execute(first, "CREATE TABLE only_here (n int)");

        assertThat(text(first, "SELECT count(*) FROM pg_tables WHERE tablename = 'only_here'"))
                .isEqualTo("1");
        assertThat(text(second, "SELECT count(*) FROM pg_tables WHERE tablename = 'only_here'"))
                .isEqualTo("0");
    }

    @Test
    void textIsOrderedByLanguageSoThatAForgottenCollationShows() throws SQLException {
        var database = postgres.createDatabase();

        assertThat(text(database, "SELECT 'a' < 'B'")).isEqualTo("t");
        assertThat(text(database, "SELECT 'a' < 'B' COLLATE \"C\"")).isEqualTo("f");
    }

    @Test
    void aCrashedServerComesBackOnItsAddressWithWhatWasCommitted() throws SQLException {
        try (PostgreSqlServer server = PostgreSql.startOwn()) {
            var database = server.createDatabase();
            execute(database, "CREATE TABLE kept (n int)");
            server.crash();
            assertThatThrownBy(database::connect).isInstanceOf(SQLException.class);

            server.restart();

            assertThat(text(database, "SELECT count(*) FROM kept")).isEqualTo("0");
        }
    }

    @Test
    void aClosedServerLeavesNoProcess() {
        // Those of the shared server come and go, a vacuum worker for instance: only what is started here is looked at.
        List<ProcessHandle> before = ProcessHandle.current().children().toList();
        List<ProcessHandle> started;
        try (PostgreSqlServer server = PostgreSql.startOwn()) {
            assertThat(server.administration().user()).isNotEmpty();
            started = ProcessHandle.current()
                    .children()
                    .filter(process -> !before.contains(process))
                    .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                    .toList();
            assertThat(started).hasSizeGreaterThan(1);
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(started).noneMatch(ProcessHandle::isAlive));
    }

    private static void execute(PostgreSqlServer.Database database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(PostgreSqlServer.Database database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
