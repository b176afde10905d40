package dev.breakwater.bench.drill;

import static dev.breakwater.bench.drill.Inspection.ask;

import dev.breakwater.bench.drill.Inspection.Breakage;
import dev.breakwater.bench.drill.Inspection.Skipped;
import dev.breakwater.bench.side.StandaloneFolder;
import dev.breakwater.bench.wire.Endpoint;
import dev.breakwater.bench.wire.Reply;
import dev.breakwater.bench.wire.Request;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Rows i, j, k and m: what happens to the files of a SQLite store. */
final class StoreBreakages {
    private static final int OBJECTS = 150;

    private StoreBreakages() {}

    static List<Breakage> all() {
        return List.of(
                new Breakage("i", "disk-full", "a disk of 32 MB is filled with reports", StoreBreakages::diskFull),
                new Breakage(
                        "j",
                        "file-noise",
                        "a fifth of the database is overwritten with noise",
                        StoreBreakages::damaged),
                new Breakage("j", "file-cut", "the last third of the database is cut off", StoreBreakages::cutOff),
                new Breakage(
                        "k", "file-moved", "the database is moved away while the server runs", StoreBreakages::moved),
                new Breakage(
                        "k",
                        "file-replaced",
                        "another file is put in the place of the database",
                        StoreBreakages::replaced),
                new Breakage(
                        "m",
                        "file-modes",
                        "modes of what the server writes with a umask of 022",
                        StoreBreakages::modes),
                new Breakage(
                        "m",
                        "users-readable",
                        "a users file with tokens that everybody may read",
                        StoreBreakages::usersReadable));
    }

