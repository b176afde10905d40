package dev.breakwater.cli.control;

import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.RunUntilSignal;
import dev.breakwater.cli.settings.WrongSettings;
import dev.breakwater.cli.values.DurationWords;
import dev.breakwater.controller.Controller;
import dev.breakwater.controller.ControllerSettings;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.compliance.ComplianceSettings;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.expiry.ExpirySettings;
import dev.breakwater.controller.kube.Connection;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kube.TokenKubeconfig;
import dev.breakwater.controller.lease.LeaseSettings;
import dev.breakwater.controller.nodes.CollectorSettings;
import dev.breakwater.controller.registry.RegistrySettings;
import dev.breakwater.controller.rematch.RematchSettings;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
            "  control: {audit: {checksOff: [KSV-0014]}} and BREAKWATER_AUDIT_CHECKS_OFF=KSV-0014."
        })
public final class ControlCommand implements Callable<Integer> {
    private static final ControllerSettings DEFAULTS = ControllerSettings.defaults();

    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The cluster to work on (default: the pod's service account).")
    @Nullable
    Path kubeconfig;

    @Option(
            names = "--namespace",
            paramLabel = "NAMESPACE",
            description = "The controller's own: scan Jobs and the Lease live there (default: breakwater).")
    String namespace = DEFAULTS.namespace();

    @Option(
            names = "--target-namespaces",
            paramLabel = "LIST",
            split = ",",
            description = "Look at these namespaces only (default: all).")
    List<String> targetNamespaces = new ArrayList<>();

    @Option(
            names = "--exclude-namespaces",
            paramLabel = "LIST",
            split = ",",
            description = "Never look at these; * and ? are understood.")
    List<String> excludeNamespaces = new ArrayList<>();

    @Option(
            names = "--work-folder",
            paramLabel = "DIR",
            description = "For results on their way into reports (default: the system's folder for temporary files).")
    Path workFolder = DEFAULTS.workFolder();

    @Option(
            names = "--probe-port",
            paramLabel = "N",
            description = "Port of /healthz, /readyz and /metrics; 0 for a free one (default: 8080).")
    int probePort = DEFAULTS.probePort();

    @Option(
            names = "--retry-first",
            paramLabel = "DURATION",
            description = "Pause after an image's first failed scan, doubled after each further one (default: 1m).",
            converter = DurationWords.class)
    Duration retryFirst = DEFAULTS.retry().first();

    @Option(
            names = "--retry-longest",
            paramLabel = "DURATION",
            description = "Longest pause between scans that fail (default: 6h).",
            converter = DurationWords.class)
    Duration retryLongest = DEFAULTS.retry().longest();

    @Option(
            names = "--leader-election",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Work only while holding the Lease (default: yes).")
    boolean leaderElection = true;

    @Mixin
    ScannerOptions scanner = new ScannerOptions();

    @Mixin
    JobOptions jobs = new JobOptions();

    @Mixin
    RegistryOptions registries = new RegistryOptions();

    @Mixin
    AuditOptions audits = new AuditOptions();

    @Mixin
    NodeOptions nodes = new NodeOptions();

    @Mixin
    ComplianceOptions compliance = new ComplianceOptions();

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ControllerSettings settings = settings();
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
        if (kubeconfig == null) {
            return Connection.inCluster();
        }
        Optional<Connection> plain = TokenKubeconfig.connection(kubeconfig, InstantSource.system());
        return plain.isPresent() ? plain.get() : Connection.of(KubeconfigClient.of(kubeconfig));
    }

    /** Every setting, checked before anything starts. */
    ControllerSettings settings() {
        WrongSettings wrong = new WrongSettings(spec);
        LeaseSettings lease = DEFAULTS.lease();
        ScannerSettings scan = wrong.orElse(DEFAULTS.scanner(), scanner::settings);
        JobSettings job = wrong.orElse(DEFAULTS.jobs(), jobs::settings);
        RegistrySettings registry = wrong.orElse(DEFAULTS.registry(), registries::settings);
        RetrySettings retry = wrong.orElse(DEFAULTS.retry(), () -> new RetrySettings(retryFirst, retryLongest));
        ExpirySettings expiry = wrong.orElse(DEFAULTS.expiry(), scanner::expiry);
        RematchSettings rematch = wrong.orElse(DEFAULTS.rematch(), scanner::rematch);
        AuditSettings audit = wrong.orElse(DEFAULTS.audit(), () -> audits.settings(scan.version()));
        ComplianceSettings frameworks =
                wrong.orElse(DEFAULTS.compliance(), () -> compliance.settings(audits.deviations));
        CollectorSettings collector = wrong.orElse(DEFAULTS.nodes(), nodes::settings);
        ControllerSettings all = wrong.orElse(
                DEFAULTS,
                () -> new ControllerSettings(
                        namespace,
                        targetNamespaces,
                        excludeNamespaces,
                        DEFAULTS.defaultPlatform(),
                        workFolder,
                        probePort,
                        scan,
                        job,
                        registry,
                        retry,
                        expiry,
                        rematch,
                        new LeaseSettings(
                                leaderElection,
                                lease.name(),
                                lease.duration(),
                                lease.renewDeadline(),
                                lease.retryPeriod()),
                        audit,
                        frameworks,
                        collector));
        wrong.check();
        return all;
    }
}
