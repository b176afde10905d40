package dev.breakwater.cli.audit;

import dev.breakwater.cli.CommonOptions;
import dev.breakwater.controller.checks.CheckExamples;
import dev.breakwater.controller.checks.InvalidCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs checks on the examples in their own files. */
@Command(
        name = "test",
        description = {
            "Runs each check of a file on the examples under its key tests, and says where it finds more or less than expected.",
            "",
            "Exit code: 0 when all examples hold, 1 when one does not, 2 when a file cannot be used."
        },
        footerHeading = "%nExample%n",
        footer = {
            "  - id: TEAM-1",
            "    severity: MEDIUM",
            "    title: Deployment without an owner",
            "    description: Nobody can be asked about it.",
            "    remediation: Set the label owner.",
            "    match: {kinds: [Deployment]}",
            "    fail: \"!object.metadata.?labels.?owner.hasValue()\"",
            "    message: kind + \" \" + name + \" has no owner\"",
            "    tests:",
            "    - object: {kind: Deployment, metadata: {name: a}}",
            "      findings: 1",
            "    - object: {kind: Deployment, metadata: {name: a, labels: {owner: ann}}}",
            "      findings: 0"
        })
final class CheckTestCommand implements Callable<Integer> {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE|DIR", arity = "1..*", description = "Files of checks; of a folder all below it.")
    List<Path> files = new ArrayList<>();

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        int examples = 0;
        int wrong = 0;
        for (Path file : named()) {
            for (CheckExamples.Outcome outcome : outcomes(file)) {
                examples++;
                if (!outcome.asExpected()) {
                    wrong++;
                    out.println(file + ": " + outcome.checkId() + ", example " + outcome.number() + ": expected "
                            + outcome.expected() + ", but there is " + outcome.actual());
                }
            }
        }
        out.println(
                wrong == 0
                        ? "All " + examples + " examples hold."
                        : wrong + " of " + examples + " examples do not hold.");
        return wrong == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private List<Path> named() throws IOException {
        try {
            List<Path> all = new ArrayList<>();
            for (Path file : files) {
                all.addAll(CheckFiles.of(file));
            }
            return all;
        } catch (InvalidCheck e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<CheckExamples.Outcome> outcomes(Path file) throws IOException {
        try {
            return CheckExamples.ofFile(file.toString(), Files.readString(file));
        } catch (InvalidCheck e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
