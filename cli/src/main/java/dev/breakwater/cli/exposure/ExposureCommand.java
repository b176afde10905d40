package dev.breakwater.cli.exposure;

import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.TellsByItself;
import dev.breakwater.cli.control.DefaultKubeconfig;
import dev.breakwater.cli.control.KubeconfigClient;
import dev.breakwater.cli.settings.LayeredSettings;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.OutOfBounds;
import dev.breakwater.settings.Rules;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "exposure",
        description = {
            "Shows the most exposed workloads of a cluster: vulnerabilities, exposed secrets and failed configuration checks,"
                    + " read from the reports like any client.",
            "CONFIG counts failed checks that are critical or high. Works on any server of the reports, the original's included."
        })
public final class ExposureCommand implements Callable<Integer>, TellsByItself {
    private static final int MOST_ROWS = 1_000_000;

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

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Rows to show; 0 for all (default: ${DEFAULT-VALUE}).",
            defaultValue = "20")
    int limit;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Of one namespace (default: of all).")
    String namespace = "";

    /** In which form rows are written. */
    enum Format {
        table,
        wide,
        json
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: table). wide: every image and every severity.")
    Format format = Format.table;

    @Override
    public Integer call() throws IOException {
        checkOptions();
        PrintWriter out = spec.commandLine().getOut();
        Path file = kubeconfig != null ? kubeconfig : DefaultKubeconfig.file();
        Exposure exposure = Exposure.read(new KubeApi(KubeconfigClient.of(file), Pause.sleeping()), namespace);
        List<Exposure.Row> rows = exposure.mostExposed(limit);
        if (format == Format.json) {
            out.println(ExposureJson.of(rows, exposure.workloads()));
            return 0;
        }
        if (rows.isEmpty()) {
            out.println("No vulnerability reports " + (namespace.isEmpty() ? "" : "in namespace " + namespace + " ")
                    + "yet. See what was not scanned and why: kubectl get imagescans");
            return 0;
        }
        out.println(format == Format.wide ? ExposureTable.wide(rows) : ExposureTable.of(rows));
        if (exposure.workloads() > rows.size()) {
            out.println("  ... and " + (exposure.workloads() - rows.size()) + " more workloads; see --limit");
        }
        return 0;
    }

    private void checkOptions() {
        try {
            new Bounds()
                    .obey("--limit", limit, Rules.number(0, MOST_ROWS))
                    .obey("--namespace", namespace, Rules.orEmpty(Rules.namespace()))
                    .check();
        } catch (OutOfBounds e) {
            throw LayeredSettings.refusal(spec, e);
        }
    }
}
