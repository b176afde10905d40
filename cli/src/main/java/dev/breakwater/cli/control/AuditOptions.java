package dev.breakwater.cli.control;

import dev.breakwater.cli.values.DurationWords;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.audit.AuditedKind;
import dev.breakwater.controller.bundle.BundleSettings;
import dev.breakwater.controller.checks.BuiltInChecks;
import dev.breakwater.controller.checks.CheckId;
import dev.breakwater.controller.checks.DeviationChoice;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.checks.Severity;
import dev.breakwater.controller.compliance.Deviation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** What is audited, with which checks, and what of their verdicts is recorded. */
final class AuditOptions {
    private static final AuditSettings DEFAULTS = AuditSettings.defaults();

    @Option(
            names = "--audit",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Audit objects and nodes, and compile compliance (default: yes).")
    boolean audit = true;

    @Option(
            names = "--audit-kinds",
            paramLabel = "LIST",
            split = ",",
            description = {
                "Kinds of objects that are audited; Workload stands for all that run pods (default: all but ConfigMap).",
                "As the Trivy Operator does it: Workload,Service,Role,ClusterRole,NetworkPolicy,Ingress,LimitRange,"
                        + "ResourceQuota,PersistentVolume,PersistentVolumeClaim"
            })
    List<String> kinds = new ArrayList<>();

    @Option(
            names = "--audit-checks-off",
            paramLabel = "ID",
            split = ",",
            description = {
                "Checks that are not run, in any spelling, such as KSV-0014,AVD-KSV-0013 (default: none).",
                "For one object: its annotation breakwater.dev/checks-off, with a reason for each: \"KSV-0014: writes its cache\"."
            })
    List<String> off = new ArrayList<>();

    @Option(
            names = "--audit-checks-off-in-namespace",
            paramLabel = "NAMESPACE=ID",
            split = ",",
            description = {
                "Checks whose verdicts are not recorded in a namespace, such as shop=KSV-0014,shop=KSV-0013,ci=KSV-0017.",
                "In the file: audit: {checksOffInNamespace: {shop: [KSV-0014, KSV-0013], ci: [KSV-0017]}}"
            })
    List<String> offInNamespace = new ArrayList<>();

    @Option(
            names = "--audit-severities",
            paramLabel = "ID=SEVERITY",
            split = ",",
            description = {
                "Other severities for checks, such as KSV-0014=LOW,KSV-0125=HIGH; CRITICAL, HIGH, MEDIUM, LOW or UNKNOWN.",
                "In the file: audit: {severities: {KSV-0014: LOW, KSV-0125: HIGH}}"
            })
    Map<String, String> severities = new LinkedHashMap<>();

    @Option(
            names = "--audit-recorded-severities",
            paramLabel = "LIST",
            split = ",",
            description = "Which findings reports hold: any of ${COMPLETION-CANDIDATES} (default: all).")
    List<Severity> recorded = new ArrayList<>(DEFAULTS.recorded());

    @Option(
            names = "--audit-merge-rbac",
            negatable = true,
            defaultValue = "false",
            fallbackValue = "true",
            description =
                    "Write findings on roles into (Cluster)ConfigAuditReports instead of (Cluster)RbacAssessmentReports (default: no).")
    boolean mergeRbac;

    @Option(
            names = "--audit-report-ttl",
            paramLabel = "DURATION",
            description = "An object is audited anew when its report is this old (default: 24h).",
            converter = DurationWords.class)
    Duration ttl = DEFAULTS.ttl();

    @Option(
            names = "--audit-concurrent",
            paramLabel = "N",
            description = "Objects audited at a time, 1 or more; bounds the load on the API server (default: 4).")
    int concurrent = DEFAULTS.concurrent();

    @Option(
            names = "--audit-policies",
            paramLabel = "NAME",
            description =
                    "ConfigMap with checks of your own, in the controller's namespace (default: trivy-operator-policies-config).")
    String policies = DEFAULTS.policies();

    @Option(
            names = "--deviations",
            paramLabel = "LIST",
            description =
                    "Corrections of the original that are wanted: all, none, or names of docs/differences.md (default: all).")
    String deviations = "all";

    @Option(
            names = "--failed-checks-only",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Leave passed checks out of reports (default: yes).")
    boolean failedOnly = true;

    @Option(
            names = "--checks-bundle",
            paramLabel = "REFERENCE",
            description = {
                "A bundle of checks and policies of your own in a registry, as HOST/PATH[:TAG][@DIGEST] (default: none).",
                "Hosts of --scanner-plain-registries are spoken to without TLS."
            })
    String checksBundle = DEFAULTS.bundle().reference();

    @Option(
            names = "--checks-bundle-refresh",
            paramLabel = "DURATION",
            description = "How often the registry is asked whether the tag has moved (default: 1h).",
            converter = DurationWords.class)
    Duration checksBundleRefresh = DEFAULTS.bundle().refresh();

    /** @throws IllegalArgumentException for a value that nobody knows; the message names the flag and what is allowed */
    AuditSettings settings(String scannerVersion) {
        try {
            CheckId ids = CheckId.ofBuiltIn();
            DeviationChoice choice = Deviation.withoutOurs(DeviationChoice.parse(deviations));
            // Asked only so that a misspelt name stops the start.
            choice.among(BuiltInChecks.deviations().keySet());
            return new AuditSettings(
                    audit,
                    kinds(),
                    choice,
                    failedOnly,
                    mergeRbac,
                    recorded.isEmpty() ? EnumSet.noneOf(Severity.class) : EnumSet.copyOf(recorded),
                    severities(ids),
                    off(ids),
                    offInNamespace(ids),
                    ttl,
                    concurrent,
                    policies,
                    new BundleSettings(checksBundle, checksBundleRefresh),
                    scannerVersion);
        } catch (InvalidCheck e) {
            throw new IllegalArgumentException("--deviations: " + e.getMessage(), e);
        }
    }

    private Set<AuditedKind> kinds() {
        if (kinds.isEmpty()) {
            return DEFAULTS.kinds();
        }
        Set<AuditedKind> chosen = EnumSet.noneOf(AuditedKind.class);
        for (String name : kinds) {
            try {
                chosen.addAll(AuditedKind.named(name));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--audit-kinds: " + e.getMessage(), e);
            }
        }
        return chosen;
    }

    private Set<String> off(CheckId ids) {
        Set<String> canonical = new HashSet<>();
        off.forEach(id -> canonical.add(canonical(ids, id, "--audit-checks-off")));
        return canonical;
    }

    private Map<String, Set<String>> offInNamespace(CheckId ids) {
        Map<String, Set<String>> byNamespace = new HashMap<>();
        for (String entry : offInNamespace) {
            int equals = entry.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("--audit-checks-off-in-namespace: '" + entry
                        + "' is not a namespace and a check such as shop=KSV-0014");
            }
            byNamespace
                    .computeIfAbsent(entry.substring(0, equals), _ -> new HashSet<>())
                    .add(canonical(ids, entry.substring(equals + 1), "--audit-checks-off-in-namespace"));
        }
        return byNamespace;
    }

    private Map<String, Severity> severities(CheckId ids) {
        Map<String, Severity> byId = new HashMap<>();
        severities.forEach((id, severity) -> byId.put(
                canonical(ids, id, "--audit-severities"),
                Severity.parse(severity)
                        .orElseThrow(() -> new IllegalArgumentException("--audit-severities " + id + "=" + severity
                                + ": allowed are CRITICAL, HIGH, MEDIUM, LOW and UNKNOWN"))));
        return byId;
    }

    /** An id of a user's own check is known only once the ConfigMap is read, and stands as it is written. */
    private static String canonical(CheckId ids, String spelling, String flag) {
        return ids.resolve(spelling).orElseGet(() -> {
            if (CheckId.isNumbered(spelling)) {
                throw new IllegalArgumentException(
                        flag + ": there is no check " + spelling + "; docs/checks.md lists all checks by id");
            }
            return spelling.strip();
        });
    }
}
