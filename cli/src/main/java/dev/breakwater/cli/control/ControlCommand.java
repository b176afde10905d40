package dev.breakwater.cli.control;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.RunUntilSignal;
import dev.breakwater.cli.settings.Configured;
import dev.breakwater.controller.Controller;
import dev.breakwater.controller.ControllerSettings;
import dev.breakwater.controller.kube.Connection;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kube.TokenKubeconfig;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "control",
        // All flags in one paragraph would be sixty lines that nobody reads.
        abbreviateSynopsis = true,
        description = "Watches workloads, scans each image digest once, writes the reports.",
        footer = {
            "",
            "In a cluster the manifests start it. From outside, against the current context:",
            "  breakwater control --kubeconfig ~/.kube/config --namespace breakwater",
            "",
            "Every flag is also a key of the file of --config, below control, and a variable: --audit-checks-off KSV-0014 is",
            "  control: {audit: {checksOff: [KSV-0014]}} and BREAKWATER_AUDIT_CHECKS_OFF=KSV-0014.",
            "In lists and maps of flags and variables a comma ends a value; \\, is a comma within one.",
            "docs/configuration.md lists all settings."
        })
public final class ControlCommand implements Callable<Integer>, Configured {
    private static final SettingGroup SETTINGS = new SettingGroup("The cluster");

    private static final Setting<Optional<Path>> KUBECONFIG = SETTINGS.add(
            "kubeconfig",
            Types.perhapsPath("FILE"),
            by(Optional.empty(), "the pod's service account"),
            Rules.any(),
            "The cluster to work on");

    @Mixin
    CommonOptions common = new CommonOptions();

    private SettingValues values = SettingValues.DEFAULTS;
    private ControllerSettings settings = ControllerSettings.defaults();

    @Override
    public List<SettingGroup> groups() {
        return Stream.concat(Stream.of(SETTINGS), ControllerSettings.GROUPS.stream())
                .toList();
    }

    @Override
    public void configure(SettingValues given) {
        values = given;
        settings = new ControllerSettings(given);
    }

    ControllerSettings settings() {
        return settings;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (RunUntilSignal signal = new RunUntilSignal();
                Controller controller =
                        new Controller(settings, connection(), InstantSource.system(), Pause.sleeping())) {
            Thread.ofVirtual().name("signal").start(() -> closeAtSignal(signal, controller));
            return switch (controller.run()) {
                case CLOSED -> 0;
                case LEASE_LOST ->
                    throw new IOException(
                            controller.whyLost() + "; this controller ends so that it can be started anew");
            };
        }
    }

    private static void closeAtSignal(RunUntilSignal signal, Controller controller) {
        try {
            signal.await();
            controller.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Without client-java's ApiClient where it can be: that costs 75 MiB and most of a start (docs/decisions/0050). */
    private Connection connection() throws IOException {
        Optional<Path> kubeconfig = values.get(KUBECONFIG);
        if (kubeconfig.isEmpty()) {
            return Connection.inCluster();
        }
        Optional<Connection> plain = TokenKubeconfig.connection(kubeconfig.get(), InstantSource.system());
        return plain.isPresent() ? plain.get() : Connection.of(KubeconfigClient.of(kubeconfig.get()));
    }
}
