package dev.breakwater.bench.compare;

import dev.breakwater.bench.meter.DiskUse;
import dev.breakwater.bench.meter.Machine;
import dev.breakwater.bench.meter.ProcessMeter;
import dev.breakwater.bench.side.BreakwaterServer;
import dev.breakwater.bench.side.Cluster;
import dev.breakwater.bench.side.Side;
import dev.breakwater.bench.side.Tenant;
import dev.breakwater.bench.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures one server with N reports, and again after N more. */
@Command(
        name = "growth",
        description = {
            "Measures Breakwater with N reports and with 2N in the same server: a full list and the disk should double,",
            "a page, a get, a selector and memory should stay as they are."
        })
public final class GrowthCommand implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    boolean help;

    @Option(
            names = "--reports",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many reports at first (default: ${DEFAULT-VALUE}).")
    int reports;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "500",
            description = "Reports that go through every row before the clock starts (default: ${DEFAULT-VALUE}).")
    int warmUp;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the generated text (default: ${DEFAULT-VALUE}).")
    long seed;

    @Spec
    CommandSpec spec;

    /** What was measured at one size. */
    private record Size(
            int reports,
            Measured create,
            Measured list,
            Measured page,
            Measured table,
            Measured selector,
            Measured get,
            long peakBytes,
            long diskBytes) {}

    @Override
    public Integer call() throws IOException {
        Path root = Path.of(System.getProperty("breakwater.root", "."));
        Workload warm = Workload.generate("warm", seed + 1, warmUp);
        Workload workload = Workload.generate("bench", seed, 2 * reports);
        Path state = Files.createTempDirectory("bwbench");
        try (Cluster cluster = Cluster.start(root, state);
                BreakwaterServer server = start(cluster, root)) {
            Tenant tenant = Tenant.create(cluster, warm, workload);
            Side side = server.aggregated(tenant);
            new Trial(warm, Duration.ofSeconds(60), warm, EnumSet.complementOf(EnumSet.of(Row.WATCH)), this::progress)
                    .warmUp(side);
            Size once = measure(side, workload, 0, reports);
            Size twice = measure(side, workload, reports, 2 * reports);
            report(root, cluster, once, twice);
        }
        return 0;
    }

    private static BreakwaterServer start(Cluster cluster, Path root) throws IOException {
        return BreakwaterServer.start(
                cluster, root, Files.createDirectory(cluster.folder().resolve("growth")), List.of());
    }

    private Size measure(Side side, Workload workload, int from, int to) {
        progress("creating reports %,d to %,d".formatted(from, to));
        side.memory().forEach(ProcessMeter::resetPeak);
        try (Clients clients = new Clients(side.endpoint())) {
            Measured create = new Work(side, workload.part(from, to), clients).measure(Row.CREATE);
            Work work = new Work(side, workload.part(0, to), clients);
            progress("reading %,d reports".formatted(to));
            return new Size(
                    to,
                    create,
                    work.measure(Row.LIST),
                    work.page(),
                    work.measure(Row.TABLE),
                    work.measure(Row.SELECTOR),
                    work.measure(Row.GET),
                    side.memory().getFirst().peakBytes(),
                    DiskUse.of(side.disk()));
        }
    }

    private void report(Path root, Cluster cluster, Size once, Size twice) {
        PrintWriter out = spec.commandLine().getOut();
        Machine.facts(root, cluster.version(), Clock.systemDefaultZone())
                .forEach((name, value) -> out.println("- " + name + ": " + value));
        out.println();
        out.println("| work | %,d reports | %,d reports | factor | expected |".formatted(once.reports, twice.reports));
        out.println("| --- | --- | --- | --- | --- |");
        line(out, "full list, gzip, one request, ms", once.list.median(), twice.list.median(), "2");
        line(out, "the same, ms of CPU", once.list.cpu(), twice.list.cpu(), "2");
        line(out, "Table, all pages, ms", once.table.median(), twice.table.median(), "2");
        line(out, "disk, MiB", once.diskBytes / 1048576.0, twice.diskBytes / 1048576.0, "2");
        line(out, "create, ms of CPU each", once.create.cpu(), twice.create.cpu(), "1");
        line(out, "first page of 500, gzip, ms", once.page.median(), twice.page.median(), "1");
        line(out, "label selector, 10 hits, ms", once.selector.median(), twice.selector.median(), "1");
        line(out, "get one, ms of CPU each", once.get.cpu(), twice.get.cpu(), "1");
        line(out, "memory, peak, MiB", once.peakBytes / 1048576.0, twice.peakBytes / 1048576.0, "1");
        out.flush();
    }

    private static void line(PrintWriter out, String work, double once, double twice, String expected) {
        out.println("| %s | %.2f | %.2f | %.2f | %s |".formatted(work, once, twice, twice / once, expected));
    }

    private void progress(String line) {
        spec.commandLine().getErr().println("bench: " + line);
        spec.commandLine().getErr().flush();
    }
}
