package dev.breakwater.controller.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.Severity;
import dev.breakwater.controller.checks.Verdict;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code report.summary} and {@code report.checks[]} from verdicts (checks 4): one entry per message, or one for a pass where passes are recorded. */
public final class CheckEntries {
    private static final String CATEGORY = "Kubernetes Security Check";

    private final List<CheckResult> results;
    private final boolean failedOnly;

    /** @param severities those that are recorded at all */
    public CheckEntries(List<CheckResult> results, boolean failedOnly, Set<Severity> severities) {
        this.results = results.stream()
                .filter(result -> severities.contains(result.check().severity()))
                .toList();
        this.failedOnly = failedOnly;
    }

    /** Adds {@code summary} and {@code checks}. */
    public void writeTo(ObjectNode report) {
        ObjectNode summary = report.putObject("summary");
        summary.put("criticalCount", count(Severity.CRITICAL));
        summary.put("highCount", count(Severity.HIGH));
        summary.put("mediumCount", count(Severity.MEDIUM));
        summary.put("lowCount", count(Severity.LOW));
        ArrayNode checks = report.putArray("checks");
        for (CheckResult result : results) {
            switch (result.verdict()) {
                case Verdict.Failed failed ->
                    failed.messages().forEach(message -> entry(checks, result.check(), message));
                case Verdict.Passed passed -> {
                    if (!failedOnly) {
                        entry(checks, result.check(), null);
                    }
                }
                // Neither a pass nor a failure; the log of the controller names it.
                case Verdict.Undecided undecided -> {}
            }
        }
    }

    /** Entries, not checks: a check that fails on three containers counts three times. */
    private long count(Severity severity) {
        return results.stream()
                .filter(result -> result.check().severity() == severity)
                .mapToLong(result -> result.verdict() instanceof Verdict.Failed failed
                        ? failed.messages().size()
                        : 0)
                .sum();
    }

    private static void entry(ArrayNode checks, CheckDefinition check, @Nullable String message) {
        ObjectNode entry = checks.addObject();
        entry.put("category", CATEGORY);
        entry.put("checkID", check.reportId());
        entry.put("description", check.description());
        if (message != null) {
            entry.putArray("messages").add(message);
        }
        entry.put("remediation", check.remediation());
        entry.put("severity", check.severity().name());
        entry.put("success", message == null);
        entry.put("title", check.title());
    }
}
