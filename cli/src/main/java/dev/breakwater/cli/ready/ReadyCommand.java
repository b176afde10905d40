package dev.breakwater.cli.ready;

import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.TellsByItself;
import dev.breakwater.cli.control.KubeconfigClient;
import dev.breakwater.cli.settings.LayeredSettings;
import dev.breakwater.controller.kube.Connection;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Durations;
import dev.breakwater.settings.OutOfBounds;
import dev.breakwater.settings.Rules;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "ready",
        description = {
            "Waits until the cluster serves the reports: both APIServices available, every kind listed through kube-apiserver.",
            "Says how many there are of each kind. Helm's hook and `helm test` run it."
        },
        footer = {"", "Exit code: 0; 1 when the time is over, with what was missing last; 2 for a wrong call."})
public final class ReadyCommand implements Callable<Integer>, TellsByItself {
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    private static final Duration ONE_ANSWER = Duration.ofSeconds(10);

    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    CommandSpec spec;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The cluster (default: the pod's service account).")
    @Nullable
    Path kubeconfig;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "How long to wait at most, 1s to 1h (default: ${DEFAULT-VALUE}).",
            defaultValue = "2m",
            converter = Time.class)
    Duration timeout = Duration.ofMinutes(2);

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkOptions();
        Pause pause = Pause.sleeping();
        KubeApi api = kubeconfig == null
                ? new KubeApi(Connection.inCluster(), pause)
                : new KubeApi(KubeconfigClient.of(kubeconfig), pause);
        // Asked anew each second, so that no answer needs a second try.
        ServedReports reports = new ServedReports(api.once(ONE_ANSWER));
        PrintWriter out = spec.commandLine().getOut();
        long end = System.nanoTime() + timeout.toNanos();
        String last = "";
        while (true) {
            switch (reports.now()) {
                case ServedReports.Standing.Served(var counts) -> {
                    counts.forEach((kind, count) -> out.println(kind + " " + count));
                    return ExitCode.OK;
                }
                case ServedReports.Standing.NotServed(String reason) -> {
                    if (!reason.equals(last)) {
                        spec.commandLine().getErr().println("breakwater: not yet: " + reason);
                        last = reason;
                    }
                    if (System.nanoTime() + BETWEEN.toNanos() > end) {
                        throw new IOException(
                                "the reports were not served within " + timeout.toSeconds() + " s: " + reason);
                    }
                    pause.of(BETWEEN);
                }
            }
        }
    }

    private void checkOptions() {
        try {
            new Bounds()
                    .obey("--timeout", timeout, Rules.duration(Duration.ofSeconds(1), Duration.ofHours(1)))
                    .check();
        } catch (OutOfBounds e) {
            throw LayeredSettings.refusal(spec, e);
        }
    }

    /** Durations as the settings take them. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Durations.read(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
