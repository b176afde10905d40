package dev.breakwater.cli.audit;

import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.Version;
import dev.breakwater.controller.audit.ChecksOff;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.checks.Severity;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the checks on manifests, without a cluster. */
@Command(
        name = "audit",
        description = {
            "Checks Kubernetes manifests for insecure settings, without a cluster.",
            "",
            "Reads YAML documents, JSON, JSON lines and Lists (kubectl get -o json), and runs every check that applies to the",
            "kind: workloads, roles, bindings, services, ingresses, network policies, quotas, config maps, node facts."
        },
        footerHeading = "%nExamples%n",
        footer = {
            "  breakwater audit deploy/                              every manifest below a folder",
            "  helm template . | breakwater audit -                  a rendered chart",
            "  kubectl get deploy,sts,ds -A -o json | breakwater audit -",
            "  breakwater audit --fail-on high --format junit deploy/ > audit.xml      a gate in CI",
            "  breakwater audit --off KSV-0013 --severity KSV-0014=LOW deploy/",
            "",
            "Exit code: 0; 1 when there is a finding of the severity of --fail-on or worse; 2 for a wrong call or unreadable input."
        })
public final class AuditCommand implements Callable<Integer> {
    /** In which form results are written. */
    enum Format {
        table,
        jsonl,
        sarif,
        junit
    }

    enum Colour {
        auto,
        always,
        never
    }

    @Mixin
    CommonOptions common = new CommonOptions();

    @Mixin
    CheckChoice choice = new CheckChoice();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = {
                "${COMPLETION-CANDIDATES} (default: table).",
                "jsonl: one line per object, in input order; sarif: SARIF 2.1.0; junit: JUnit XML."
            })
    Format format = Format.table;

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            defaultValue = "never",
            description =
                    "Exit with 1 on a finding this bad or worse: critical, high, medium, low, unknown or never (default).")
    String failOn = "never";

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "Colours in the table: ${COMPLETION-CANDIDATES}; auto means on a terminal only.")
    Colour colour = Colour.auto;

    @Parameters(paramLabel = "DIR|FILE|-", arity = "1..*", description = "What is audited; - is standard input.")
    List<String> targets = new ArrayList<>();

    @Spec
    CommandSpec spec;

    private final InputStream standardInput;

    public AuditCommand() {
        this(System.in);
    }

    AuditCommand(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    @Override
    public Integer call() throws IOException {
        Optional<Severity> threshold = threshold();
        CheckSet checks;
        try {
            checks = choice.checks();
        } catch (InvalidCheck e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
        Totals totals = new Totals();
        AuditOutput output = output(checks);
        output.begin();
        try {
            for (String target : targets) {
                new Manifests(standardInput).read(target, manifest -> {
                    List<CheckResult> results = ChecksOff.without(
                            checks.audit(manifest.object()), manifest.object(), Set.of(), checks.ids());
                    Audited audited = Audited.of(manifest, results);
                    totals.add(audited);
                    write(output, audited);
                });
            }
        } catch (UnreadableManifest e) {
            output.end(totals);
            spec.commandLine().getErr().println("breakwater: " + e.getMessage());
            return ExitCode.USAGE;
        }
        output.end(totals);
        return threshold.isPresent() && totals.reach(threshold.get()) ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private Optional<Severity> threshold() {
        if (failOn.equalsIgnoreCase("never")) {
            return Optional.empty();
        }
        Optional<Severity> severity = Severity.parse(failOn);
        if (severity.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--fail-on " + failOn + ": allowed are critical, high, medium, low, unknown and never.");
        }
        return severity;
    }

    private AuditOutput output(CheckSet checks) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        return switch (format) {
            case table -> new TableOutput(out, colours());
            case jsonl -> new JsonLinesOutput(out);
            case sarif -> new SarifOutput(out, checks.checks(), Version.CURRENT);
            case junit -> new JunitOutput(out);
        };
    }

    private boolean colours() {
        return switch (colour) {
            case always -> true;
            case never -> false;
            case auto -> isTerminal(System.console()) && System.getenv("NO_COLOR") == null;
        };
    }

    private static boolean isTerminal(@Nullable Console console) {
        return console != null && console.isTerminal();
    }

    private static void write(AuditOutput output, Audited audited) {
        try {
            output.object(audited);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
