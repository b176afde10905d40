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
            "Exit code: 0; 1 when there is a finding of the severity of --fail-on or worse; 2 for a wrong call;",
            "3 when something could not be read or is ambiguous (it is named on standard error, all else is audited),",
            "or when there was no object at all, which --allow-empty allows."
        })
public final class AuditCommand implements Callable<Integer> {
    /** Not everything that was named has been audited: whatever was found, it is not all. */
    static final int INCOMPLETE = 3;

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
            names = "--allow-empty",
            description = "No object at all is no failure: a broken pipe in CI looks the same.")
    boolean allowEmpty;

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
        Manifests manifests = new Manifests(standardInput, new Found() {
            @Override
            public void object(Manifest manifest) {
                audit(manifest, checks, totals, output);
            }

            @Override
            public void unread(Unread unread) {
                totals.add(unread);
                spec.commandLine().getErr().println("breakwater: " + unread);
                write(() -> output.unread(unread));
            }
        });
        targets.forEach(manifests::read);
        output.end(totals);
        return exitCode(threshold, totals);
    }

    private static void audit(Manifest manifest, CheckSet checks, Totals totals, AuditOutput output) {
        List<CheckResult> results =
                ChecksOff.without(checks.audit(manifest.object()), manifest.object(), Set.of(), checks.ids());
        Audited audited = Audited.of(manifest, checks.speaksOf(manifest.object()), results);
        totals.add(audited);
        write(() -> output.object(audited));
    }

    private int exitCode(Optional<Severity> threshold, Totals totals) {
        PrintWriter err = spec.commandLine().getErr();
        if (format != Format.table && !totals.notJudged().isEmpty()) {
            err.println("breakwater: " + totals.notJudged());
        }
        if (totals.objects() == 0 && totals.unread() == 0 && !allowEmpty) {
            err.println("breakwater: there was no Kubernetes object in " + String.join(", ", targets)
                    + "; --allow-empty makes that no failure");
            return INCOMPLETE;
        }
        if (totals.unread() > 0) {
            return INCOMPLETE;
        }
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

    private interface Part {
        void write() throws IOException;
    }

    private static void write(Part part) {
        try {
            part.write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
