package dev.breakwater.controller.audit;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.controller.bundle.BundleSettings;
import dev.breakwater.controller.checks.CheckId;
import dev.breakwater.controller.checks.DeviationChoice;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.checks.Severity;
import dev.breakwater.controller.naming.SafeHash;
import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.OutOfBounds;
import dev.breakwater.settings.Rule;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.Setting.Trait;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Type;
import dev.breakwater.settings.Types;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How the cluster is audited. */
public record AuditSettings(SettingValues values) {
    public static final SettingGroup SETTINGS = new SettingGroup("Audits");

    public static final Setting<Boolean> ENABLED = SETTINGS.add(
            "audit", Types.yesOrNo(), by(true), Rules.any(), "Audit objects and nodes, and compile compliance");

    public static final Setting<Set<AuditedKind>> KINDS = SETTINGS.add(
            "audit.kinds",
            Types.texts("LIST").as(AuditSettings::kinds, AuditSettings::names),
            by(AuditedKind.byDefault(), "all but ConfigMap"),
            Rules.any(),
            "Kinds of objects that are audited; Workload stands for all that run pods. As the Trivy Operator does it:"
                    + " Workload,Service,Role,ClusterRole,NetworkPolicy,Ingress,LimitRange,ResourceQuota,PersistentVolume,"
                    + "PersistentVolumeClaim");

    /** Canonical ids. */
    public static final Setting<Set<String>> CHECKS_OFF = SETTINGS.add(
            "audit.checksOff",
            Types.set("ID", checkId()),
            by(Set.of()),
            Rules.any(),
            "Checks that are not run, in any spelling, such as KSV-0014,AVD-KSV-0013. For one object: its annotation"
                    + " breakwater.dev/checks-off, with a reason for each: \"KSV-0014: writes its cache\"");

    /** Canonical ids by namespace. */
    public static final Setting<Map<String, Set<String>>> CHECKS_OFF_IN_NAMESPACE = SETTINGS.add(
            "audit.checksOffInNamespace",
            Types.lists("NAMESPACE=ID", "shop=KSV-0014").as(AuditSettings::canonical, AuditSettings::listed),
            by(Map.of()),
            namespaces(),
            "Checks whose verdicts are not recorded in a namespace, such as shop=KSV-0014,shop=KSV-0013,ci=KSV-0017. In the"
                    + " file: audit: {checksOffInNamespace: {shop: [KSV-0014, KSV-0013], ci: [KSV-0017]}}");

    /** By canonical id. */
    public static final Setting<Map<String, Severity>> SEVERITIES = SETTINGS.add(
            "audit.severities",
            Types.map("ID=SEVERITY").as(AuditSettings::severities, AuditSettings::words),
            by(Map.of()),
            Rules.any(),
            "Other severities for checks, such as KSV-0014=LOW,KSV-0125=HIGH; CRITICAL, HIGH, MEDIUM, LOW or UNKNOWN. In the"
                    + " file: audit: {severities: {KSV-0014: LOW, KSV-0125: HIGH}}");

    public static final Setting<Set<Severity>> RECORDED_SEVERITIES = SETTINGS.add(
            "audit.recordedSeverities",
            Types.set("LIST", Types.choice("SEVERITY", Arrays.asList(Severity.values()), Severity::name)),
            by(EnumSet.allOf(Severity.class), "all"),
            Rules.any(),
            "Which findings reports hold, any of CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN");

    public static final Setting<Boolean> MERGE_RBAC = SETTINGS.add(
            "audit.mergeRbac",
            Types.yesOrNo(),
            by(false),
            Rules.any(),
            "Write findings on roles into (Cluster)ConfigAuditReports instead of (Cluster)RbacAssessmentReports");

    public static final Setting<Duration> REPORT_TTL = SETTINGS.add(
            "audit.reportTtl",
            Types.duration(),
            by(Duration.ofHours(24)),
            Rules.duration(Duration.ofMinutes(1), Duration.ofDays(365)),
            "An object is audited anew when its report is this old");

    public static final Setting<Integer> CONCURRENT = SETTINGS.add(
            "audit.concurrent",
            Types.number(),
            by(4),
            Rules.number(1, 200),
            "Objects audited at a time; bounds the load on the API server");

    public static final Setting<String> POLICIES = SETTINGS.add(
            "audit.policies",
            Types.text("NAME"),
            by("trivy-operator-policies-config"),
            Rules.name(),
            "ConfigMap with checks of your own, in the controller's namespace");

    public static final Setting<Boolean> FAILED_CHECKS_ONLY = SETTINGS.add(
            "failedChecksOnly", Types.yesOrNo(), by(true), Rules.any(), "Leave passed checks out of reports");

    /** Which corrections of the original's verdicts are applied. */
    public static final Setting<DeviationChoice> DEVIATIONS = SETTINGS.add(
            "audit.deviations",
            Types.text("LIST").as(DeviationChoice::parse, DeviationChoice::words),
            by(new DeviationChoice.All()),
            Rules.any(),
            "Those of `deviations` that checks know",
            Trait.UNLISTED);

    public static final Setting<String> SCANNER_VERSION = SETTINGS.add(
            "audit.scannerVersion",
            Types.text("VERSION"),
            by("dev"),
            Rules.any(),
            "As reports name it",
            Trait.UNLISTED);

    /** Label of a report: of the settings that decide which verdicts are recorded. Others make another report of the same object and checks. */
    public static final String RECORDING_HASH = "breakwater.dev/recording-hash";

