package dev.breakwater.bench.drill;

import dev.breakwater.bench.drill.Inspection.Breakage;
import dev.breakwater.bench.drill.Inspection.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Rows n and q: how our programs end, and which settings they refuse. */
final class ProgramBreakages {
    private static final Duration START = Duration.ofSeconds(20);

    /** Nobody answers there. */
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: drill
            clusters: [{name: drill, cluster: {server: "https://127.0.0.1:9"}}]
            users: [{name: drill, user: {token: drill}}]
            contexts: [{name: drill, context: {cluster: drill, user: drill}}]
            """;

    private ProgramBreakages() {}

    static List<Breakage> all() {
        return List.of(
                new Breakage(
                        "n",
                        "work-folder",
                        "the controller's work folder lies below a file",
                        ProgramBreakages::workFolder),
                new Breakage(
                        "n", "work-folder-signal", "SIGTERM to a controller in that trouble", ProgramBreakages::signal),
                new Breakage(
                        "n", "probe-port", "the controller's port of probes is taken", ProgramBreakages::probePort),
                new Breakage(
                        "n",
                        "unreachable-signal",
                        "SIGTERM to a controller whose cluster does not answer",
                        ProgramBreakages::unreachable),
                new Breakage(
                        "q", "settings-control", "settings of the controller out of bounds", ProgramBreakages::control),
                new Breakage("q", "settings-serve", "settings of the server out of bounds", ProgramBreakages::serve));
    }

    private static void workFolder(Inspection seen) throws IOException, InterruptedException {
        Ended ended = control(seen, "--work-folder", unusable(seen));
        long lines =
                ended.output().lines().filter(line -> line.contains("folder")).count();
        seen.expect(ended.exit() == 1, "exit code", ended.exit());
        seen.expect(lines == 1 && !ended.output().contains("\tat "), "one line", ended.output());
    }

    private static void signal(Inspection seen) throws IOException, InterruptedException {
        endsBySignal(seen, "--work-folder", unusable(seen));
    }

    private static void unreachable(Inspection seen) throws IOException, InterruptedException {
        endsBySignal(seen, "--probe-port", "0");
    }

    private static void endsBySignal(Inspection seen, String... more) throws IOException, InterruptedException {
        Process process = seen.start(Map.of(), command(seen, more));
        if (process.waitFor(12, TimeUnit.SECONDS)) {
            seen.notes().add("ended by itself with " + process.exitValue());
            return;
        }
        process.destroy();
        boolean ended = process.waitFor(15, TimeUnit.SECONDS);
        seen.expect(ended, "ended by SIGTERM", ended);
        process.destroyForcibly().waitFor();
    }

    private static void probePort(Inspection seen) throws IOException, InterruptedException {
        try (java.net.ServerSocket taken = new java.net.ServerSocket(0)) {
            Ended ended = control(seen, "--probe-port", Integer.toString(taken.getLocalPort()));
            seen.expect(ended.exit() > 0, "exit code", ended.exit());
            seen.expect(
                    ended.output().contains(Integer.toString(taken.getLocalPort())),
                    "the port is named",
                    ended.output());
        }
    }

    private static void control(Inspection seen) throws IOException, InterruptedException {
        refused(seen, "jobs", "--jobs-concurrent", "0");
        refused(seen, "jobs", "--jobs-concurrent", "-5");
        refused(seen, "FOO", "--scanner-severities", "FOO");
        refused(seen, "FOO", "--audit-severities", "KSV-0001=FOO");
        refused(seen, "HIGH", "--audit-severities", "HIGH,FOO");
        refused(seen, "refresh", "--checks-bundle-refresh", "0s");
        refused(seen, "refresh", "--nodes-refresh", "0s");
        refused(seen, "abc", "--jobs-requests", "cpu=abc");
        refused(seen, "-1Gi", "--jobs-limits", "memory=-1Gi");
        refused(seen, "nodes", "--nodes-concurrent", "0");
        refused(seen, "99999", "--probe-port", "99999");
        refused(seen, "retry", "--retry-first", "0s");
        refused(seen, "Not_A_Name", "--jobs-namespace", "Not_A_Name");
    }

    private static void refused(Inspection seen, String word, String key, String value)
            throws IOException, InterruptedException {
        Ended ended = control(seen, key, value);
        boolean named = ended.output().contains(key) || ended.output().contains(camel(key));
        seen.expect(
                ended.exit() > 0
                        && (named || ended.output().contains(word))
                        && ended.output().contains(value),
                key + " " + value,
                ended.exit() + " " + ended.lastLine());
    }

    private static void serve(Inspection seen) throws IOException, InterruptedException {
        for (List<String> one : List.of(
                List.of("--port", "70000"),
                List.of("--retention", "0s"),
                List.of("--retention", "-5m"),
                List.of("--shutdown-delay", "-1s"),
                List.of("--host", "not an address"))) {
            Path data = Files.createTempDirectory(seen.folder(), "data");
            Ended ended = seen.run(
                    START, Map.of(), "serve", "--standalone", "--data", data.toString(), one.getFirst(), one.getLast());
            seen.expect(
                    ended.exit() > 0
                            && ended.output().contains(one.getFirst())
                            && !ended.output().contains("\tat "),
                    String.join(" ", one),
                    ended.exit() + " " + ended.lastLine());
        }
    }

    private static String camel(String key) {
        String[] words = key.substring(2).split("-");
        return words[words.length - 1];
    }

    private static Ended control(Inspection seen, String... more) throws IOException, InterruptedException {
        return seen.run(START, Map.of(), command(seen, more));
    }

    private static String[] command(Inspection seen, String... more) throws IOException {
        Path kubeconfig = Files.writeString(seen.folder().resolve("kubeconfig"), KUBECONFIG);
        String[] fixed = {"control", "--kubeconfig", kubeconfig.toString(), "--no-leader-election"};
        String[] all = new String[fixed.length + more.length];
        System.arraycopy(fixed, 0, all, 0, fixed.length);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        return all;
    }

    private static String unusable(Inspection seen) throws IOException {
        Path file = seen.folder().resolve("a-file");
        Files.writeString(file, "not a folder");
        return file.resolve("work").toString();
    }
}
