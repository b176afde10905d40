package dev.breakwater.cli.serve;

import dev.breakwater.apiserver.ApiServer;
import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.RunUntilSignal;
import dev.breakwater.cli.settings.Configured;
import dev.breakwater.cli.values.ShellWord;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.Stores;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
public final class ServeCommand implements Callable<Integer>, Configured {
    /** For the store, after the last request. */
    private static final Duration CLEANING_UP = Duration.ofSeconds(30);

    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    CommandSpec spec;

    private ServeSettings settings = new ServeSettings(SettingValues.DEFAULTS);

    @Override
    public List<SettingGroup> groups() {
        return List.of(ServeSettings.SETTINGS);
    }

    @Override
    public void configure(SettingValues values) {
        settings = new ServeSettings(values);
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Path data = settings.data();
        try (RunUntilSignal signal = new RunUntilSignal(
                        settings.shutdownDelay().plus(ServeSettings.DRAIN).plus(CLEANING_UP));
                ReportStore store = Stores.open(settings.store());
                ApiServer server = ApiServer.start(settings.server(), store, Endpoints::create)) {
            if (settings.standalone()) {
                Path kubectl = data.resolve("kubeconfig");
                out.println("Serving on https://127.0.0.1:" + server.port() + ", data in " + data.toAbsolutePath());
                out.println("Try: kubectl --kubeconfig " + ShellWord.of(kubectl) + " get vulnerabilityreports -A");
                out.println(users(data) + " Ctrl-C stops.");
                out.flush();
            }
            signal.await();
        }
        return 0;
    }

    private static String users(Path data) {
        Path file = data.resolve("users.yaml");
        return Files.exists(file)
                ? "Users: those of " + file + ", each with a kubeconfig in " + data.resolve("users") + "."
                : "The only user is the admin; others would be in " + file
                        + ", which does not exist; breakwater serve --help shows one.";
    }
}
