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
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
        Path folder = data != null ? Files.createDirectories(data) : Files.createTempDirectory("breakwater-demo-");
        try (RunUntilSignal signal = new RunUntilSignal()) {
            try (ReportStore store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(folder)));
                    ApiServer server = ApiServer.start(settings(folder), store, Endpoints::create)) {
                terminal.done("Server up on https://127.0.0.1:" + server.port() + " (SQLite in " + folder + ")");
                Path kubeconfig = folder.resolve("kubeconfig");
                KubeApi api = new KubeApi(KubeconfigClient.of(kubeconfig), Pause.sleeping());
                fill(api, folder, terminal);
                show(Exposure.read(api), kubeconfig, terminal);
                terminal.line("Done in %.1f s.".formatted((System.nanoTime() - started) / 1e9)
                        + (once ? "" : " Serving until Ctrl-C."));
                out.flush();
                if (!once) {
                    signal.await();
                }
            }
        } finally {
            if (data == null) {
                delete(folder);
            }
        }
        return 0;
    }

    private static void fill(KubeApi api, Path folder, Terminal terminal) throws IOException {
        SampleImages images = SampleImages.load();
        SampleFill filled = SampleFill.fill(
                api, folder, images, (digests, all) -> terminal.step("Writing what was found in image", digests, all));
        terminal.done("%d reports: %d containers run %d images"
                .formatted(filled.scanReports(), filled.containers(), filled.digests()));
        terminal.line(
                "  recorded with Trivy %s on %s over a sample database: packages and CVEs are real, severities are ours"
                        .formatted(images.trivyVersion(), images.recorded().substring(0, 10)));
        terminal.line("%d reports: %d objects audited just now".formatted(filled.auditReports(), filled.audited()));
    }

    private static void show(Exposure exposure, Path kubeconfig, Terminal terminal) {
        terminal.line("");
        terminal.line("The most exposed of %d workloads:".formatted(exposure.workloads()));
        terminal.line(ExposureTable.of(exposure.mostExposed(ROWS)));
        terminal.line("");
        terminal.line("Try:");
        terminal.line("  export KUBECONFIG=" + kubeconfig);
        terminal.line("  kubectl get vulnerabilityreports -A -o wide");
        terminal.line("  kubectl get configauditreports -A -o wide");
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

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
