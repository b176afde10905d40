package dev.breakwater.cli.audit;

import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.Severity;
import dev.breakwater.controller.checks.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * An object with everything the checks say about it.
 *
 * @param judged whether any check is about such an object; one that nobody looked at is not clean
 */
record Audited(
        Manifest manifest,
        boolean judged,
        List<Finding> findings,
        List<Undecided> undecided,
        List<CheckDefinition> passed) {
    record Finding(CheckDefinition check, String message) {
        Severity severity() {
            return check.severity();
        }
    }

    record Undecided(CheckDefinition check, String reason) {}

    /** @param spokenOf whether a check is about objects like this one */
    static Audited of(Manifest manifest, boolean spokenOf, List<CheckResult> results) {
        List<Finding> findings = new ArrayList<>();
        List<Undecided> undecided = new ArrayList<>();
        List<CheckDefinition> passed = new ArrayList<>();
        for (CheckResult result : results) {
            switch (result.verdict()) {
                case Verdict.Passed ignored -> passed.add(result.check());
                case Verdict.Failed failed ->
                    failed.messages().forEach(message -> findings.add(new Finding(result.check(), message)));
                case Verdict.Undecided reason -> undecided.add(new Undecided(result.check(), reason.reason()));
            }
        }
        boolean judged = spokenOf || !findings.isEmpty() || !undecided.isEmpty();
        return new Audited(manifest, judged, findings, undecided, passed);
    }
}
