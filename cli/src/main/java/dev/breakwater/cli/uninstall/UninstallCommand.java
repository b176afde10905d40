package dev.breakwater.cli.uninstall;

import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.TellsByItself;
import dev.breakwater.cli.control.DefaultKubeconfig;
import dev.breakwater.cli.control.KubeconfigClient;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "uninstall",
        description = {
            "Takes Breakwater out of a cluster: every object with the label " + Installation.LABEL + ".",
            "",
            "The APIServices go first. While one is there and nobody answers behind it, no namespace of the whole cluster can be"
                    + " deleted; whoever is there already is helped by this command as well.",
            "The volume claim holds every report. It is asked about, and so are other claims in the same namespace."
        },
        footerHeading = "%nExamples%n",
        footer = {
            "  breakwater uninstall --dry-run          what would go, in its order; nothing is changed",
            "  breakwater uninstall --keep-reports     all but the volume claim and the namespace it is in",
            "  breakwater uninstall --yes              all of it, without a question",
            "",
            "Exit code: 0; 1 when something could not be deleted (the rest is, and the same command goes on); 2 for a wrong call.",
            "docs/uninstall.md tells more."
        })
public final class UninstallCommand implements Callable<Integer>, TellsByItself {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    CommandSpec spec;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The cluster (default: $KUBECONFIG, then ~/.kube/config).")
    @Nullable
    Path kubeconfig;

    @Option(names = "--dry-run", description = "Only say what would be deleted.")
    boolean dryRun;

    @Option(names = "--yes", description = "Delete the volume claims with all reports without asking.")
    boolean yes;

    @Option(names = "--keep-reports", description = "Keep the volume claims, and the namespace they are in.")
    boolean keepReports;

    private final BufferedReader answers;
    private final boolean terminal;

    public UninstallCommand() {
        this(
                new InputStreamReader(System.in, Charset.defaultCharset()),
                System.console() != null && System.console().isTerminal());
    }

    /** @param terminal whether somebody can answer */
    UninstallCommand(Reader answers, boolean terminal) {
        this.answers = new BufferedReader(answers);
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (yes && keepReports) {
            throw new ParameterException(spec.commandLine(), "--yes and --keep-reports say opposite things: give one.");
        }
        Path file = kubeconfig != null ? kubeconfig : DefaultKubeconfig.file();
        KubeApi api = new KubeApi(KubeconfigClient.of(file), Pause.sleeping());
        Installation installation = Installation.in(api);
        PrintWriter out = spec.commandLine().getOut();
        if (installation.parts(true).isEmpty()) {
            out.println("There is nothing with the label " + Installation.LABEL + " in this cluster.");
            return ExitCode.OK;
        }
        boolean withReports = withReports(installation);
        List<Installation.Part> parts = installation.parts(withReports);
        if (dryRun) {
            parts.forEach(part -> out.println("would delete " + part));
        }
        int failed = dryRun ? 0 : delete(api, parts);
        if (!withReports && !installation.claims().isEmpty()) {
            installation.claims().forEach(claim -> out.println((dryRun ? "would keep " : "kept ") + claim));
        }
        return failed == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Asked before anything is deleted: whoever does not answer has changed nothing. */
    private boolean withReports(Installation installation) throws IOException {
        if (keepReports || yes || installation.claims().isEmpty()) {
            return !keepReports;
        }
        if (dryRun) {
            return true;
        }
        if (!terminal) {
            throw new ParameterException(
                    spec.commandLine(),
                    "nobody is there to be asked about the volume claims: give --yes, which deletes all reports, or --keep-reports.");
        }
        PrintWriter out = spec.commandLine().getOut();
        installation.claims().forEach(out::println);
        out.print("Delete these volume claims, on most storage classes with all that is on them? [y/N] ");
        out.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new ParameterException(spec.commandLine(), "there was no answer, and nothing was deleted.");
        }
        return answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    /** Goes on after what cannot be deleted; returns how many could not. */
    private int delete(KubeApi api, List<Installation.Part> parts) {
        int failed = 0;
        for (Installation.Part part : parts) {
            try {
                api.delete(part.path());
                spec.commandLine().getOut().println("deleted " + part);
            } catch (IOException e) {
                failed++;
                spec.commandLine().getErr().println("breakwater: " + part + " is not deleted: " + e.getMessage());
            }
        }
        return failed;
    }
}
