package dev.breakwater.cli.audit;

import dev.breakwater.cli.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What authors of checks use. */
@Command(
        name = "check",
        description = "Works on checks of your own: YAML with CEL expressions, explained in docs/checks.md.",
        subcommands = {CheckTestCommand.class},
        synopsisSubcommandLabel = "COMMAND")
public final class CheckCommand implements Runnable {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
