package dev.breakwater.testkit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives tests databases on one PostgreSQL server, which is started when the first of them is asked for and ended with
 * the test run.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final PostgreSql postgres = new PostgreSql();
 *
 * PostgreSqlServer.Database database = postgres.createDatabase();
 * }</pre>
 *
 * A test that asks where no PostgreSQL can be had is skipped with the reason ({@link Requirement#POSTGRES}); the other
 * tests of its class run.
 */
public final class PostgreSql implements BeforeAllCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(PostgreSql.class);

    private ExtensionContext.@Nullable Store store;

    @Override
    public void beforeAll(ExtensionContext context) {
        store = context.getRoot().getStore(NAMESPACE);
    }

    /** An empty database that no other test sees. Ends the test where there is no PostgreSQL. */
    public PostgreSqlServer.Database createDatabase() {
        return server().createDatabase();
    }

    /** The server that this test run shares: for looking, not for stopping. Ends the test where there is none. */
    public PostgreSqlServer server() {
        ExtensionContext.Store runs = store;
        if (runs == null) {
            throw new IllegalStateException("PostgreSql must be a static field annotated with @RegisterExtension");
        }
        return switch (runs.computeIfAbsent("server", key -> start(), Start.class)) {
            case Started(PostgreSqlServer server) -> server;
            case NotHere(String reason) -> throw Requirement.POSTGRES.missing(reason);
        };
    }

    /**
     * A server for one test that stops, kills or starts it again. Ends the test where no PostgreSQL can be had.
     *
     * @return to be closed by the caller
     */
    public static PostgreSqlServer startOwn() {
        try {
            return PostgreSqlServer.start();
        } catch (Unavailable unavailable) {
            throw Requirement.POSTGRES.missing(String.valueOf(unavailable.getMessage()));
        }
    }

    private static Start start() {
        try {
            return new Started(PostgreSqlServer.start());
        } catch (Unavailable unavailable) {
            return new NotHere(String.valueOf(unavailable.getMessage()));
        }
    }

    /** Kept in the store of the run, so that a machine without PostgreSQL is searched once and not by every test. */
    private sealed interface Start extends AutoCloseable {
        @Override
        void close();
    }

    private record Started(PostgreSqlServer server) implements Start {
        @Override
        public void close() {
            server.close();
        }
    }

    private record NotHere(String reason) implements Start {
        @Override
        public void close() {}
    }
}
