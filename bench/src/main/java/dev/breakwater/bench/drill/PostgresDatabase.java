package dev.breakwater.bench.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL of the drill's own, from the programs of this machine, on a free port of loopback. */
final class PostgresDatabase implements Database {
    private static final Duration START = Duration.ofSeconds(60);

    private final Process process;
    private final Path folder;
    private final int port;
    private int databases;

    private PostgresDatabase(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** @throws Inspection.Skipped where there is no PostgreSQL */
    static PostgresDatabase start() {
        try {
            Path programs = programs();
            Path folder = Files.createTempDirectory("bwdrill-postgres");
            if (root()) {
                Files.setOwner(
                        folder,
                        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
            }
            Path data = folder.resolve("data");
            int exit = command(
                            folder,
                            programs.resolve("initdb").toString(),
                            "--pgdata=" + data,
                            "--username=breakwater",
                            "--auth=trust",
                            "--encoding=UTF8",
                            "--locale=C.UTF-8")
                    .waitFor();
            if (exit != 0) {
                throw new Inspection.Skipped("initdb failed: " + Files.readString(folder.resolve("output")));
            }
            int port = freePort();
            Process process = command(
                    folder,
                    programs.resolve("postgres").toString(),
                    "-D",
                    data.toString(),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "port=" + port,
                    "-c",
                    "unix_socket_directories=");
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            PostgresDatabase database = new PostgresDatabase(process, folder, port);
            database.awaitAnswer();
            database.renew();
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start PostgreSQL", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public String url() {
        return url("drill" + databases);
    }

    private String url(String name) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + name + "?user=breakwater";
    }

    int port() {
        return port;
    }

    String name() {
        return "drill" + databases;
    }

    @Override
    public void renew() {
        run("postgres", "CREATE DATABASE drill" + ++databases);
    }

    /** Runs a statement in a database of this server. */
    void run(String name, String sql) {
        try (Connection connection = DriverManager.getConnection(url(name));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url("postgres"))) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException(
                            "PostgreSQL did not start: " + Files.readString(folder.resolve("output")), e);
                }
            }
            Thread.sleep(100);
        }
    }

    private static Process command(Path folder, String... command) throws IOException {
        List<String> all = new ArrayList<>();
        if (root()) {
            all.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"));
        }
        all.addAll(Arrays.asList(command));
        return new ProcessBuilder(all)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private static Path programs() throws IOException {
        List<Path> folders = new ArrayList<>();
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.map(version -> version.resolve("bin")).sorted().forEach(folders::add);
            }
        }
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(Path::of)
                .forEach(folders::add);
        return folders.reversed().stream()
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres")))
                .findFirst()
                .orElseThrow(() -> new Inspection.Skipped(
                        "no PostgreSQL server program is installed; on Debian: apt-get install postgresql"));
    }

    private static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            process.waitFor();
            new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
