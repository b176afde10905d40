package dev.breakwater.bench;

import dev.breakwater.bench.audit.AuditBench;
import dev.breakwater.bench.compare.CompareCommand;
import dev.breakwater.bench.compare.GrowthCommand;
import dev.breakwater.bench.compliance.ComplianceBench;
import dev.breakwater.bench.drill.DrillCommand;
import dev.breakwater.bench.start.StartCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The root command of the benchmarks. Results go to standard output, progress to standard error. */
@Command(
        name = "bench",
        description = "Benchmarks: reports side by side with CRDs in etcd, and what an audit and compliance cost.",
        subcommands = {
            AuditBench.class,
            CompareCommand.class,
            GrowthCommand.class,
            ComplianceBench.class,
            DrillCommand.class,
            StartCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Bench implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    boolean help;

    @Spec
    CommandSpec spec;

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new Bench());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setUsageHelpAutoWidth(true);
        command.setExecutionExceptionHandler((e, line, _) -> {
            PrintWriter err = line.getErr();
            err.println("bench: " + (e.getMessage() == null ? e : e.getMessage()));
            if (Boolean.getBoolean("breakwater.trace")) {
                e.printStackTrace(err);
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(command.execute(arguments));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
