package dev.breakwater.bench.audit;

import dev.breakwater.bench.meter.ProcessMeter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs {@code breakwater audit} on generated workloads, in a process of its own with a small heap. */
@Command(
        name = "audit",
        description = "Audits generated workloads; shows CPU time and memory, which must not grow with their number.")
public final class AuditBench implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    boolean help;

    @Option(
            names = "--workloads",
            paramLabel = "N",
            split = ",",
            description = "Numbers of Deployments (default: 2000,20000).")
    List<Integer> workloads = new ArrayList<>(List.of(2000, 20000));

    @Option(names = "--heap", paramLabel = "MB", description = "Largest heap of the audit (default: 96).")
    int heap = 96;

    @Spec
    CommandSpec spec;

    private record Cost(double wallSeconds, double cpuSeconds, double peakMegabytes) {}

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        out.println("| workloads | manifests MB | CPU s | wall s | peak RSS MB | CPU ms per workload |");
        out.println("| ---: | ---: | ---: | ---: | ---: | ---: |");
        for (int count : workloads) {
            Path file = Files.createTempFile("breakwater-bench-", ".jsonl");
            try {
                write(file, count);
                Cost cost = audit(file);
                out.printf(
                        "| %,d | %.1f | %.1f | %.1f | %.0f | %.2f |%n",
                        count,
                        Files.size(file) / 1e6,
                        cost.cpuSeconds(),
                        cost.wallSeconds(),
                        cost.peakMegabytes(),
                        cost.cpuSeconds() * 1000 / count);
                out.flush();
            } finally {
                Files.delete(file);
            }
        }
        return 0;
    }

    private Cost audit(Path file) throws IOException, InterruptedException {
        long started = System.nanoTime();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap + "m",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.breakwater.cli.Breakwater",
                        "audit",
                        "--format",
                        "jsonl",
                        file.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ProcessMeter meter = new ProcessMeter("breakwater audit", process.pid());
        double cpu = 0;
        double peak = 0;
        while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
            try {
                cpu = meter.cpuMillis() / 1e3;
                peak = meter.peakBytes() / 1e6;
            } catch (UncheckedIOException | java.util.NoSuchElementException e) {
                // It ended between the two questions; what was read last stands.
            }
        }
        if (process.exitValue() != 0) {
            throw new IOException("breakwater audit ended with " + process.exitValue());
        }
        return new Cost((System.nanoTime() - started) / 1e9, cpu, peak);
    }

    private static void write(Path file, int count) throws IOException {
        Random random = new Random(4);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < count; i++) {
                out.write(deployment(i, random));
                out.newLine();
            }
        }
    }

    private static String deployment(int number, Random random) {
        return """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"app-%1$d","namespace":"team-%2$d","labels":{"app":"app-%1$d"}},\
                "spec":{"replicas":3,"selector":{"matchLabels":{"app":"app-%1$d"}},"template":{"metadata":{"labels":{"app":"app-%1$d"}},"spec":{\
                "serviceAccountName":"app","securityContext":{"runAsNonRoot":%3$b,"fsGroup":2000},"containers":[%4$s,%5$s],\
                "volumes":[{"name":"config","configMap":{"name":"app"}},{"name":"tmp","emptyDir":{}}]}}}}""".formatted(
                number, number % 200, random.nextBoolean(), container("app", random), container("proxy", random));
    }

    private static String container(String name, Random random) {
        return """
                {"name":"%1$s","image":"registry.example.com/%1$s:1.%2$d","args":["--port=8080","--log-level=info"],\
                "env":[{"name":"MODE","value":"production"},{"name":"TOKEN","valueFrom":{"secretKeyRef":{"name":"app","key":"token"}}}],\
                "ports":[{"containerPort":8080,"name":"http"}],"resources":{"requests":{"cpu":"100m","memory":"128Mi"}%3$s},\
                "livenessProbe":{"httpGet":{"path":"/healthz","port":8080},"periodSeconds":10},\
                "securityContext":{"allowPrivilegeEscalation":%4$b,"readOnlyRootFilesystem":%5$b,"capabilities":{"drop":["ALL"]}},\
                "volumeMounts":[{"name":"config","mountPath":"/etc/app"},{"name":"tmp","mountPath":"/tmp"}]}""".formatted(
                        name,
                        random.nextInt(40),
                        random.nextBoolean() ? ",\"limits\":{\"memory\":\"256Mi\"}" : "",
                        random.nextBoolean(),
                        random.nextBoolean());
    }
}
