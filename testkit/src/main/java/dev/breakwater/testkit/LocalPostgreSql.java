package dev.breakwater.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * PostgreSQL from the binaries of this machine, in a folder of its own below the temporary folder, on a free port of
 * 127.0.0.1.
 *
 * <p>PostgreSQL refuses to run as root: there it runs as the user {@code postgres}.
 */
final class LocalPostgreSql implements PostgreSqlServer {
    private static final String USER = "breakwater";

    /**
     * Waits for the end of its standard input, then ends the server and removes its folder. The pipe closes however the
     * test's process ends, so that a killed test run leaves no database behind. The word {@code keep} leaves the folder.
     */
    private static final String LEASH = """
            folder=$1; shift
            "$@" </dev/null &
            read -r word
            kill -QUIT $! 2>/dev/null
            wait $!
            [ "$word" = keep ] || rm -rf "$folder"
            """;

    private final Path binaries;
    private final Path folder;
    private final int port;
    private final String password;
    private Process leash;

    private LocalPostgreSql(Path binaries, Path folder, int port, String password) throws Unavailable {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
        this.password = password;
        this.leash = launch();
    }

    static LocalPostgreSql start() throws Unavailable {
        Path binaries = findBinaries()
                .orElseThrow(
                        () -> new Unavailable(
                                "no PostgreSQL server program (initdb, postgres) is installed; on Debian: apt-get install postgresql"));
        if (isRoot() && !userExists("postgres")) {
            throw new Unavailable("PostgreSQL refuses root, and there is no user 'postgres' to run it as");
        }
        Path folder = null;
        try {
            folder = Files.createTempDirectory("breakwater-postgresql-");
            String password = HexFormat.of().formatHex(SecureRandom.getSeed(12));
            initialise(binaries, folder, password);
            return new LocalPostgreSql(binaries, folder, FreePort.next(), password);
        } catch (IOException e) {
            throw new Unavailable("PostgreSQL did not start: " + e.getMessage(), e);
        } catch (Unavailable e) {
            remove(folder);
            throw e;
        }
    }

    @Override
    public Database administration() {
        return new Database("jdbc:postgresql://127.0.0.1:" + port + "/postgres", USER, password);
    }

    @Override
    public void crash() {
        try {
            long postmaster = Long.parseLong(Files.readAllLines(folder.resolve("data/postmaster.pid"))
                    .getFirst()
                    .strip());
            ProcessHandle handle = ProcessHandle.of(postmaster)
                    .orElseThrow(() -> new IllegalStateException("PostgreSQL is not running"));
            List<ProcessHandle> sessions = handle.descendants().toList();
            handle.destroyForcibly();
            // The shell reaps it: until then it counts as alive, and its port as taken.
            end("keep");
            // Sessions notice the end of their postmaster in their own time, and hold the shared memory until then: a
            // server that is
            // started before refuses.
            sessions.forEach(session -> session.onExit().join());
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL is not running: no postmaster.pid", e);
        }
    }

    @Override
    public void restart() {
        try {
            leash = launch();
        } catch (Unavailable e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        end("remove");
        remove(folder);
    }

    private void end(String word) {
        try (OutputStream input = leash.getOutputStream()) {
            input.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException alreadyEnded) {
            // The leash is gone, and the server with it.
        }
        leash.onExit().join();
    }

    private Process launch() throws Unavailable {
        List<String> command = new ArrayList<>(List.of("sh", "-c", LEASH, "postgresql", folder.toString()));
        command.addAll(asDatabaseUser(List.of(
                binaries.resolve("postgres").toString(),
                "-D",
                folder.resolve("data").toString(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "port=" + port,
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=200",
                // The tests kill processes, not machines: what the operating system has, the next process reads.
                "-c",
                "fsync=off")));
        Path log = folder.resolve("server.log");
        try {
            long before = Files.exists(log) ? Files.size(log) : 0;
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            awaitAnswer(process, log, before);
            return process;
        } catch (IOException e) {
            throw new Unavailable("PostgreSQL did not start: " + e.getMessage(), e);
        }
    }

    /** @param before length of the log when the process was started: what a killed server wrote says nothing about this one */
    private void awaitAnswer(Process process, Path log, long before) throws Unavailable, IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try (var connection = administration().connect()) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException notYet) {
                boolean ended = process.descendants().findAny().isEmpty();
                String said = Files.readString(log).substring((int) before);
                if (System.nanoTime() > deadline || (ended && said.contains("FATAL"))) {
                    process.destroy();
                    throw new Unavailable("PostgreSQL did not start: " + said.strip(), notYet);
                }
            }
            pause();
        }
    }

    private static void initialise(Path binaries, Path folder, String password) throws IOException, Unavailable {
        Path passwordFile = Files.writeString(folder.resolve("password"), password);
        if (isRoot()) {
            UserPrincipal owner =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres");
            Files.setOwner(folder, owner);
            Files.setOwner(passwordFile, owner);
        }
        Path log = folder.resolve("initdb.log");
        Process process = new ProcessBuilder(asDatabaseUser(List.of(
                        binaries.resolve("initdb").toString(),
                        "--pgdata=" + folder.resolve("data"),
                        "--username=" + USER,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C.UTF-8",
                        "--locale-provider=icu",
                        "--icu-locale=en-US",
                        "--no-sync")))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new Unavailable("initdb took more than two minutes");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted while initdb ran", e);
        }
        if (process.exitValue() != 0) {
            throw new Unavailable("initdb failed (PostgreSQL 15 or later is needed): "
                    + Files.readString(log).strip());
        }
    }

    private static List<String> asDatabaseUser(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        return Stream.concat(
                        Stream.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"),
                        command.stream())
                .toList();
    }

    private static Optional<Path> findBinaries() {
        List<Path> folders = new ArrayList<>();
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.sorted(Comparator.comparingInt(LocalPostgreSql::majorVersion)
                                .reversed())
                        .forEach(version -> folders.add(version.resolve("bin")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        for (String entry : System.getenv().getOrDefault("PATH", "").split(":")) {
            folders.add(Path.of(entry));
        }
        return folders.stream()
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres")))
                .findFirst();
    }

    private static int majorVersion(Path folder) {
        String name = String.valueOf(folder.getFileName());
        return name.chars().allMatch(Character::isDigit) ? Integer.parseInt(name) : 0;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static boolean userExists(String name) {
        try (Stream<String> users = Files.lines(Path.of("/etc/passwd"))) {
            return users.anyMatch(line -> line.startsWith(name + ":"));
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause() throws Unavailable {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted while PostgreSQL started", e);
        }
    }

    private static void remove(Path folder) {
        if (folder == null || !Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException leftInTheTemporaryFolder) {
            // A file that cannot be removed is no reason to fail a test that passed.
        }
    }
}
