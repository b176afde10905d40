package dev.breakwater.controller.compliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles any number of frameworks in one pass over the reports.
 *
 * <p>Each entry goes into the tally of its check; a control is then judged by the tallies of its checks. Memory is bounded by the number of checks
 * that controls name times the entries kept for each.
 *
 * <p>Used once, by one thread: {@link #read}, then {@link #status} for each framework.
 */
public final class Compilation {
    private enum Standing {
        RAN,
        /** The cluster has no object it could look at, which counts as run. */
        NOTHING_TO_JUDGE,
        NOT_RUN
    }

    private final CurrentChecks checks;
    private final CheckKeys keys;
    private final Set<Deviation> deviations;
    private final int entryLimit;
    private final Map<String, CheckTally> tallies = new HashMap<>();
    /** Tallies by id as reports spell it, so that each spelling is read once; only ids that some control names. */
    private final Map<String, CheckTally> spelled = new HashMap<>();

    private final Set<String> unwanted = new HashSet<>();
    private final Assessments assessed = new Assessments();
    private final Map<String, Standing> standings = new HashMap<>();

    /**
     * @param specs frameworks that results will be asked for
     * @param entryLimit findings kept per control
     */
    public Compilation(List<ComplianceSpec> specs, CurrentChecks checks, Set<Deviation> deviations, int entryLimit) {
        this.checks = checks;
        this.keys = new CheckKeys(checks, deviations);
        this.deviations = Set.copyOf(deviations);
        this.entryLimit = deviations.contains(Deviation.ENTRY_LIMIT) ? entryLimit : Integer.MAX_VALUE;
        boolean details = specs.stream().anyMatch(spec -> spec.mode() == ComplianceSpec.Mode.ALL);
        for (ComplianceSpec spec : specs) {
            for (Control control : spec.controls()) {
                control.checks()
                        .forEach(id -> tallies.computeIfAbsent(
                                keys.ofControl(id), key -> new CheckTally(details ? this.entryLimit : 0)));
            }
        }
    }

    /** Reads every report of every kind. */
    public void read(ReportStream stream) throws IOException {
        for (AuditKind kind : AuditKind.values()) {
            if (kind != AuditKind.CLUSTER_CONFIG || deviations.contains(Deviation.CLUSTER_CONFIG_AUDIT)) {
                stream.read(kind, id -> tally(id) != null, this::add);
            }
        }
    }

    private void add(AuditReport report) {
        if (!report.configHash().isEmpty() && checks.isCurrent(report.objectKind(), report.configHash())) {
            assessed.add(report);
        }
        for (AuditReport.Entry entry : report.entries()) {
            CheckTally tally = tally(entry.checkId());
            if (tally != null && (!entry.success() || !deviations.contains(Deviation.PASSED_ENTRIES))) {
                tally.add(report.target(), entry);
            }
        }
    }

    private @Nullable CheckTally tally(String spelling) {
        CheckTally known = spelled.get(spelling);
        if (known != null || unwanted.contains(spelling)) {
            return known;
        }
        CheckTally tally = tallies.get(keys.ofReport(spelling));
        if (tally != null) {
            spelled.put(spelling, tally);
        } else if (unwanted.size() < 10_000) {
            // Reports come from anybody who may write them; made-up ids must not fill the memory.
            unwanted.add(spelling);
        }
        return tally;
    }

    /** The framework's {@code status}, without a timestamp. */
    public ObjectNode status(ComplianceSpec spec, ObjectPresence presence) throws IOException {
        return new StatusDocument(spec, results(spec, presence), deviations).json();
    }

    /** One result per control, in the framework's order. */
    private List<ControlResult> results(ComplianceSpec spec, ObjectPresence presence) throws IOException {
        List<ControlResult> results = new ArrayList<>();
        for (Control control : spec.controls()) {
            results.add(result(control, presence));
        }
        return results;
    }

    private ControlResult result(Control control, ObjectPresence presence) throws IOException {
        Map<String, Standing> ran = new LinkedHashMap<>();
        for (String id : control.checks()) {
            String key = keys.ofControl(id);
            ran.put(key, standing(key, presence));
        }
        long fails = 0;
        List<CheckTally.Finding> findings = new ArrayList<>();
        for (Map.Entry<String, Standing> check : ran.entrySet()) {
            CheckTally tally = tallies.get(check.getKey());
            // Old findings of a check that has not run again are not the state of the cluster.
            if (tally != null && (check.getValue() != Standing.NOT_RUN || !knowsWhatRan())) {
                fails += tally.count();
                tally.first().stream()
                        .limit((long) entryLimit - findings.size())
                        .forEach(findings::add);
            }
        }
        ControlStatus status = status(control, fails, Set.copyOf(ran.values()));
        return new ControlResult(
                control, status, fails, findings, status == ControlStatus.NOT_ASSESSED ? reasons(ran) : List.of());
    }

    private List<String> reasons(Map<String, Standing> ran) {
        return ran.entrySet().stream()
                .filter(check -> check.getValue() == Standing.NOT_RUN)
                .map(check -> assessed.whyNot(check.getKey(), keys.check(check.getKey())))
                .distinct()
                .toList();
    }

    private ControlStatus status(Control control, long fails, Set<Standing> standings) {
        if (fails > 0) {
            return ControlStatus.FAIL;
        }
        if (control.isManual() && deviations.contains(Deviation.MANUAL_CONTROLS)) {
            return ControlStatus.MANUAL;
        }
        if (standings.contains(Standing.NOT_RUN) && knowsWhatRan()) {
            return ControlStatus.NOT_ASSESSED;
        }
        boolean nothingToJudge = !standings.contains(Standing.RAN);
        return nothingToJudge && deviations.contains(Deviation.CONTROL_STATUS)
                ? control.defaultStatus().orElse(ControlStatus.PASS)
                : ControlStatus.PASS;
    }

    private boolean knowsWhatRan() {
        return deviations.contains(Deviation.NOT_ASSESSED);
    }

    private Standing standing(String key, ObjectPresence presence) throws IOException {
        Standing known = standings.get(key);
        if (known == null) {
            known = findStanding(key, presence);
            standings.put(key, known);
        }
        return known;
    }

    private Standing findStanding(String key, ObjectPresence presence) throws IOException {
        Optional<CurrentChecks.Check> found = keys.check(key);
        if (found.isEmpty()) {
            // A check we do not run ourselves, for example a user's Rego policy, has run when it says something.
            CheckTally tally = tallies.get(key);
            return tally != null && tally.count() > 0 ? Standing.RAN : Standing.NOT_RUN;
        }
        CurrentChecks.Check check = found.get();
        if (assessed.contain(check)) {
            return Standing.RAN;
        }
        // A control plane always exists, whether or not it can be seen: that it cannot says nothing about how it runs.
        if (check.targets().contains("*") || check.isOfControlPlane()) {
            return Standing.NOT_RUN;
        }
        for (String kind : check.targets()) {
            if (presence.anyOf(kind)) {
                return Standing.NOT_RUN;
            }
        }
        return Standing.NOTHING_TO_JUDGE;
    }
}
