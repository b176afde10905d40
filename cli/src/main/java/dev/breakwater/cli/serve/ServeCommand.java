package dev.breakwater.cli.serve;

import dev.breakwater.apiserver.ApiServer;
import dev.breakwater.apiserver.ApiServerSettings;
import dev.breakwater.apiserver.fairness.FairnessSettings;
import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.RunUntilSignal;
import dev.breakwater.cli.Version;
import dev.breakwater.cli.settings.WrongSettings;
import dev.breakwater.cli.values.DurationWords;
import dev.breakwater.cli.values.ShellWord;
import dev.breakwater.controller.bounds.Bounds;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        description = "Serves the reports as a Kubernetes API.",
        footer = {
            "",
            "Without a cluster, on this machine:",
            "  breakwater serve --standalone --data ./reports",
            "  kubectl --kubeconfig ./reports/kubeconfig get vulnerabilityreports -A",
            "",
            "Users other than the admin stand in users.yaml in the data folder, which only you may read (chmod 600):",
            "  users:",
            "    - name: alice",
            "      token: a-long-secret               # left out: the server makes a client certificate",
            "      roles:",
            "        - namespaces: [shop]             # left out: the whole cluster",
            "          resources: [vulnerabilityreports, configauditreports]",
            "          verbs: [get, list, watch]",
            "Each gets users/NAME.kubeconfig at the start. The admin sees with kubectl --as alice what alice sees.",
            "",
            "In a cluster the manifests start it behind the aggregation layer."
        })
public final class ServeCommand implements Callable<Integer> {
    private static final Duration DRAIN = Duration.ofSeconds(20);
    /** For the store, after the last request. */
    private static final Duration CLEANING_UP = Duration.ofSeconds(30);

    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    CommandSpec spec;

