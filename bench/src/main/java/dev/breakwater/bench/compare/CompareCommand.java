package dev.breakwater.bench.compare;

import dev.breakwater.bench.meter.Machine;
import dev.breakwater.bench.side.BreakwaterServer;
import dev.breakwater.bench.side.Cluster;
import dev.breakwater.bench.side.CustomResources;
import dev.breakwater.bench.side.Tenant;
import dev.breakwater.bench.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the same work on custom resources in etcd and on Breakwater, in one run. */
@Command(
        name = "compare",
        description = {
            "Measures the same work on custom resources in etcd and on Breakwater, behind the same kube-apiserver.",
            "The sides take turns: one is measured to its end before the next begins."
        })
public final class CompareCommand implements Callable<Integer> {
    private static final String CRD_GROUP = "crd.breakwater.dev";
    private static final int FEWEST_REPORTS = 10;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    boolean help;

    @Option(
            names = "--reports",
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many reports, of N/10 distinct contents (default: ${DEFAULT-VALUE}).")
    int reports;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "500",
            description = "Reports that go through every row before the clock starts (default: ${DEFAULT-VALUE}).")
    int warmUp;

    @Option(
            names = "--warmup-seconds",
            paramLabel = "N",
            defaultValue = "120",
            description = "Repeats the warm-up for about this long, on either side (default: ${DEFAULT-VALUE}).")
    int warmUpSeconds;

    @Option(
            names = "--cold-reports",
            paramLabel = "N",
            defaultValue = "2000",
            description = {
                "Reports of the cold run (default: ${DEFAULT-VALUE}; 0 leaves it out): every row once, without a warm-up,",
                "each side in a control plane of its own that has just started."
            })
    int coldReports;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "ROW",
            description = "Rows to measure: ${COMPLETION-CANDIDATES} (default: all). Reports are created in any case.")
    @Nullable
    Set<Row> only;

    @Option(
            names = "--sides",
            split = ",",
            paramLabel = "SIDE",
            defaultValue = "breakwater,crds",
            description = "What is measured, in this order: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    List<SideName> sides = List.of();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the generated text (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes every figure to this file.")
    @Nullable
    Path json;

    @Option(
            names = "--server-java-options",
            split = " ",
            paramLabel = "OPTIONS",
            description = "Further options for the server's JVM, such as a flight recording.")
    List<String> serverJavaOptions = List.of();

    @Spec
    CommandSpec spec;

    /** A side as the user names it. */
    enum SideName {
        CRDS,
        BREAKWATER,
        /** The server without the aggregation layer, in an empty database of its own. */
        DIRECT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws IOException {
        if (reports < FEWEST_REPORTS || isTooFew(warmUp) || isTooFew(coldReports)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--reports, --warmup and --cold-reports need at least 10 (0 leaves the warm-up and the cold run out)");
        }
        Path root = Path.of(System.getProperty("breakwater.root", "."));
        Workload warm = Workload.generate("warm", seed + 1, warmUp);
        Workload workload = Workload.generate("bench", seed, reports);
        Trial trial = new Trial(
                warm,
                Duration.ofSeconds(warmUpSeconds),
                workload,
                only == null ? EnumSet.allOf(Row.class) : only,
                this::progress);
        progress("%,d reports of %,d contents, %.0f MB"
                .formatted(reports, workload.contents().size(), workload.bytes(CRD_GROUP) / 1e6));
        Map<SideName, Outcome> cold = cold(root);
        Path state = Files.createTempDirectory("bwbench");
        Map<SideName, Outcome> outcomes = new EnumMap<>(SideName.class);
        Map<String, String> facts;
        try (Cluster cluster = Cluster.start(root, state)) {
            facts = Machine.facts(root, cluster.version(), Clock.systemDefaultZone());
            Tenant tenant = Tenant.create(cluster, warm, workload);
            for (SideName side : new LinkedHashSet<>(sides)) {
                outcomes.put(side, measure(side, trial, cluster, tenant, root));
            }
        }
        report(facts, outcomes, cold);
        return 0;
    }

    private static boolean isTooFew(int number) {
        return number != 0 && number < FEWEST_REPORTS;
    }

    /** Most servers are cold whenever they are needed. kube-apiserver is part of both sides, so that each gets a fresh one. */
    private Map<SideName, Outcome> cold(Path root) throws IOException {
        Map<SideName, Outcome> outcomes = new EnumMap<>(SideName.class);
        if (coldReports == 0) {
            return outcomes;
        }
        Workload none = Workload.generate("warm", seed + 1, 0);
        Workload workload = Workload.generate("bench", seed, coldReports);
        Trial trial = new Trial(
                none, Duration.ZERO, workload, only == null ? EnumSet.allOf(Row.class) : only, this::progress);
        for (SideName side : new LinkedHashSet<>(sides)) {
            progress(side + ": cold");
            try (Cluster cluster = Cluster.start(root, Files.createTempDirectory("bwbench"))) {
                Tenant tenant = Tenant.create(cluster, none, workload);
                outcomes.put(side, measure(side, trial, cluster, tenant, root));
            }
        }
        return outcomes;
    }

    private Outcome measure(SideName side, Trial trial, Cluster cluster, Tenant tenant, Path root) throws IOException {
        cluster.resetPeaks();
        if (side == SideName.CRDS) {
            return trial.run(new CustomResources(CRD_GROUP).install(cluster, tenant));
        }
        Path folder = Files.createDirectory(cluster.folder().resolve(side.toString()));
        try (BreakwaterServer server = BreakwaterServer.start(cluster, root, folder, serverJavaOptions)) {
            return trial.run(side == SideName.DIRECT ? server.direct(tenant) : server.aggregated(tenant));
        }
    }

    private void report(Map<String, String> facts, Map<SideName, Outcome> outcomes, Map<SideName, Outcome> cold)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Markdown markdown = new Markdown(reports);
        facts.forEach((name, value) -> out.println("- " + name + ": " + value));
        out.println("- warm-up: %,d reports, for %d s and once at least; order: %s"
                .formatted(
                        warmUp,
                        warmUpSeconds,
                        sides.stream().map(SideName::toString).collect(Collectors.joining(", "))));
        if (coldReports > 0) {
            out.println("- cold: %,d reports, no warm-up, a fresh control plane for each side".formatted(coldReports));
        }
        Outcome crds = outcomes.get(SideName.CRDS);
        outcomes.forEach((side, outcome) -> {
            if (side != SideName.CRDS || outcomes.size() == 1) {
                out.println();
                out.print(
                        crds == null || side == SideName.CRDS
                                ? markdown.single(outcome)
                                : markdown.compare(crds, outcome, cold.get(SideName.CRDS), cold.get(side)));
            }
        });
        out.flush();
        if (json != null) {
            Figures.write(json, facts, outcomes.values(), cold.values());
        }
    }

    private void progress(String line) {
        spec.commandLine().getErr().println("bench: " + line);
        spec.commandLine().getErr().flush();
    }
}
