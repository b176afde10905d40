package dev.breakwater.cli;

import dev.breakwater.cli.audit.AuditCommand;
import dev.breakwater.cli.audit.CheckCommand;
import dev.breakwater.cli.control.ControlCommand;
import dev.breakwater.cli.demo.DemoCommand;
import dev.breakwater.cli.exposure.ExposureCommand;
import dev.breakwater.cli.logging.Logging;
import dev.breakwater.cli.logging.LoggingSettings;
import dev.breakwater.cli.logging.LoggingSettings.LogLevel;
import dev.breakwater.cli.rehearsal.RehearseCommand;
import dev.breakwater.cli.serve.ServeCommand;
import dev.breakwater.cli.settings.LayeredSettings;
import dev.breakwater.cli.settings.SettingsException;
import dev.breakwater.cli.uninstall.UninstallCommand;
import dev.breakwater.cli.verify.VerifyCommand;
import dev.breakwater.settings.SettingValues;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The root command: parses, layers the settings, reports errors in one line. */
@Command(
        name = "breakwater",
        description = "Security reports for Kubernetes that never touch etcd.",
        synopsisSubcommandLabel = "COMMAND")
public final class Breakwater implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    boolean help;

    @Spec
    CommandSpec spec;

    /** By name, in the order of the help. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    private Breakwater() {}

    public static void main(String[] arguments) {
        System.exit(
                run(arguments, System.getenv(), new PrintWriter(System.out, true), new PrintWriter(System.err, true)));
    }

    /** Runs one command; returns the exit code: 0, 1 for a failure, 2 for a wrong call or setting. */
    public static int run(String[] arguments, Map<String, String> environment, PrintWriter out, PrintWriter err) {
        CommandLine root = new CommandLine(new Breakwater());
        // First: what is set on the root below is handed down to the commands that it has.
        wanted(arguments, environment).forEach((name, command) -> root.addSubcommand(name, command.get()));
        root.setOut(out).setErr(err);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpAutoWidth(true);
        LayeredSettings settings;
        try {
            settings =
                    LayeredSettings.install(root, List.of(LoggingSettings.SETTINGS), List.of(arguments), environment);
        } catch (SettingsException e) {
            err.println("breakwater: " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        root.setParameterExceptionHandler((e, _) -> wrongCall(e, settings));
        root.setExecutionExceptionHandler((e, command, _) -> failure(e, command));
        root.setExecutionStrategy(parsed -> configured(parsed, settings));
        return root.execute(arguments);
    }

    /** All commands with all their flags, for what describes them. */
    public static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Breakwater());
        COMMANDS.forEach((name, command) -> root.addSubcommand(name, command.get()));
        LayeredSettings.install(root, List.of(LoggingSettings.SETTINGS), List.of(), Map.of());
        return root;
    }

    /**
     * The command that is called, or all of them where a file, a variable or the help may speak of any: reading the annotations of
     * a hundred options takes longer than what a small command does.
     */
    private static Map<String, Supplier<Object>> wanted(String[] arguments, Map<String, String> environment) {
        Supplier<Object> called = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        boolean layered = List.of(arguments).stream().anyMatch(argument -> argument.startsWith("--config"))
                || environment.keySet().stream().anyMatch(LayeredSettings::isOurs);
        return called == null || layered ? COMMANDS : Map.of(arguments[0], called);
    }

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("demo", DemoCommand::new);
        commands.put("serve", ServeCommand::new);
        commands.put("verify", VerifyCommand::new);
        commands.put("control", ControlCommand::new);
        commands.put("audit", AuditCommand::new);
        commands.put("check", CheckCommand::new);
        commands.put("exposure", ExposureCommand::new);
        commands.put("uninstall", UninstallCommand::new);
        commands.put("collect-node", CollectNodeCommand::new);
        commands.put("rehearse", RehearseCommand::new);
        commands.put("version", VersionCommand::new);
        return commands;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Settings before anything else, so that all that is wrong with them is told at once. */
    private static int configured(ParseResult parsed, LayeredSettings settings) {
        Integer help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        CommandSpec command = last.commandSpec();
        SettingValues values = settings.configure(command.commandLine());
        Logging.apply(
                new LoggingSettings(values),
                command.userObject() instanceof TellsByItself ? LogLevel.warn : LogLevel.info);
        return new CommandLine.RunLast().execute(parsed);
    }

    private static int wrongCall(ParameterException e, LayeredSettings settings) {
        CommandLine command = e.getCommandLine();
        String origin = e.getArgSpec() == null ? "" : settings.origin(e.getArgSpec());
        command.getErr().println("breakwater: " + e.getMessage() + origin);
        // What is wrong in file and environment as well, unless it was said with the settings.
        settings.problems().stream()
                .filter(problem -> !String.valueOf(e.getMessage()).contains(problem))
                .forEach(problem -> command.getErr().println("breakwater: " + problem));
        command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    private static int failure(Exception e, CommandLine command) {
        command.getErr().println("breakwater: " + words(e));
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The first message on the way down that says something. */
    private static String words(Throwable e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                return cause.getMessage();
            }
        }
        return e.getClass().getSimpleName();
    }
}
