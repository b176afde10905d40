package dev.breakwater.bench.start;

import dev.breakwater.bench.meter.Machine;
import dev.breakwater.bench.side.BreakwaterServer;
import dev.breakwater.bench.side.Cluster;
import dev.breakwater.bench.side.JvmOptions;
import dev.breakwater.bench.side.JvmOptions.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how long the programs take until they are there, side by side in one run. */
@Command(
        name = "start",
        description = {
            "Measures starts: the server until /readyz says yes, the controller until it has seen the whole cluster, an audit of one file"
                    + " beside `trivy config`. Medians of several runs; the ways take turns.",
            "With --before JAR a jar of another build is started, too: what was before the change."
        })
public final class StartCommand implements Callable<Integer> {
    private static final String NAMESPACE = "breakwater";
    private static final String CONTROLLER = "breakwater-controller";
    private static final String MANIFEST = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                    - name: web
                      image: registry.example/shop/web:latest
                      securityContext: {privileged: true}
            """;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    boolean help;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "Starts of each kind (default: ${DEFAULT-VALUE}); one more before them does not count.")
    int runs;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PROGRAM",
            description =
                    "What is started: ${COMPLETION-CANDIDATES} (default: all). Only control needs a control plane.")
    @Nullable
    Set<Program> only;

    @Option(
            names = "--before",
            paramLabel = "JAR",
            description = "A jar of another build, such as that of an earlier commit.")
    @Nullable
    Path before;

    @Option(
            names = "--trivy",
            paramLabel = "FILE",
            description = "The trivy that audits the same file (default: the testbed's, where it is built).")
    @Nullable
    Path trivy;

    @Spec
    CommandSpec spec;

    private final Path root = Path.of(System.getProperty("breakwater.root", "."));
    private final JvmOptions options = new JvmOptions(root);

    @FunctionalInterface
    private interface Run {
        Figures once(List<String> java) throws IOException, InterruptedException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Set<Program> wanted = only == null ? EnumSet.allOf(Program.class) : only;
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("bwstart");
        Map<String, Map<String, Figures>> measured = new LinkedHashMap<>();
        String kubernetes = "not started";
        if (wanted.contains(Program.serve)) {
            measured.put("serve, ready", ways(Program.serve, java -> serve(java, folder)));
        }
        if (wanted.contains(Program.control)) {
            try (Cluster cluster = Cluster.start(root, folder.resolve("cluster"))) {
                kubernetes = cluster.version();
                measured.put("control, ready", control(cluster));
            }
        }
        if (wanted.contains(Program.audit)) {
            measured.put("audit of one file", audit(folder));
        }
        Machine.facts(root, kubernetes, Clock.systemDefaultZone())
                .forEach((name, value) -> out.println("- " + name + ": " + value));
        out.println("- runs: " + runs + ", medians");
        out.println();
        out.print(StartTable.of(measured));
        out.flush();
        return 0;
    }

    /** The same run in every way there is, by turns, so that all have the same neighbours on the machine. */
    private Map<String, Figures> ways(Program program, Run run) throws IOException, InterruptedException {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        if (before != null) {
            commands.put("before", java(List.of(), program, before));
        }
        commands.put("without cache", java(List.of(), program, options.jar()));
        commands.put("now", java(options.cache(program), program, options.jar()));
        return turns(commands, run);
    }

    private Map<String, Figures> turns(Map<String, List<String>> commands, Run run)
            throws IOException, InterruptedException {
        Map<String, List<Figures>> figures = new LinkedHashMap<>();
        for (int i = 0; i <= runs; i++) {
            for (Map.Entry<String, List<String>> way : commands.entrySet()) {
                Figures once = run.once(way.getValue());
                progress("%s: %.2f s, %.2f s of CPU, %.0f MiB%s"
                        .formatted(
                                way.getKey(),
                                once.seconds(),
                                once.cpuSeconds(),
                                once.peakMebibytes(),
                                i == 0 ? " (does not count)" : ""));
                if (i > 0) {
                    figures.computeIfAbsent(way.getKey(), _ -> new ArrayList<>())
                            .add(once);
                }
            }
        }
        Map<String, Figures> medians = new LinkedHashMap<>();
        figures.forEach((way, all) -> medians.put(way, Figures.median(all)));
        return medians;
    }

    private List<String> java(List<String> cache, Program program, Path jar) throws IOException {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(options.everywhere());
        java.addAll(cache);
        if (program != Program.audit) {
            java.addAll(options.own(program));
        } else if (jar.equals(options.jar())) {
            // As the launcher has it.
            java.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmn16m"));
        }
        java.addAll(List.of("-jar", jar.toString()));
        return java;
    }

    private Figures serve(List<String> java, Path folder) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory(folder, "serve");
        int port = Probe.freePort();
        try (Probe probe = new Probe("https", port)) {
            return Starts.untilReady(
                    and(java, "serve", "--standalone", "--data", data.toString(), "--port", Integer.toString(port)),
                    folder.resolve("serve.log"),
                    probe::isReady);
        }
    }

    private Map<String, Figures> control(Cluster cluster) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(cluster.folder().resolve("start"));
        try (BreakwaterServer server = BreakwaterServer.start(cluster, root, folder, List.of())) {
            cluster.apply(Files.readString(root.resolve("manifests/base/rbac-controller.yaml")));
            String token = cluster.kubectl("", "create", "token", CONTROLLER, "-n", NAMESPACE, "--duration", "12h")
                    .strip();
            Path kubeconfig = Files.writeString(folder.resolve("controller.kubeconfig"), """
                    apiVersion: v1
                    kind: Config
                    current-context: bench
                    clusters: [{name: bench, cluster: {server: "%s", certificate-authority: "%s"}}]
                    users: [{name: bench, user: {token: "%s"}}]
                    contexts: [{name: bench, context: {cluster: bench, user: bench}}]
                    """.formatted(
                            cluster.server(), cluster.authorityFile(), token));
            return ways(Program.control, java -> {
                int port = Probe.freePort();
                try (Probe probe = new Probe("http", port)) {
                    return Starts.untilReady(
                            and(
                                    java,
                                    "control",
                                    "--kubeconfig",
                                    kubeconfig.toString(),
                                    "--no-leader-election",
                                    "--probe-port",
                                    Integer.toString(port)),
                            folder.resolve("control.log"),
                            probe::isReady);
                }
            });
        }
    }

    private Map<String, Figures> audit(Path folder) throws IOException, InterruptedException {
        Path manifest = Files.writeString(folder.resolve("web.yaml"), MANIFEST);
        Path log = folder.resolve("audit.log");
        Map<String, Figures> figures = new LinkedHashMap<>();
        Path other = trivy == null ? testbedTrivy() : trivy;
        if (other == null) {
            progress("no trivy: build the testbed's with testbed/testbed.sh build trivy, or name one with --trivy");
        } else {
            List<String> command = List.of(
                    other.toString(),
                    "config",
                    "--quiet",
                    "--skip-check-update",
                    "--skip-version-check",
                    "--cache-dir",
                    folder.resolve("trivy").toString(),
                    manifest.toString());
            figures.putAll(turns(Map.of("trivy config", command), run -> Starts.toTheEnd(run, log)));
        }
        figures.putAll(ways(Program.audit, java -> Starts.toTheEnd(and(java, "audit", manifest.toString()), log)));
        return figures;
    }

    private @Nullable Path testbedTrivy() throws IOException {
        Process path = new ProcessBuilder(root.resolve("testbed/testbed.sh").toString(), "path", "trivy")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String line = path.inputReader().readLine();
        return line == null ? null : Path.of(line);
    }

    private static List<String> and(List<String> java, String... arguments) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(arguments));
        return command;
    }

    private void progress(String line) {
        spec.commandLine().getErr().println("bench: " + line);
        spec.commandLine().getErr().flush();
    }
}
