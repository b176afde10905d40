package dev.breakwater.cli.exposure;

import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.TellsByItself;
import dev.breakwater.cli.control.KubeconfigClient;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import java.io.File;
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
            description = "Rows to show (default: ${DEFAULT-VALUE}).",
            defaultValue = "20")
    int limit;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path file = kubeconfig != null ? kubeconfig : defaultKubeconfig();
        Exposure exposure = Exposure.read(new KubeApi(KubeconfigClient.of(file), Pause.sleeping()));
        List<Exposure.Row> rows = exposure.mostExposed(limit);
        if (rows.isEmpty()) {
            out.println("No vulnerability reports yet. See what was not scanned and why: kubectl get imagescans");
            return 0;
        }
        out.println(ExposureTable.of(rows));
        if (exposure.workloads() > rows.size()) {
            out.println("  ... and " + (exposure.workloads() - rows.size()) + " more workloads; see --limit");
        }
        return 0;
    }

    private static Path defaultKubeconfig() {
        String named = System.getenv("KUBECONFIG");
        return named != null && !named.isEmpty()
                ? Path.of(named.split(File.pathSeparator, 2)[0])
                : Path.of(System.getProperty("user.home"), ".kube", "config");
    }
}
