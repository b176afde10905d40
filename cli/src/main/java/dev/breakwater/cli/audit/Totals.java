package dev.breakwater.cli.audit;

import dev.breakwater.controller.checks.Severity;
import java.util.EnumMap;
import java.util.Map;

/** Running counts over all audited objects. */
final class Totals {
    private final Map<Severity, Integer> bySeverity = new EnumMap<>(Severity.class);
    private int objects;
    private int objectsWithFindings;
    private int undecided;

    void add(Audited audited) {
        objects++;
        objectsWithFindings += audited.findings().isEmpty() ? 0 : 1;
        undecided += audited.undecided().size();
        audited.findings().forEach(finding -> bySeverity.merge(finding.severity(), 1, Integer::sum));
    }

    int objects() {
        return objects;
    }

    int objectsWithFindings() {
        return objectsWithFindings;
    }

    int undecided() {
        return undecided;
    }

    int of(Severity severity) {
        return bySeverity.getOrDefault(severity, 0);
    }

    /** Whether there is a finding of this severity or a worse one. */
    boolean reach(Severity severity) {
        return bySeverity.keySet().stream().anyMatch(found -> found.compareTo(severity) >= 0);
    }
}
