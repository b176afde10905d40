package dev.breakwater.bench.drill;

import dev.breakwater.bench.drill.Inspection.Breakage;
import dev.breakwater.bench.meter.Machine;
import dev.breakwater.bench.side.ServerProgram;
import dev.breakwater.bench.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What may kill the server, case by case, with the figure of what became of it. */
@Command(
        name = "drill",
        description = "Sends our own server what may kill it, and tells what everybody else noticed.",
        footer = {
            "",
            "The server runs as a process with the options and the limit of memory of manifests/base/apiserver.yaml, filled",
            "with 2,000 reports of 76 kB. While a case lasts, /livez is asked every 200 ms on a connection of its own, and",
            "another user gets and creates small reports. A case holds when the server lives, every answer is right, nobody",
            "else fails or waits, and memory stays below the limit. What may kill is sent to our server and to nothing else.",
            "",
            "Examples",
            "  ./breakwater bench drill --list",
            "  ./breakwater bench drill --case a,b            the rows a and b",
            "  ./breakwater bench drill --case alias-tripled,lists-gzip --json drill.json",
            "  ./breakwater bench drill --store postgres",
            "",
            "Bounds of waits grow with those of the idle server (five times the longest), so that a busy machine fails nobody.",
            "Row o, loops of the controller that survive, is shown by its tests. The exit code is 1 when a case does not hold."
        })
public final class DrillCommand implements Callable<Integer> {
    private static final int CASE_FAILED = 1;
    private static final double NOISE = 5;
    private static final Duration SETTLING = Duration.ofMillis(1_500);

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    boolean help;

    @Option(
            names = "--case",
            split = ",",
            paramLabel = "NAMES",
            description = "Only these: names, beginnings of names or letters of rows (default: all).")
    List<String> cases = List.of();

    @Option(names = "--list", description = "Tells the cases and sends nothing.")
    boolean list;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            description = "sqlite or postgres, which is started for the drill (default: ${DEFAULT-VALUE}).",
            defaultValue = "sqlite")
    Store store = Store.SQLITE;

    @Option(
            names = "--reports",
            paramLabel = "N",
            description = "How many reports lie in the server (default: ${DEFAULT-VALUE}).",
            defaultValue = "2000")
    int reports = 2000;

    @Option(
            names = "--longest-probe",
            paramLabel = "MS",
            description = "Longest wait of /livez that is right (default: ${DEFAULT-VALUE}, kubelet's own).",
            defaultValue = "1000")
    double longestProbe = 1000;

    @Option(
            names = "--longest-wait",
            paramLabel = "MS",
            description =
                    "Longest wait of somebody else's small get or create that is right (default: ${DEFAULT-VALUE}).",
            defaultValue = "2000")
    double longestWait = 2000;

    @Option(
            names = "--alone",
            description = "Loads are sent to our server only, not to kube-apiserver with custom resources.")
    boolean alone;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes every figure to this file.")
    @Nullable
    Path json;

    @Spec
    CommandSpec spec;

    /** What the server keeps its reports in. */
    enum Store {
        SQLITE,
        POSTGRES
    }

    static List<Case> all() {
        return Case.all(List.of(
                YamlCases.all(),
                PatchCases.all(),
                TreeCases.all(),
                EdgeCases.all(),
                AnswerCases.all(),
                LoadCases.all()));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<Case> wanted = all().stream()
                .filter(one -> cases.isEmpty() || one.isNamed(cases))
                .toList();
        List<Breakage> breakages = Breakages.all().stream()
                .filter(one -> cases.isEmpty() || Case.isNamed(one.row(), one.name(), cases))
                .toList();
        if (wanted.isEmpty() && breakages.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no case is named " + cases + "; see --list");
        }
        if (list) {
            wanted.forEach(one -> out.println("%-4s %-26s %s".formatted(one.row(), one.name(), one.what())));
            breakages.forEach(one -> out.println("%-4s %-26s %s".formatted(one.row(), one.name(), one.what())));
            out.flush();
            return 0;
        }
        Path root = Path.of(System.getProperty("breakwater.root", "."));
        Path folder = Files.createTempDirectory("bwdrill");
        ServerProgram program = ServerProgram.ofJar(root);
        DrillTable table = new DrillTable(Machine.facts(root, "none", Clock.systemDefaultZone()));
        boolean hold = wanted.isEmpty() || drill(wanted, table, program, folder, out);
        if (!breakages.isEmpty()) {
            List<Breakages.Found> found = new Breakages(
                            program, Files.createDirectories(folder.resolve("breakages")), this::progress)
                    .run(breakages);
            table.breakages(found);
            out.print(Breakages.markdown(found));
            out.flush();
            hold &= found.stream().allMatch(Breakages.Found::holds);
        }
        if (json != null) {
            table.write(json);
        }
        return hold ? 0 : CASE_FAILED;
    }

    private boolean drill(List<Case> wanted, DrillTable table, ServerProgram program, Path folder, PrintWriter out)
            throws IOException, InterruptedException {
        Workload workload = Workload.generate("drill", 1, reports);
        long limit = program.memoryLimit();
        List<Case> attacks =
                wanted.stream().filter(one -> !one.row().equals("load")).toList();
        List<Case> loads =
                wanted.stream().filter(one -> one.row().equals("load")).toList();
        boolean hold = true;
        try (Ground ground = new Ground(program, folder.resolve("server"), database(), workload, this::progress)) {
            if (!attacks.isEmpty()) {
                Probes idle = Ground.probes(ground.server().endpoint()).start();
                Thread.sleep(4_000);
                Probes.Measured quiet = idle.end();
                table.idle(quiet);
                Drill drill = new Drill(ground, limit, bounds(quiet));
                List<Outcome> outcomes = new ArrayList<>();
                for (Case one : attacks) {
                    progress("%s: %s".formatted(one.name(), one.what()));
                    Outcome outcome = drill.run(one, outcomes.size());
                    outcomes.add(outcome);
                    progress(table.line(outcome));
                }
                table.cases(outcomes);
                out.print(table.markdown(outcomes));
                out.flush();
                hold = outcomes.stream().allMatch(Outcome::holds);
            }
            if (!loads.isEmpty()) {
                LoadTable compared = new Loads(ground, workload, program.root(), !alone, this::progress).run(loads);
                table.loads(compared);
                out.println();
                out.print(compared.markdown(limit));
                out.flush();
                hold &= compared.holds(limit);
            }
        }
        return hold;
    }

    /** A machine that is busy with other things lets everybody wait, with or without a case. */
    private Drill.Bounds bounds(Probes.Measured quiet) {
        double others = Math.max(quiet.get().longest(), quiet.create().longest());
        return new Drill.Bounds(
                Math.max(longestProbe, NOISE * quiet.live().longest()),
                Math.max(longestWait, NOISE * others),
                SETTLING);
    }

    private Database database() {
        return switch (store) {
            case SQLITE -> Database.sqlite();
            case POSTGRES -> PostgresDatabase.start();
        };
    }

    private void progress(String line) {
        spec.commandLine().getErr().println("drill: " + line);
        spec.commandLine().getErr().flush();
    }
}
