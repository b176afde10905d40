package dev.breakwater.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command understands. */
public final class CommonOptions {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    boolean help;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file with settings; overridden by BREAKWATER_* variables, overridden by flags.")
    @Nullable
    Path config;
}
