package dev.breakwater.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;

/**
 * Kills a process that writes, again and again, and looks after each time whether every acknowledged write is there, whole and in order.
 * Run as a program: {@code KillDrill ROUNDS sqlite DIR} or {@code KillDrill ROUNDS postgres JDBC-URL USER PASSWORD}.
 */
@NullUnmarked
final class KillDrill {
    private static final int WRITERS = 6;

    private final StoreSettings.Place place;
    private final Path folder;
    private final Random random;
    private long lastRevision;
    private int acknowledged;

    KillDrill(StoreSettings.Place place, Path folder, long seed) {
        this.place = place;
        this.folder = folder;
        this.random = new Random(seed);
    }

    /** An acknowledged write, as the killed process printed it. */
    private record Acknowledged(String key, long revision, int content, boolean deleted) {}

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("write")) {
            write(place(arguments, 2), Integer.parseInt(arguments[1]), System.out);
            return;
        }
        Path folder = Files.createTempDirectory("kill");
        KillDrill drill = new KillDrill(place(arguments, 1), folder, System.nanoTime());
        int rounds = Integer.parseInt(arguments[0]);
        for (int round = 0; round < rounds; round++) {
            drill.round(round);
            System.out.printf("round %d: %d acknowledged writes so far, all there%n", round + 1, drill.acknowledged);
        }
    }

    private static StoreSettings.Place place(String[] arguments, int from) {
        return arguments[from].equals("sqlite")
                ? new StoreSettings.Place.Folder(Path.of(arguments[from + 1]))
                : new StoreSettings.Place.Postgres(
                        arguments[from + 1], Map.of("user", arguments[from + 2], "password", arguments[from + 3]));
    }

    int acknowledged() {
        return acknowledged;
    }

    /** Starts a process that writes and prints what was acknowledged. */
    static Process writer(StoreSettings.Place place, int round, Path folder) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KillDrill.class.getName(),
                "write",
                "" + round));
        switch (place) {
            case StoreSettings.Place.Folder sqlite ->
                command.addAll(List.of("sqlite", sqlite.directory().toString()));
            case StoreSettings.Place.Postgres postgres ->
                command.addAll(List.of(
                        "postgres",
                        postgres.jdbcUrl(),
                        postgres.properties().get("user"),
                        postgres.properties().get("password")));
        }
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("stderr").toFile())
                .start();
    }

    /** Starts a writer, kills it while it writes, and compares. */
    void round(int round) throws Exception {
        Process writer = writer(place, round, folder);
        List<Acknowledged> seen = new ArrayList<>();
        int enough = 20 + random.nextInt(300);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ok ") && line.endsWith(" .")) {
                    String[] words = line.split(" ");
                    seen.add(new Acknowledged(
                            words[1],
                            Long.parseLong(words[2]),
                            Integer.parseInt(words[3]),
                            words[4].equals("deleted")));
                }
                if (seen.size() == enough) {
                    // SIGKILL. By its handle: the process itself would close our end too, and what it had printed be
                    // lost.
                    writer.toHandle().destroyForcibly();
                }
            }
        } finally {
            writer.destroyForcibly();
            if (!writer.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the writer does not die");
            }
        }
        if (seen.size() < enough) {
            throw new AssertionError("the writer ended by itself: " + Files.readString(folder.resolve("stderr")));
        }
        acknowledged += seen.size();
        compare(seen);
    }

    private void compare(List<Acknowledged> seen) throws Exception {
        try (Reports reports = new Reports(folder);
                ReportStore store = Stores.open(StoreSettings.of(place).withUpkeepInterval(Duration.ZERO))) {
            Map<Long, Change> log = log(store, reports);
            Map<String, Acknowledged> last = new HashMap<>();
            for (Acknowledged write : seen) {
                Change change = log.get(write.revision);
                if (change == null || !change.entry().key().equals(write.key)) {
                    throw new AssertionError("acknowledged but gone: " + write);
                }
                if (!write.deleted) {
                    Entry entry = Objects.requireNonNull(store.entry(write.revision));
                    String content = new String(reports.plain(store, Objects.requireNonNull(entry.bulk())), UTF_8);
                    if (!content.equals(content(write.content))) {
                        throw new AssertionError("another content than acknowledged: " + write);
                    }
                }
                Acknowledged before = last.put(write.key, write);
                if (before != null && before.revision >= write.revision) {
                    throw new AssertionError("out of order: " + before + ", " + write);
                }
            }
            for (Acknowledged write : last.values()) {
                Entry now = store.get(Reports.KIND, write.key, Projection.HEAD);
                // The process may have done more than it lived to say, but nothing older can be current.
                if (now == null ? !write.deleted && !isDeletedLater(log, write) : now.revision() < write.revision) {
                    throw new AssertionError("an acknowledged write was undone: " + write + ", now " + now);
                }
            }
        }
    }

    private static boolean isDeletedLater(Map<Long, Change> log, Acknowledged write) {
        return log.values().stream()
                .anyMatch(change -> change.type() == Change.Type.DELETED
                        && change.entry().key().equals(write.key)
                        && change.entry().revision() > write.revision);
    }

    /** The whole log of the round; every object in it must be readable whole, acknowledged or not. */
    private Map<Long, Change> log(ReportStore store, Reports reports) throws InterruptedException {
        Map<Long, Change> log = new HashMap<>();
        long end = store.current();
        long position = lastRevision;
        long previous = lastRevision;
        try (FeedCursor cursor = store.follow(Reports.KIND, position)) {
            while (position < end) {
                FeedCursor.Batch batch = cursor.next(Duration.ofMillis(100));
                if (!(batch instanceof FeedCursor.Batch.Changes changes)) {
                    throw new AssertionError("the log cannot be followed: " + batch);
                }
                for (Change change : changes.changes()) {
                    if (change.entry().revision() <= previous) {
                        throw new AssertionError("revision " + change.entry().revision() + " after " + previous);
                    }
                    previous = change.entry().revision();
                    log.put(previous, change);
                    reports.text(change.entry().head().meta());
                    StoredBulk bulk = change.entry().bulk();
                    if (bulk != null) {
                        reports.plain(store, bulk);
                    }
                }
                position = changes.through();
            }
        }
        lastRevision = end;
        return log;
    }

    private static String content(int number) {
        return "content " + number + " " + "x".repeat(number % 5000);
    }

    /** The process that is killed: creates, replaces and deletes, and says so after each acknowledgement. */
    private static void write(StoreSettings.Place place, int round, PrintStream out) throws IOException {
        Reports reports = new Reports(Files.createTempDirectory("writer"));
        ReportStore store = Stores.open(StoreSettings.of(place).withUpkeepInterval(Duration.ofMillis(100)));
        for (int w = 0; w < WRITERS; w++) {
            String writer = "r" + round + "w" + w;
            Thread.ofPlatform().start(() -> {
                Random random = new Random(writer.hashCode());
                Map<String, Long> live = new HashMap<>();
                while (true) {
                    String key = writer + "/" + random.nextInt(30);
                    int number = random.nextInt(100_000);
                    Bulk bulk = reports.bulk(content(number));
                    Long revision = live.get(key);
                    boolean delete = revision != null && random.nextInt(4) == 0;
                    Write write = revision == null
                            ? new Write.Create(Reports.KIND, key, reports.head(key), bulk)
                            : delete
                                    ? new Write.Delete(Reports.KIND, key, revision)
                                    : new Write.Replace(Reports.KIND, key, revision, reports.head(key), bulk);
                    long applied = Reports.applied(store.write(write));
                    if (delete) {
                        live.remove(key);
                    } else {
                        live.put(key, applied);
                    }
                    synchronized (out) {
                        out.println("ok " + key + " " + applied + " " + number + (delete ? " deleted ." : " there ."));
                        out.flush();
                    }
                }
            });
        }
    }
}