    /** @throws OutOfBounds for values that are not allowed */
    public AuditSettings {
        values = values.of(SETTINGS).with(values.of(BundleSettings.SETTINGS));
        Bounds bounds = new Bounds().obey(SETTINGS, values);
        try {
            new BundleSettings(values);
        } catch (OutOfBounds e) {
            bounds.add(e);
        }
        bounds.check();
    }

    public static AuditSettings defaults() {
        return new AuditSettings(SettingValues.DEFAULTS);
    }

    public <T> AuditSettings with(Setting<T> setting, T value) {
        return new AuditSettings(values.with(setting, value));
    }

    /** With a bundle of checks. */
    public AuditSettings withBundle(BundleSettings other) {
        return new AuditSettings(values.with(other.values()));
    }

    /** Auditing nothing. */
    public AuditSettings disabled() {
        return with(ENABLED, false);
    }

    public boolean enabled() {
        return values.get(ENABLED);
    }

    public Set<AuditedKind> kinds() {
        return values.get(KINDS);
    }

    public DeviationChoice deviations() {
        return values.get(DEVIATIONS);
    }

    public boolean failedOnly() {
        return values.get(FAILED_CHECKS_ONLY);
    }

    public boolean mergeRbac() {
        return values.get(MERGE_RBAC);
    }

    public Set<Severity> recorded() {
        return values.get(RECORDED_SEVERITIES);
    }

    public Map<String, Severity> severities() {
        return values.get(SEVERITIES);
    }

    public Set<String> off() {
        return values.get(CHECKS_OFF);
    }

    public Map<String, Set<String>> offInNamespace() {
        return values.get(CHECKS_OFF_IN_NAMESPACE);
    }

    public Duration ttl() {
        return values.get(REPORT_TTL);
    }

    public int concurrent() {
        return values.get(CONCURRENT);
    }

    public String policies() {
        return values.get(POLICIES);
    }

    public BundleSettings bundle() {
        return new BundleSettings(values);
    }

    public String scannerVersion() {
        return values.get(SCANNER_VERSION);
    }

    /**
     * The value of {@link #RECORDING_HASH}: changes when the same verdicts on an object would make another report. What changes the verdicts themselves is in the hash
     * of the checks.
     *
     * @param namespace of the object; empty for a cluster-scoped one
     */
    public String recordingHash(String namespace) {
        return SafeHash.ofString(failedOnly() + "/" + new TreeSet<>(recorded()) + "/"
                + new TreeSet<>(offInNamespace().getOrDefault(namespace, Set.of())));
    }

    private static Set<AuditedKind> kinds(List<String> names) {
        Set<AuditedKind> chosen = EnumSet.noneOf(AuditedKind.class);
        names.forEach(name -> chosen.addAll(AuditedKind.named(name)));
        return chosen.isEmpty() ? AuditedKind.byDefault() : chosen;
    }

    private static List<String> names(Set<AuditedKind> kinds) {
        return kinds.stream().map(kind -> kind.resource().kind()).distinct().toList();
    }

    private static Type<String> checkId() {
        return Types.text("ID").as(AuditSettings::canonical, id -> id);
    }

    private static Map<String, Set<String>> canonical(Map<String, List<String>> lists) {
        Map<String, Set<String>> byNamespace = new LinkedHashMap<>();
        lists.forEach((namespace, ids) -> byNamespace.put(
                namespace, ids.stream().map(AuditSettings::canonical).collect(Collectors.toSet())));
        return byNamespace;
    }

    private static Map<String, List<String>> listed(Map<String, Set<String>> byNamespace) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        byNamespace.forEach((namespace, ids) -> lists.put(namespace, List.copyOf(new TreeSet<>(ids))));
        return lists;
    }

    private static Map<String, Severity> severities(Map<String, String> words) {
        Map<String, Severity> byId = new LinkedHashMap<>();
        words.forEach((id, severity) -> byId.put(
                canonical(id),
                Severity.parse(severity)
                        .orElseThrow(() -> new IllegalArgumentException(
                                id + "=" + severity + ": allowed are CRITICAL, HIGH, MEDIUM, LOW and UNKNOWN"))));
        return byId;
    }

    private static Map<String, String> words(Map<String, Severity> severities) {
        Map<String, String> words = new LinkedHashMap<>();
        severities.forEach((id, severity) -> words.put(id, severity.name()));
        return words;
    }

    /** An id of a user's own check is known only once the ConfigMap is read, and stands as it is written. */
    private static String canonical(String spelling) {
        return BuiltInIds.ALL.resolve(spelling).orElseGet(() -> {
            if (CheckId.isNumbered(spelling)) {
                throw new IllegalArgumentException(
                        "there is no check " + spelling + "; docs/checks.md lists all checks by id");
            }
            return spelling.strip();
        });
    }

    private static Rule<Map<String, Set<String>>> namespaces() {
        Rule<String> namespace = Rules.namespace();
        return new Rule<>(
                "",
                lists -> lists.keySet().stream()
                        .flatMap(name -> namespace.refusals().of(name).stream())
                        .toList(),
                Map.of());
    }

    /** Read when somebody first names a check. */
    private static final class BuiltInIds {
        static final CheckId ALL = read();

        private static CheckId read() {
            try {
                return CheckId.ofBuiltIn();
            } catch (InvalidCheck e) {
                throw new IllegalStateException("the program was packed with a check that is none", e);
            }
        }
    }
}
