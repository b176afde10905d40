package dev.breakwater.controller;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.bundle.BundleSettings;
import dev.breakwater.controller.checks.BuiltInChecks;
import dev.breakwater.controller.checks.DeviationChoice;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.compliance.ComplianceSettings;
import dev.breakwater.controller.compliance.Deviation;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.expiry.ExpirySettings;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.lease.LeaseSettings;
import dev.breakwater.controller.nodes.CollectorSettings;
import dev.breakwater.controller.registry.RegistrySettings;
import dev.breakwater.controller.registry.RegistryTransport;
import dev.breakwater.controller.rematch.RematchSettings;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Durations;
import dev.breakwater.settings.OutOfBounds;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Everything that the controller can be told. Each capability declares its own settings; here is what belongs to none. */
public final class ControllerSettings {
    public static final SettingGroup SETTINGS = new SettingGroup("The controller");

    public static final Setting<String> NAMESPACE = SETTINGS.add(
            "namespace",
            Types.text("NAMESPACE"),
            by("breakwater"),
            Rules.namespace(),
            "The controller's own: scan Jobs and the Lease live there");

    public static final Setting<List<String>> TARGET_NAMESPACES = SETTINGS.add(
            "targetNamespaces",
            Types.texts("LIST"),
            by(List.of(), "all"),
            Rules.each(Rules.namespace()),
            "Look at these namespaces only");

    public static final Setting<List<String>> EXCLUDE_NAMESPACES = SETTINGS.add(
            "excludeNamespaces",
            Types.list("LIST", Types.text("PATTERN").as(String::strip, pattern -> pattern)),
            by(List.of()),
            Rules.each(Rules.namespacePattern()),
            "Never look at these; * and ? are understood");

    /** Takes at most {@code jobs.concurrent} times a few hundred MB. */
    public static final Setting<Path> WORK_FOLDER = SETTINGS.add(
            "workFolder",
            Types.path("DIR"),
            by(Path.of(System.getProperty("java.io.tmpdir")), "the system's folder for temporary files"),
            Rules.any(),
            "For results on their way into reports");

    public static final Setting<Integer> PROBE_PORT = SETTINGS.add(
            "probePort",
            Types.number(),
            by(8080),
            Rules.port(),
            "Port of /healthz, /readyz and /metrics; 0 for a free one");

    public static final Setting<Boolean> LEADER_ELECTION =
            SETTINGS.add("leaderElection", Types.yesOrNo(), by(true), Rules.any(), "Work only while holding the Lease");

    public static final Setting<DeviationChoice> DEVIATIONS = SETTINGS.add(
            "deviations",
            Types.text("LIST").as(ControllerSettings::deviations, DeviationChoice::words),
            by(new DeviationChoice.All()),
            Rules.any(),
            "Corrections of the original that are wanted: all, none, or names of docs/differences.md");

    /** In the order of the documentation. A new capability adds its group here and to the constructor below. */
    public static final List<SettingGroup> GROUPS = List.of(
            SETTINGS,
            ScannerSettings.SETTINGS,
            JobSettings.SETTINGS,
            RegistrySettings.SETTINGS,
            RetrySettings.SETTINGS,
            ExpirySettings.SETTINGS,
            RematchSettings.SETTINGS,
            AuditSettings.SETTINGS,
            BundleSettings.SETTINGS,
            CollectorSettings.SETTINGS,
            ComplianceSettings.SETTINGS);

    private final SettingValues values;
    private final LeaseSettings lease;
    private final ScannerSettings scanner;
    private final JobSettings jobs;
    private final RegistrySettings registry;
    private final RetrySettings retry;
    private final ExpirySettings expiry;
    private final RematchSettings rematch;
    private final AuditSettings audit;
    private final CollectorSettings nodes;
    private final ComplianceSettings compliance;

    /** @throws OutOfBounds for values that are not allowed, all of them */
    public ControllerSettings(SettingValues values) {
        this(values, LeaseSettings.defaults());
    }