    @Option(
            names = "--standalone",
            description =
                    "Serve without a cluster: own certificate authority, own users, kubeconfig in the data folder.")
    boolean standalone;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of the SQLite database and, standalone, of kubeconfig and users.yaml"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "breakwater-data")
    Path data = Path.of("breakwater-data");

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "PostgreSQL 15 or later instead of SQLite, such as"
                    + " jdbc:postgresql://host:5432/breakwater?user=breakwater. Give a password by BREAKWATER_DATABASE,"
                    + " not by flag: flags are seen in process lists.")
    @Nullable
    String database;

    @Option(
            names = "--retention",
            paramLabel = "DURATION",
            description =
                    "How long history is kept for watches and pages, such as 10m or 1h (default: ${DEFAULT-VALUE}).",
            defaultValue = "10m",
            converter = DurationWords.class)
    Duration retention = Duration.ofMinutes(10);

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Address to listen on (default: 127.0.0.1 standalone, all otherwise).")
    @Nullable
    String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port to listen on; 0 for a free one (default: ${DEFAULT-VALUE}).",
            defaultValue = "8443")
    int port = 8443;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The cluster whose users are asked for (default: the pod's service account).")
    @Nullable
    Path kubeconfig;

    @Option(
            names = "--service",
            paramLabel = "NAME.NAMESPACE",
            description = "The Service in front of this server; its name stands in the serving certificate"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "breakwater-apiserver.breakwater")
    String service = "breakwater-apiserver.breakwater";

    @Option(
            names = "--serving-secret",
            paramLabel = "NAME",
            description = "Secret that keeps the serving certificate (default: ${DEFAULT-VALUE}).",
            defaultValue = "breakwater-apiserver-serving")
    String servingSecret = "breakwater-apiserver-serving";

    @Option(
            names = "--tls-cert-file",
            paramLabel = "FILE",
            description = "Serving certificate that somebody else makes and renews, such as cert-manager.")
    @Nullable
    Path certificateFile;

    @Option(names = "--tls-key-file", paramLabel = "FILE", description = "Its key.")
    @Nullable
    Path keyFile;

    @Option(
            names = "--controller-user",
            paramLabel = "NAME",
            description =
                    "The user that the controller is; it has a share of the server of its own"
                            + " (default: system:serviceaccount:NAMESPACE:breakwater-controller, with the namespace of --service).")
    @Nullable
    String controllerUser;

    @Option(
            names = "--shutdown-delay",
            paramLabel = "DURATION",
            description = "How long to go on serving after a signal while readiness already fails"
                    + " (default: 0s standalone, 5s otherwise).",
            converter = DurationWords.class)
    @Nullable
    Duration shutdownDelay;

    @Override
    public Integer call() throws InterruptedException {
        checkSettings();
        PrintWriter out = spec.commandLine().getOut();
        try (RunUntilSignal signal =
                        new RunUntilSignal(shutdownDelay().plus(DRAIN).plus(CLEANING_UP));
                ReportStore store = Stores.open(storeSettings());
                ApiServer server = ApiServer.start(serverSettings(), store, Endpoints::create)) {
            if (standalone) {
                Path kubectl = data.resolve("kubeconfig");
                out.println("Serving on https://127.0.0.1:" + server.port() + ", data in " + data.toAbsolutePath());
                out.println("Try: kubectl --kubeconfig " + ShellWord.of(kubectl) + " get vulnerabilityreports -A");
                out.println(users(data.resolve("users.yaml")) + " Ctrl-C stops.");
                out.flush();
            }
            signal.await();
        }
        return 0;
    }

    private String users(Path file) {
        return Files.exists(file)
                ? "Users: those of " + file + ", each with a kubeconfig in " + data.resolve("users") + "."
                : "The only user is the admin; others would be in " + file
                        + ", which does not exist; breakwater serve --help shows one.";
    }

    private StoreSettings storeSettings() {
        StoreSettings.Place place = database == null
                ? new StoreSettings.Place.Folder(data)
                : new StoreSettings.Place.Postgres(database, Map.of());
        return StoreSettings.of(place).withRetention(retention);
    }

    private ApiServerSettings serverSettings() {
        String address = host != null ? host : standalone ? "127.0.0.1" : null;
        return new ApiServerSettings(address, port, Version.CURRENT, shutdownDelay(), DRAIN, controller(), mode());
    }

    private String controller() {
        return controllerUser != null
                ? controllerUser
                : FairnessSettings.controllerIn(service.substring(service.indexOf('.') + 1));
    }

    private Duration shutdownDelay() {
        return shutdownDelay != null ? shutdownDelay : Duration.ofSeconds(standalone ? 0 : 5);
    }

    /** All that is wrong at once, before anything is opened. */
    private void checkSettings() {
        WrongSettings wrong = new WrongSettings(spec);
        Bounds bounds = new Bounds("");
        bounds.port("port", port)
                .duration("retention", retention, Duration.ofSeconds(1), Duration.ofDays(30))
                .duration("shutdownDelay", shutdownDelay(), Duration.ZERO, Duration.ofMinutes(10))
                .name("servingSecret", servingSecret)
                .require(!data.toString().isBlank(), "data", data, "a folder");
        if (host != null) {
            bounds.require(!host.isBlank(), "host", host, "an address such as 127.0.0.1");
        }
        if (controllerUser != null) {
            bounds.require(
                    !controllerUser.isBlank(),
                    "controllerUser",
                    controllerUser,
                    "the name of a user such as system:serviceaccount:breakwater:breakwater-controller");
        }
        if (database != null) {
            // Not the value, which may hold a password.
            bounds.require(
                    database.startsWith("jdbc:postgresql:"),
                    "database",
                    database.isEmpty() ? "" : "no such URL",
                    "a URL such as jdbc:postgresql://host:5432/breakwater?user=breakwater");
        }
        String[] name = service.split("\\.", -1);
        if (name.length == 2) {
            bounds.namespace("service", name[0]).namespace("service", name[1]);
        } else {
            bounds.require(false, "service", service, "NAME.NAMESPACE such as reports.security");
        }
        wrong.take(bounds::check);
        if ((certificateFile == null) != (keyFile == null)) {
            wrong.orElse(true, () -> {
                throw new IllegalArgumentException(
                        "--tls-cert-file and --tls-key-file go together: give both or neither");
            });
        }
        wrong.check();
    }

    private ApiServerSettings.Mode mode() {
        if (standalone) {
            return new ApiServerSettings.Standalone(data);
        }
        String[] name = service.split("\\.", -1);
        return new ApiServerSettings.InCluster(kubeconfig, name[1], name[0], servingSecret, certificateFile, keyFile);
    }
}
