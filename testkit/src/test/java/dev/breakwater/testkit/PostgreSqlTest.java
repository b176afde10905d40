package dev.breakwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
        long before = postgresProcesses();
        try (PostgreSqlServer server = PostgreSql.startOwn()) {
            assertThat(server.administration().user()).isNotEmpty();
            assertThat(postgresProcesses()).isGreaterThan(before);
        }
        assertThat(postgresProcesses()).isEqualTo(before);
    }

    private static long postgresProcesses() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"))
                .count();
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
