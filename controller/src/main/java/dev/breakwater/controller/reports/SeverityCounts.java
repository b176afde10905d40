package dev.breakwater.controller.reports;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts findings while they pass by. */
final class SeverityCounts {
    private final Map<Severity, Long> counts = new EnumMap<>(Severity.class);

    void add(Severity severity) {
        counts.merge(severity, 1L, Long::sum);
    }

    /** How many findings passed by. */
    long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** {@code report.summary} of a VulnerabilityReport; the original never counts {@code noneCount} and always writes it. */
    Map<String, Long> ofVulnerabilities() {
        Map<String, Long> summary = ofSecrets();
        summary.put("unknownCount", of(Severity.UNKNOWN));
        summary.put("noneCount", 0L);
        return summary;
    }

    /** {@code report.summary} of an ExposedSecretReport. */
    Map<String, Long> ofSecrets() {
        Map<String, Long> summary = new LinkedHashMap<>();
        summary.put("criticalCount", of(Severity.CRITICAL));
        summary.put("highCount", of(Severity.HIGH));
        summary.put("mediumCount", of(Severity.MEDIUM));
        summary.put("lowCount", of(Severity.LOW));
        return summary;
    }

    private long of(Severity severity) {
        return counts.getOrDefault(severity, 0L);
    }
}
