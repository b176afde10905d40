package dev.breakwater.cli.rehearsal;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.ApiServer;
import dev.breakwater.apiserver.ApiServerSettings;
import dev.breakwater.cli.Breakwater;
import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.TellsByItself;
import dev.breakwater.cli.Version;
import dev.breakwater.cli.demo.SampleCluster;
import dev.breakwater.cli.serve.Endpoints;
import dev.breakwater.controller.Controller;
import dev.breakwater.controller.ControllerSettings;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Audits, serves or controls once, against a cluster that stands in for a real one, and ends. The build runs it with
 * {@code -XX:AOTCacheOutput}: what the JVM loaded, linked and counted meanwhile is what later starts begin with. One program at a
 * time, because all that is in a cache is mapped and linked at each start.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Runs a program once, for the build, which keeps what the JVM learns from it.")
public final class RehearseCommand implements Callable<Integer>, TellsByItself {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration LONGEST_CONTROL = Duration.ofSeconds(30);

    @Mixin
    CommonOptions common = new CommonOptions();

    /** What is rehearsed. */
    enum Program {
        audit,
        serve,
        control
    }

    @Parameters(paramLabel = "PROGRAM", description = "Which: ${COMPLETION-CANDIDATES}.")
    Program program = Program.audit;

    @Option(
            names = "--reports",
            paramLabel = "N",
            defaultValue = "200",
            description = "How many reports are written to the server (default: ${DEFAULT-VALUE}).")
    int reports = 200;

    @Spec
    CommandSpec spec;

    private final Clock clock = Clock.systemUTC();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("breakwater-rehearsal-");
        try {
            if (program == Program.audit) {
                audit(folder);
                return 0;
            }
            Scene scene = Scene.in(Files.createDirectory(folder.resolve("account")), clock);
            try (StandInCluster cluster = StandInCluster.start(scene.identity())) {
                fill(cluster, scene);
                if (program == Program.serve) {
                    alone(Files.createDirectory(folder.resolve("alone")));
                    serve(scene, cluster, Files.createDirectory(folder.resolve("served")));
                } else {
                    control(scene, cluster, Files.createDirectory(folder.resolve("control")));
                }
            }
        } finally {
            delete(folder);
        }
        return 0;
    }

    /** The sample's manifests, in the two forms that people and programs read. */
    private static void audit(Path folder) throws IOException {
        int number = 0;
        for (ObjectNode object : SampleCluster.load().audited()) {
            Files.writeString(folder.resolve(number++ + ".yaml"), object.toString());
        }
        for (String format : List.of("table", "jsonl")) {
            PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
            Breakwater.run(new String[] {"audit", "--format", format, folder.toString()}, Map.of(), nowhere, nowhere);
        }
    }

    private static void fill(StandInCluster cluster, Scene scene) throws IOException {
        for (ObjectNode object : SampleCluster.load().audited()) {
            cluster.put(Collections.of(object), object);
        }
        cluster.put("/api/v1/namespaces/shop/pods", Collections.pod());
        ObjectNode trust = MAPPER.createObjectNode().put("kind", "ConfigMap").put("apiVersion", "v1");
        trust.putObject("metadata").put("name", "extension-apiserver-authentication");
        trust.putObject("data")
                .put("client-ca-file", scene.authority())
                .put("requestheader-client-ca-file", scene.authority())
                .put("requestheader-allowed-names", "[\"front-proxy-client\"]")
                .put("requestheader-username-headers", "[\"X-Remote-User\"]")
                .put("requestheader-group-headers", "[\"X-Remote-Group\"]")
                .put("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]");
        cluster.put("/api/v1/namespaces/kube-system/configmaps", trust);
    }

    private void alone(Path folder) {
        try (ReportStore store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(folder)));
                ApiServer server =
                        ApiServer.start(settings(new ApiServerSettings.Standalone(folder)), store, Endpoints::create)) {
            server.port();
        }
    }

    /** With a certificate that is given, so that a client on this machine can verify it; before that once with one of its own. */
    private void serve(Scene scene, StandInCluster cluster, Path folder) throws IOException {
        Path kubeconfig = scene.kubeconfig(cluster.url());
        ApiServerSettings own = settings(new ApiServerSettings.InCluster(
                kubeconfig, "breakwater", "breakwater-apiserver", "serving", null, null));
        ApiServerSettings given = settings(new ApiServerSettings.InCluster(
                kubeconfig, "breakwater", "breakwater-apiserver", "serving", scene.certificate(), scene.key()));
        try (ReportStore store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(folder)))) {
            ApiServer.start(own, store, Endpoints::create).close();
            try (ApiServer server = ApiServer.start(given, store, Endpoints::create);
                    ServerClient client = new ServerClient(server.port(), scene.trust())) {
                for (String path : List.of("/apis", "/openapi/v3", "/openapi/v2", "/readyz", "/metrics")) {
                    client.read(path, "*/*");
                }
                new ServedLoad(client, reports).run();
            }
        }
    }

    private ApiServerSettings settings(ApiServerSettings.Mode mode) {
        return new ApiServerSettings("127.0.0.1", 0, Version.CURRENT, Duration.ZERO, Duration.ofSeconds(5), mode);
    }

    private void control(Scene scene, StandInCluster cluster, Path folder) throws IOException, InterruptedException {
        ControllerSettings settings = ControllerSettings.defaults()
                .with(ControllerSettings.WORK_FOLDER, folder)
                .with(ControllerSettings.PROBE_PORT, 0);
        try (Controller controller =
                new Controller(settings, scene.connection(cluster.url(), clock), clock, Pause.sleeping())) {
            Thread runner = Thread.ofVirtual().name("controller").start(() -> {
                try {
                    controller.run();
                } catch (IOException e) {
                    spec.commandLine().getErr().println("breakwater: " + e.getMessage());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            awaitStill(controller, cluster, runner);
        }
    }

    /** Until it is ready and has written nothing for two seconds. */
    private static void awaitStill(Controller controller, StandInCluster cluster, Thread runner)
            throws InterruptedException {
        long end = System.nanoTime() + LONGEST_CONTROL.toNanos();
        long written = -1;
        while (System.nanoTime() < end && runner.isAlive() && !(controller.isReady() && written == cluster.writes())) {
            written = controller.isReady() ? cluster.writes() : -1;
            TimeUnit.SECONDS.sleep(2);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