    private ControllerSettings(SettingValues values, LeaseSettings lease) {
        this.values = values;
        this.lease = values.get(LEADER_ELECTION) ? lease : lease.disabled();
        Bounds bounds = new Bounds().obey(SETTINGS, values);
        this.scanner = take(bounds, ScannerSettings::new, values);
        this.jobs = take(bounds, JobSettings::new, values);
        this.registry = take(bounds, RegistrySettings::new, values);
        this.retry = take(bounds, RetrySettings::new, values);
        this.expiry = take(bounds, ExpirySettings::new, values);
        this.rematch = take(bounds, RematchSettings::new, values);
        DeviationChoice deviations = values.get(DEVIATIONS);
        this.audit = take(
                bounds,
                AuditSettings::new,
                values.with(AuditSettings.DEVIATIONS, Deviation.withoutOurs(deviations))
                        .with(AuditSettings.SCANNER_VERSION, scanner.version()));
        this.nodes = take(bounds, CollectorSettings::new, values);
        this.compliance = take(
                bounds,
                ComplianceSettings::new,
                values.with(ComplianceSettings.DEVIATIONS, Deviation.among(deviations)));
        bounds.require(
                        jobs.deadline().compareTo(scanner.timeout()) > 0,
                        JobSettings.DEADLINE,
                        jobs.deadline(),
                        "more than --scanner-timeout, " + Durations.words(scanner.timeout()) + ": pulling counts too")
                .check();
    }

    public static ControllerSettings defaults() {
        return new ControllerSettings(SettingValues.DEFAULTS);
    }

    /** With another value for a setting of any group. */
    public <T> ControllerSettings with(Setting<T> setting, T value) {
        return new ControllerSettings(values.with(setting, value), lease);
    }

    /** With what a capability was given; it does not matter here what has its default there. */
    public ControllerSettings with(SettingValues others) {
        return new ControllerSettings(values.with(others), lease);
    }

    /** With other times of the Lease, or none to hold. */
    public ControllerSettings with(LeaseSettings other) {
        return new ControllerSettings(values.with(LEADER_ELECTION, other.enabled()), other);
    }

    public SettingValues values() {
        return values;
    }

    public String namespace() {
        return values.get(NAMESPACE);
    }

    /** The only ones looked at; empty for all. */
    public List<String> targetNamespaces() {
        return values.get(TARGET_NAMESPACES);
    }

    public List<String> excludeNamespaces() {
        return values.get(EXCLUDE_NAMESPACES);
    }

    /** Of pods whose node does not say its own. */
    Platform defaultPlatform() {
        return Platform.LINUX_AMD64;
    }

    public Path workFolder() {
        return values.get(WORK_FOLDER);
    }

    public int probePort() {
        return values.get(PROBE_PORT);
    }

    public ScannerSettings scanner() {
        return scanner;
    }

    public JobSettings jobs() {
        return jobs;
    }

    public RegistrySettings registry() {
        return registry;
    }

    public RetrySettings retry() {
        return retry;
    }

    public ExpirySettings expiry() {
        return expiry;
    }

    public RematchSettings rematch() {
        return rematch;
    }

    public LeaseSettings lease() {
        return lease;
    }

    public AuditSettings audit() {
        return audit;
    }

    public ComplianceSettings compliance() {
        return compliance;
    }

    public CollectorSettings nodes() {
        return nodes;
    }

    /** Where scan Jobs run. */
    String jobNamespace() {
        return jobs.namespace().isEmpty() ? namespace() : jobs.namespace();
    }

    /** How the controller itself reaches registries. */
    RegistryTransport registryTransport() {
        return new RegistryTransport(registry, scanner.plainRegistries(), scanner.insecureRegistries());
    }

    /** The settings of a capability, or its defaults where they are wrong, which is told at the end. */
    private static <T> T take(Bounds bounds, Function<SettingValues, T> capability, SettingValues values) {
        try {
            return capability.apply(values);
        } catch (OutOfBounds e) {
            bounds.add(e);
            return capability.apply(SettingValues.DEFAULTS);
        }
    }

    private static DeviationChoice deviations(String words) {
        DeviationChoice choice = DeviationChoice.parse(words);
        try {
            // Asked only so that a misspelt name stops the start.
            Deviation.withoutOurs(choice).among(BuiltInChecks.deviations().keySet());
            return choice;
        } catch (InvalidCheck e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
