package dev.breakwater.controller.audit;

import dev.breakwater.controller.bounds.Bounds;
import dev.breakwater.controller.bundle.BundleSettings;
import dev.breakwater.controller.checks.DeviationChoice;
import dev.breakwater.controller.checks.Severity;
import dev.breakwater.controller.naming.SafeHash;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the cluster is audited.
 *
 * @param enabled {@code audit.enabled}
 * @param kinds {@code audit.kinds}: which objects are looked at
 * @param deviations {@code audit.deviations}: which corrections of the original's verdicts are applied
 * @param failedOnly {@code audit.recordFailedChecksOnly}: whether reports leave out the checks that passed
 * @param mergeRbac {@code audit.mergeRbacFindingWithConfigAudit}
 * @param recorded {@code audit.severity}: findings of other severities are left out of reports
 * @param severities {@code audit.severities}: other severities, by canonical id
 * @param off {@code audit.off}: canonical ids of checks that are not run
 * @param offInNamespace {@code audit.offInNamespace}: the same, by namespace
 * @param ttl {@code audit.reportTtl}: objects are audited anew when their report is this old
 * @param concurrent {@code audit.concurrent}: objects that are audited at a time; bounds the load on the API server
 * @param policies {@code audit.policies}: name of the ConfigMap with users' checks
 * @param bundle a bundle with more of them
 * @param scannerVersion as reports name it
 */
public record AuditSettings(
        boolean enabled,
        Set<AuditedKind> kinds,
        DeviationChoice deviations,
        boolean failedOnly,
        boolean mergeRbac,
        Set<Severity> recorded,
        Map<String, Severity> severities,
        Set<String> off,
        Map<String, Set<String>> offInNamespace,
        Duration ttl,
        int concurrent,
        String policies,
        BundleSettings bundle,
        String scannerVersion) {

    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public AuditSettings {
        Bounds bounds = new Bounds("audit");
        bounds.duration("reportTtl", ttl, Duration.ofMinutes(1), Duration.ofDays(365))
                .number("concurrent", concurrent, 1, 200)
                .name("policies", policies);
        offInNamespace.keySet().forEach(namespace -> bounds.namespace("checksOffInNamespace", namespace));
        bounds.check();
    }

    /** Label of a report: of the settings that decide which verdicts are recorded. Others make another report of the same object and checks. */
    public static final String RECORDING_HASH = "breakwater.dev/recording-hash";

    public static AuditSettings defaults() {
        return new AuditSettings(
                true,
                AuditedKind.byDefault(),
                new DeviationChoice.All(),
                true,
                false,
                EnumSet.allOf(Severity.class),
                Map.of(),
                Set.of(),
                Map.of(),
                Duration.ofHours(24),
                4,
                "trivy-operator-policies-config",
                BundleSettings.none(),
                "dev");
    }

    /**
     * The value of {@link #RECORDING_HASH}: changes when the same verdicts on an object would make another report. What changes the verdicts themselves is in the hash
     * of the checks.
     *
     * @param namespace of the object; empty for a cluster-scoped one
     */
    public String recordingHash(String namespace) {
        return SafeHash.ofString(failedOnly + "/" + new TreeSet<>(recorded) + "/"
                + new TreeSet<>(offInNamespace.getOrDefault(namespace, Set.of())));
    }

    /** With a bundle of checks. */
    public AuditSettings withBundle(BundleSettings other) {
        return new AuditSettings(
                enabled,
                kinds,
                deviations,
                failedOnly,
                mergeRbac,
                recorded,
                severities,
                off,
                offInNamespace,
                ttl,
                concurrent,
                policies,
                other,
                scannerVersion);
    }

    /** Auditing nothing. */
    public AuditSettings disabled() {
        return new AuditSettings(
                false,
                kinds,
                deviations,
                failedOnly,
                mergeRbac,
                recorded,
                severities,
                off,
                offInNamespace,
                ttl,
                concurrent,
                policies,
                bundle,
                scannerVersion);
    }
}
