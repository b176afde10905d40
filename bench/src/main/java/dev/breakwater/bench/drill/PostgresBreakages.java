package dev.breakwater.bench.drill;

import static dev.breakwater.bench.drill.Inspection.ask;

import dev.breakwater.bench.drill.Inspection.Breakage;
import dev.breakwater.bench.drill.Inspection.Skipped;
import dev.breakwater.bench.wire.Endpoint;
import dev.breakwater.bench.wire.Reply;
import dev.breakwater.bench.wire.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Row l: what lies between the server and PostgreSQL. */
final class PostgresBreakages {
    private PostgresBreakages() {}

    static List<Breakage> all() {
        return List.of(
                new Breakage(
                        "l", "pgbouncer", "PgBouncer in transaction mode before PostgreSQL", seen -> pooled(seen, "")),
                new Breakage(
                        "l",
                        "pgbouncer-settings",
                        "the same, told to ignore what it does not know",
                        seen -> pooled(seen, "ignore_startup_parameters = extra_float_digits,options,search_path\n")),
                new Breakage(
                        "l",
                        "search-path",
                        "a role whose search path begins with another schema",
                        PostgresBreakages::searchPath));
    }

    private static void pooled(Inspection seen, String more) throws IOException, InterruptedException {
        if (Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .noneMatch(folder -> Files.isExecutable(Path.of(folder, "pgbouncer")))) {
            throw new Skipped("no pgbouncer is installed; on Debian: apt-get install pgbouncer");
        }
        try (PostgresDatabase database = PostgresDatabase.start()) {
            Path data = seen.folder().resolve("data");
            try (DrilledServer direct = DrilledServer.start(seen.program(), data, database.url())) {
                create(seen, direct.endpoint(), "before");
            }
            int port = database.port() + 1;
            Path settings = Files.writeString(
                    seen.folder().resolve("pgbouncer.ini"), """
                    [databases]
                    * = host=127.0.0.1 port=%d user=breakwater
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = any
                    pool_mode = transaction
                    user = %s
                    %s""".formatted(database.port(), port, "postgres", more));
            Process pooler = new ProcessBuilder("pgbouncer", settings.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(seen.folder().resolve("pgbouncer.log").toFile())
                    .start();
            awaitPooler(port);
            try (DrilledServer server = DrilledServer.launch(
                    seen.program(), data, database.url().replace(":" + database.port(), ":" + port), List.of())) {
                same(seen, server.endpoint(), "through PgBouncer");
            } catch (IllegalStateException e) {
                String said = String.valueOf(e.getMessage());
                seen.expect(
                        said.matches("(?is).*(pgbouncer|pooler|session).*") && !said.contains("\tat "),
                        "refused at the start, and says",
                        said);
            } finally {
                pooler.destroy();
                pooler.waitFor();
            }
        }
    }

    private static void awaitPooler(int port) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < end) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new Skipped("PgBouncer does not listen");
    }

    private static void searchPath(Inspection seen) throws IOException, InterruptedException {
        try (PostgresDatabase database = PostgresDatabase.start()) {
            Path data = seen.folder().resolve("data");
            try (DrilledServer server = DrilledServer.start(seen.program(), data, database.url())) {
                create(seen, server.endpoint(), "before");
            }
            database.run(database.name(), "CREATE SCHEMA elsewhere");
            database.run("postgres", "ALTER ROLE breakwater SET search_path = elsewhere, public");
            try (DrilledServer server = DrilledServer.start(seen.program(), data, database.url())) {
                same(seen, server.endpoint(), "with another search path");
            }
        }
    }

    private static void create(Inspection seen, Endpoint endpoint, String name) {
        Reply reply = ask(endpoint, Inspection.create(endpoint, "l", Texts.small(name)));
        seen.expect(
                reply.status() == 201,
                "a create directly",
                reply.status() + " " + (reply.status() == 201 ? "" : reply.text()));
    }

    private static void same(Inspection seen, Endpoint endpoint, String how) throws InterruptedException {
        Reply ready = ask(endpoint, Request.get("/readyz", ""));
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (ready.status() != 200 && System.nanoTime() < end) {
            Thread.sleep(200);
            ready = ask(endpoint, Request.get("/readyz", ""));
        }
        Reply reply = ask(endpoint, Request.get(Inspection.namespace("l") + "/before", endpoint.token()));
        seen.expect(reply.status() == 200, "the stored report " + how, reply.status() + " " + reply.text());
    }
}
