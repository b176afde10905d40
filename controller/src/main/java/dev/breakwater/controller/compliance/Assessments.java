package dev.breakwater.controller.compliance;

import dev.breakwater.controller.checks.Evidence;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which checks have looked at something, as the reports made with the present checks tell, and why the others have not. A check that sees no file, no process
 * and no setting of those that it is about finds nothing, which is no pass.
 *
 * <p>Memory is bounded by the kinds of objects and the number of checks, not by the reports. Used by one thread.
 */
final class Assessments {
    /** @param tells whether the reports say which checks saw nothing; those of an older version do not */
    private record Seen(boolean infrastructure, String objectKind, boolean tells) {}

    /** By the kind of object, the checks that none of the objects let see what they look at. */
    private final Map<Seen, Set<String>> blind = new HashMap<>();

    /** @param report made with the present checks */
    void add(AuditReport report) {
        Seen seen = new Seen(
                report.kind().isInfrastructure(),
                lower(report.objectKind()),
                report.notAssessed().isPresent());
        Set<String> missing = report.notAssessed().orElse(Set.of());
        Set<String> known = blind.get(seen);
        if (known == null) {
            blind.put(seen, new HashSet<>(missing));
        } else {
            known.retainAll(missing);
        }
    }

    /** Whether the check has judged at least one object. */
    boolean contain(CurrentChecks.Check check) {
        return blind.entrySet().stream()
                .anyMatch(entry ->
                        judges(check, entry.getKey()) && !entry.getValue().contains(check.id()));
    }

    /**
     * Why a check has not judged anything: one sentence that says where to look.
     *
     * @param id as the control has it
     * @param found empty when there is no such check
     */
    String whyNot(String id, Optional<CurrentChecks.Check> found) {
        if (found.isEmpty()) {
            return "No check " + id
                    + " is in force: it is unknown, switched off (audit.checksOff), or a policy in Rego without findings.";
        }
        CurrentChecks.Check check = found.get();
        boolean nodesSeen =
                blind.keySet().stream().anyMatch(seen -> seen.objectKind().equals("nodeinfo"));
        String noNode =
                "No node has been looked at with the present checks: see the Events of the nodes, and the keys below nodes.";
        return switch (check.evidence().orElse(null)) {
            case Evidence.Arguments(String program) ->
                "It is not known how " + program
                        + " was started: no pod in kube-system and no process of a node that was looked at runs it."
                        + " The provider of a managed cluster shows it to nobody."
                        + (nodesSeen ? "" : " " + noNode);
            case Evidence.NodeFile(String _, String what, List<?> types)
            when nodesSeen ->
                what + " was not seen on any "
                        + (types.contains("worker") ? "node" : "control-plane node")
                        + " that was looked at: it is not there, or not below nodes.folders.";
            case Evidence.KubeletSetting(String _, List<?> _)
            when nodesSeen ->
                "The settings of no kubelet were seen: neither its process nor its configuration."
                        + " Allow configz, or name the folder of its configuration in nodes.folders.";
            case Evidence.NodeFile _, Evidence.KubeletSetting _ -> noNode;
            case null ->
                "No report has been made with the present checks about any "
                        + String.join(", ", check.targets().stream().sorted().toList())
                        + ": audit.kinds says what is audited.";
        };
    }

    private static boolean judges(CurrentChecks.Check check, Seen seen) {
        return check.infrastructure() == seen.infrastructure()
                && (check.targets().stream()
                                .anyMatch(
                                        kind -> kind.equals("*") || lower(kind).equals(seen.objectKind()))
                        // What no pod tells, the processes of a node may.
                        || (check.isOfControlPlane()
                                && seen.tells()
                                && seen.objectKind().equals("nodeinfo")));
    }

    private static String lower(String kind) {
        return kind.equals("Node") ? "nodeinfo" : kind.toLowerCase(Locale.ROOT);
    }
}