    private static void diskFull(Inspection seen) throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new Skipped("only root may mount a small disk");
        }
        Path disk = Files.createDirectory(seen.folder().resolve("disk"));
        sh(seen, "mount", "-t", "tmpfs", "-o", "size=32m,mode=0700", "tmpfs", disk.toString());
        try {
            Path data = disk.resolve("data");
            int full = 0;
            int stored = 0;
            try (DrilledServer server = DrilledServer.start(seen.program(), data, "")) {
                Endpoint endpoint = server.endpoint();
                Reply refused = null;
                for (int i = 0; i < 400 && full < 5; i++) {
                    Reply reply = ask(endpoint, Inspection.create(endpoint, "disk", noise(i)));
                    if (reply.status() == 201) {
                        stored++;
                    } else {
                        refused = reply;
                        full++;
                    }
                }
                seen.notes().add(stored + " reports fit");
                seen.expect(
                        refused != null && (refused.status() == 507 || refused.status() == 503),
                        "a create on the full disk",
                        refused == null ? "taken" : refused.status() + " " + refused.text());
                reads(seen, endpoint, "on the full disk");
                Reply deleted = ask(
                        endpoint,
                        Request.of(
                                "DELETE",
                                Inspection.namespace("disk") + "/n0",
                                "application/json",
                                new byte[0],
                                endpoint.token()));
                seen.expect(
                        deleted.status() == 200, "a delete on the full disk", deleted.status() + " " + deleted.text());
                server.kill();
            }
            try (DrilledServer again = DrilledServer.launch(seen.program(), data, "", List.of())) {
                reads(seen, again.endpoint(), "after a kill and a start on the full disk");
                Reply deleted = ask(
                        again.endpoint(),
                        Request.of(
                                "DELETE",
                                Inspection.namespace("disk") + "/n1",
                                "application/json",
                                new byte[0],
                                again.endpoint().token()));
                seen.expect(
                        deleted.status() == 200, "a delete after the start", deleted.status() + " " + deleted.text());
            } catch (IllegalStateException e) {
                seen.problems().add("does not start on the full disk: " + e.getMessage());
            }
        } finally {
            sh(seen, "umount", "-l", disk.toString());
        }
    }

    private static void reads(Inspection seen, Endpoint endpoint, String when) {
        Reply get = ask(endpoint, Request.get(Inspection.namespace("disk") + "/n2", endpoint.token()));
        seen.expect(get.status() == 200, "a get " + when, get.status() + (get.status() == 200 ? "" : " " + get.text()));
        Reply list = ask(endpoint, Request.get(Inspection.namespace("disk") + "?limit=3", endpoint.token()));
        seen.expect(
                list.status() == 200,
                "a list " + when,
                list.status() + (list.status() == 200 ? "" : " " + list.text()));
    }

    private static void damaged(Inspection seen) throws IOException, InterruptedException {
        broken(seen, file -> {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                byte[] noise = new byte[4096];
                Random random = new Random(7);
                long pages = bytes.length() / noise.length;
                for (long page = pages / 4; page < pages; page += 5) {
                    random.nextBytes(noise);
                    bytes.seek(page * noise.length);
                    bytes.write(noise);
                }
            }
        });
    }

    private static void cutOff(Inspection seen) throws IOException, InterruptedException {
        broken(seen, file -> {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.setLength(bytes.length() * 2 / 3 / 4096 * 4096);
            }
        });
    }

    @FunctionalInterface
    private interface Damage {
        void to(Path file) throws IOException;
    }

    private static void broken(Inspection seen, Damage damage) throws IOException, InterruptedException {
        Path data = seen.folder().resolve("data");
        try (DrilledServer server = DrilledServer.start(seen.program(), data, "")) {
            for (int i = 0; i < OBJECTS; i++) {
                Reply reply = ask(server.endpoint(), Inspection.create(server.endpoint(), "j", noise(i)));
                if (reply.status() != 201) {
                    throw new IllegalStateException("a report was answered " + reply.status() + " " + reply.text());
                }
            }
        }
        damage.to(database(data));
        try (DrilledServer server = DrilledServer.launch(seen.program(), data, "", List.of())) {
            Endpoint endpoint = server.endpoint();
            Map<Integer, Integer> gets = new TreeMap<>();
            String words = "";
            for (int i = 0; i < OBJECTS; i++) {
                Reply reply = ask(endpoint, Request.get(Inspection.namespace("j") + "/n" + i, endpoint.token()));
                gets.merge(reply.status(), 1, Integer::sum);
                words = reply.status() == 200 ? words : reply.text();
            }
            seen.expect(!gets.containsKey(404), "gets of stored objects", gets + " " + words);
            Reply list = ask(endpoint, Request.get(Inspection.namespace("j"), endpoint.token()));
            boolean whole = gets.keySet().equals(java.util.Set.of(200));
            seen.expect(
                    list.status() != 200 || whole || list.text().contains("damage"),
                    "a list of them",
                    list.status() + (list.status() == 200 ? "" : " " + list.text()));
            Reply ready = ask(endpoint, Request.get("/readyz", ""));
            seen.expect(ready.status() != 200, "/readyz", ready.status() + " " + ready.text());
            Reply live = ask(endpoint, Request.get("/livez", ""));
            seen.expect(live.status() == 200, "/livez", live.status());
        } catch (IllegalStateException e) {
            String words = String.valueOf(e.getMessage());
            seen.expect(words.matches("(?s).*(damage|malformed|corrupt).*"), "it does not start, and says", words);
        }
        Inspection.Ended verify = seen.run(Duration.ofSeconds(60), Map.of(), "verify", "--data", data.toString());
        seen.expect(
                verify.exit() == 3 && verify.output().contains("damage"),
                "breakwater verify",
                verify.exit() + " " + verify.output());
    }

    private static void moved(Inspection seen) throws IOException, InterruptedException {
        away(seen, file -> Files.move(file, file.resolveSibling("elsewhere"), StandardCopyOption.ATOMIC_MOVE));
    }

    private static void replaced(Inspection seen) throws IOException, InterruptedException {
        away(seen, file -> {
            Path copy = Files.copy(file, file.resolveSibling("copy"));
            Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    private static void away(Inspection seen, Damage move) throws IOException, InterruptedException {
        Path data = seen.folder().resolve("data");
        try (DrilledServer server = DrilledServer.start(seen.program(), data, "")) {
            Endpoint endpoint = server.endpoint();
            for (int i = 0; i < 5; i++) {
                ask(endpoint, Inspection.create(endpoint, "k", noise(i)));
            }
            move.to(database(data));
            Map<Integer, Integer> writes = new TreeMap<>();
            String words = "";
            for (int i = 10; i < 30; i++) {
                Reply reply = ask(endpoint, Inspection.create(endpoint, "k", noise(i)));
                writes.merge(reply.status(), 1, Integer::sum);
                words = reply.status() == 201 ? words : reply.text();
            }
            seen.expect(!writes.containsKey(201), "creates after it", writes + " " + words);
            Reply ready = ask(endpoint, Request.get("/readyz", ""));
            long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
            while (ready.status() == 200 && System.nanoTime() < end) {
                Thread.sleep(500);
                ready = ask(endpoint, Request.get("/readyz", ""));
            }
            seen.expect(ready.status() != 200, "/readyz", ready.status() + " " + ready.text());
        }
    }

    private static void modes(Inspection seen) throws IOException, InterruptedException {
        Path made = Files.createDirectory(seen.folder().resolve("made"));
        Path data = made.resolve("data");
        Process server = seen.start(Map.of(), "serve", "--standalone", "--data", data.toString(), "--port", "0");
        try {
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!seen.output(server).contains("Serving on") && System.nanoTime() < end) {
                Thread.sleep(100);
            }
            List<String> open = new ArrayList<>();
            try (Stream<Path> files = Files.walk(data)) {
                for (Path file : files.toList()) {
                    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                    if (!mode.endsWith("------")) {
                        open.add(made.relativize(file) + " " + mode);
                    }
                }
            }
            seen.expect(open.isEmpty(), "readable by others", open);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private static void usersReadable(Inspection seen) throws IOException, InterruptedException {
        Path data = StandaloneFolder.in(seen.folder().resolve("data")).path();
        Files.setPosixFilePermissions(data.resolve("users.yaml"), PosixFilePermissions.fromString("rw-r--r--"));
        Process server = seen.start(Map.of(), "serve", "--standalone", "--data", data.toString(), "--port", "0");
        try {
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (server.isAlive() && !seen.output(server).contains("Serving on") && System.nanoTime() < end) {
                Thread.sleep(100);
            }
            String said = seen.output(server);
            boolean warned = said.lines()
                    .anyMatch(line -> line.contains("users.yaml")
                            && !line.startsWith("Users: ")
                            && line.matches(".*(0?644|read|mode|permission).*"));
            seen.expect(warned, "refused or warned", said);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private static Path database(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            return files.filter(file -> file.toString().endsWith(".db"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A report of 150 kB that does not become smaller by compression. */
    private static String noise(int number) {
        byte[] random = new byte[110_000];
        new Random(number).nextBytes(random);
        return Texts.small("n" + number)
                .replace("\"os\":{", "\"noise\":\"" + Base64.getEncoder().encodeToString(random) + "\",\"os\":{");
    }

    private static void sh(Inspection seen, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new Skipped(String.join(" ", command) + ": " + said.strip() + " in " + seen.folder());
        }
    }
}
