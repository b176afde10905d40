package dev.breakwater.bench.drill;

import dev.breakwater.bench.meter.Machine;
import dev.breakwater.bench.side.ServerManifest;
import dev.breakwater.bench.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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
            "The exit code is 1 when a case does not hold."
        })
public final class DrillCommand implements Callable<Integer> {
    private static final int CASE_FAILED = 1;

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
        return Case.all(
                List.of(YamlCases.all(), PatchCases.all(), TreeCases.all(), EdgeCases.all(), AnswerCases.all()));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<Case> wanted = all().stream()
                .filter(one -> cases.isEmpty() || one.isNamed(cases))
                .toList();
        if (wanted.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no case is named " + cases + "; see --list");
        }
        if (list) {
            wanted.forEach(one -> out.println("%-4s %-26s %s".formatted(one.row(), one.name(), one.what())));
            out.flush();
            return 0;
        }
        return drill(wanted, out);
    }

    private int drill(List<Case> wanted, PrintWriter out) throws IOException, InterruptedException {
        Path root = Path.of(System.getProperty("breakwater.root", "."));
        Path folder = Files.createTempDirectory("bwdrill");
        Workload workload = Workload.generate("drill", 1, reports);
        DrillTable table = new DrillTable(Machine.facts(root, "none", Clock.systemDefaultZone()));
        try (Ground ground = new Ground(root, folder, database(), workload, this::progress)) {
            Probes idle = Ground.probes(ground.server().endpoint()).start();
            Thread.sleep(4_000);
            Probes.Measured quiet = idle.end();
            table.idle(quiet);
            Drill drill = new Drill(
                    ground,
                    ServerManifest.read(root).memoryLimit(),
                    new Drill.Bounds(longestProbe, longestWait),
                    quiet);
            List<Outcome> outcomes = new ArrayList<>();
            for (Case one : wanted) {
                progress("%s: %s".formatted(one.name(), one.what()));
                Outcome outcome = drill.run(one, outcomes.size());
                outcomes.add(outcome);
                progress(table.line(outcome));
            }
            out.print(table.markdown(outcomes));
            out.flush();
            if (json != null) {
                table.write(json, outcomes);
            }
            return outcomes.stream().allMatch(Outcome::holds) ? 0 : CASE_FAILED;
        }
    }

    private Database database() {
        return switch (store) {
            case SQLITE -> Database.sqlite();
            case POSTGRES -> PostgresDatabase.start(this::progress);
        };
    }

    private void progress(String line) {
        spec.commandLine().getErr().println("drill: " + line);
        spec.commandLine().getErr().flush();
    }
}
