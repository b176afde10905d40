package dev.breakwater.bench.compliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.compliance.Compilation;
import dev.breakwater.controller.compliance.ComplianceSpec;
import dev.breakwater.controller.compliance.CurrentChecks;
import dev.breakwater.controller.compliance.Deviation;
import dev.breakwater.controller.compliance.Frameworks;
import dev.breakwater.controller.compliance.InvalidSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compiles every built-in framework, in full mode, over a generated cluster; one thread. */
@Command(
        name = "compliance",
        description = {
            "Compiles the built-in frameworks, all with details, over generated reports: pages of JSON as the API sends them.",
            "One thread works. Goal: 10,000 reports in less than 10 s, with memory that does not grow with the reports."
        })
public final class ComplianceBench implements Callable<Integer> {
    private static final double GOAL_SECONDS = 10;
    private static final int GOAL_REPORTS = 10_000;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    boolean help;

    @Option(
            names = "--reports",
            split = ",",
            defaultValue = "10000,40000",
            paramLabel = "N",
            description = "Numbers of reports, one round each (default: ${DEFAULT-VALUE}).")
    List<Integer> sizes = List.of();

    @Option(
            names = "--entries",
            defaultValue = "30",
            paramLabel = "N",
            description = "Entries of a workload's report on average (default: ${DEFAULT-VALUE}).")
    int perReport;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Of the generated text (default: 1).")
    long seed;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException, InvalidSpec {
        List<ComplianceSpec> frameworks = new ArrayList<>();
        for (String name : Frameworks.ALL) {
            ObjectNode manifest = Frameworks.manifest(name);
            manifest.withObject("/spec").put("reportType", "all");
            frameworks.add(ComplianceSpec.parse(manifest.path("spec")));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%d frameworks, %d entries per report, heap of at most %d MB%n%n",
                frameworks.size(), perReport, Runtime.getRuntime().maxMemory() >> 20);
        out.println("| reports | entries | JSON MB | seconds | CPU seconds | peak heap MB | allocated MB |");
        out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        boolean met = true;
        for (int size : sizes) {
            double seconds = round(size, frameworks, out);
            met &= size > GOAL_REPORTS || seconds < GOAL_SECONDS;
        }
        out.flush();
        return met ? 0 : 1;
    }

    private double round(int size, List<ComplianceSpec> frameworks, PrintWriter out) throws IOException {
        Path folder = Files.createTempDirectory("breakwater-bench-");
        try {
            GeneratedReports reports = new GeneratedReports(folder, namedChecks(frameworks), seed);
            reports.write(size, perReport);
            // The first run compiles the code; it is what a controller has behind it after its first cron.
            compile(frameworks, reports);
            System.gc();
            heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
            long allocated = allocated();
            long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long start = System.nanoTime();
            compile(frameworks, reports);
            double seconds = (System.nanoTime() - start) / 1e9;
            out.printf(
                    "| %,d | %,d | %,d | %.2f | %.2f | %,d | %,d |%n",
                    size,
                    reports.entries(),
                    reports.bytes() >> 20,
                    seconds,
                    (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e9,
                    heapPools().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum() >> 20,
                    allocated() - allocated >> 20);
            out.flush();
            return seconds;
        } finally {
            delete(folder);
        }
    }

    private static void compile(List<ComplianceSpec> frameworks, GeneratedReports reports) throws IOException {
        Compilation compilation = new Compilation(frameworks, new EveryCheck(), EnumSet.allOf(Deviation.class), 10);
        compilation.read(reports);
        for (ComplianceSpec framework : frameworks) {
            JsonNode summary = compilation.status(framework, kind -> true).path("summary");
            if (summary.path("failCount").asInt() == 0) {
                throw new IllegalStateException("framework " + framework.id() + " found nothing: nothing was measured");
            }
        }
    }

    /** What frameworks name, and as many checks again that no framework names. */
    private static List<String> namedChecks(List<ComplianceSpec> frameworks) {
        Set<String> named = new TreeSet<>();
        frameworks.forEach(framework -> framework.controls().forEach(control -> named.addAll(control.checks())));
        List<String> checks = new ArrayList<>(named);
        named.forEach(check -> checks.add(check.replaceFirst("-0", "-9")));
        return checks;
    }

    private static Stream<MemoryPoolMXBean> heapPools() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP);
    }

    private static long allocated() {
        return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
                ? threads.getCurrentThreadAllocatedBytes()
                : 0;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** Every id is a check that has run. */
    private static final class EveryCheck implements CurrentChecks {
        @Override
        public Optional<Check> find(String spelling) {
            String id = spelling.replaceFirst("^AVD-", "");
            return Optional.of(new Check(
                    id, Set.of("ReplicaSet", "Pod", "NodeInfo", "Role"), id.startsWith("KCV"), Optional.empty()));
        }

        @Override
        public boolean isCurrent(String objectKind, String configHash) {
            return true;
        }
    }
}
