package dev.breakwater.cli.demo;

import dev.breakwater.apiserver.ApiServer;
import dev.breakwater.apiserver.ApiServerSettings;
import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.RunUntilSignal;
import dev.breakwater.cli.TellsByItself;
import dev.breakwater.cli.Version;
import dev.breakwater.cli.control.KubeconfigClient;
import dev.breakwater.cli.exposure.Exposure;
import dev.breakwater.cli.exposure.ExposureTable;
import dev.breakwater.cli.serve.Endpoints;
import dev.breakwater.cli.values.ShellWord;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = {
            "Starts a standalone server on this machine, fills it from a sample cluster, shows the most exposed workloads,"
                    + " and serves until Ctrl-C.",
            "With --cluster the launcher does it for real instead: a control plane and a node on this machine, Trivy Jobs, reports"
                    + " (Linux, root, Go).",
            "The images are our own; what Trivy found in them was recorded with the real Trivy over a sample database."
                    + " Configuration findings are computed while you wait."
        })
public final class DemoCommand implements Callable<Integer>, TellsByItself {
    private static final int ROWS = 10;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    CommandSpec spec;

    @Option(names = "--once", description = "End after showing the table instead of serving until Ctrl-C.")
    boolean once;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port to listen on; 0 for a free one (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep the demo's data there (default: a temporary folder, removed at the end).")
    @Nullable
    Path data;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long started = System.nanoTime();
        PrintWriter out = spec.commandLine().getOut();
        Terminal terminal =
                new Terminal(out, System.console() != null && System.console().isTerminal());
        // The folder is within what the signal waits for: a JVM that ends before leaves the key of the authority
        // behind.
        try (RunUntilSignal signal = new RunUntilSignal();
                DemoFolder folder = DemoFolder.open(data);
                ReportStore store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(folder.path())));
                ApiServer server = ApiServer.start(settings(folder.path()), store, Endpoints::create)) {
            terminal.done("Server up on https://127.0.0.1:" + server.port() + " (SQLite in " + folder.path() + ")");
            Path kubeconfig = folder.path().resolve("kubeconfig");
            KubeApi api = new KubeApi(KubeconfigClient.of(kubeconfig), Pause.sleeping());
            fill(api, folder.path(), terminal, signal);
            show(Exposure.read(api, ""), kubeconfig, terminal);
            terminal.line("Done in %.1f s.".formatted((System.nanoTime() - started) / 1e9)
                    + (once ? "" : " Serving until Ctrl-C."));
            out.flush();
            if (!once) {
                signal.await();
            }
        } catch (Interrupted e) {
            return ExitCode.SOFTWARE;
        }
        return ExitCode.OK;
    }

    /** A signal came while there was still something to write. */
    private static final class Interrupted extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;
    }

    private static void fill(KubeApi api, Path folder, Terminal terminal, RunUntilSignal signal) throws IOException {
        SampleImages images = SampleImages.load();
        SampleFill filled = SampleFill.fill(api, folder, images, new SampleFill.Progress() {
            @Override
            public void scanned(int digests, int all) {
                terminal.step("Writing what was found in image", digests, all);
            }

            @Override
            public void goesOn() {
                if (signal.isAsked()) {
                    throw new Interrupted();
                }
            }
        });
        terminal.done("%d reports: %d containers run %d images"
                .formatted(filled.scanReports(), filled.containers(), filled.digests()));
        terminal.line(
                "  recorded with Trivy %s on %s over a sample database: packages and CVEs are real, severities are ours"
                        .formatted(images.trivyVersion(), images.recorded().substring(0, 10)));
        terminal.line("%d images could not be scanned, as ImageScans say".formatted(filled.unscanned()));
        terminal.line("%d reports: %d objects audited just now, a control plane and a node among them"
                .formatted(filled.auditReports(), filled.audited()));
        terminal.line("%d compliance reports compiled from them".formatted(filled.frameworks()));
    }

    private static void show(Exposure exposure, Path kubeconfig, Terminal terminal) {
        terminal.line("");
        terminal.line("The most exposed of %d workloads:".formatted(exposure.workloads()));
        terminal.line(ExposureTable.of(exposure.mostExposed(ROWS)));
        terminal.line("");
        terminal.line("Try:");
        terminal.line("  export KUBECONFIG=" + ShellWord.of(kubeconfig));
        terminal.line("  kubectl get vulnerabilityreports -A -o wide");
        terminal.line("  kubectl get configauditreports -A -o wide");
        terminal.line("  kubectl get imagescans -o wide");
        terminal.line("  kubectl get clustercompliancereports -o wide");
        terminal.line("  kubectl get infraassessmentreports,clusterinfraassessmentreports -A -o wide");
        terminal.line("  kubectl describe clusterrbacassessmentreports");
        terminal.line("");
    }

    private ApiServerSettings settings(Path folder) {
        return new ApiServerSettings(
                "127.0.0.1",
                port,
                Version.CURRENT,
                Duration.ZERO,
                Duration.ofSeconds(5),
                new ApiServerSettings.Standalone(folder));
    }
}
