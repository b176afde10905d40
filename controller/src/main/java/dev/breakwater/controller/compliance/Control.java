package dev.breakwater.controller.compliance;

import java.util.List;
import java.util.Optional;

/**
 * One requirement of a framework and the checks that show whether it is met.
 *
 * @param severity the control's own; it stands beside the result whatever the severities of the checks are
 * @param checks ids as the author wrote them, in any spelling; empty when a person has to judge
 * @param commands ids of what the node collector runs for the control; carried along, not used
 * @param defaultStatus the status where the cluster has nothing the checks could look at
 */
public record Control(
        String id,
        String name,
        String description,
        String severity,
        List<String> checks,
        List<String> commands,
        Optional<ControlStatus> defaultStatus) {

    /** Whether a person has to judge: there is no check, and no default that the author gave instead. */
    boolean isManual() {
        return checks.isEmpty() && (isNamedManual() || defaultStatus.isEmpty());
    }

    /** The mark that the original goes by. */
    boolean isNamedManual() {
        return name.contains("Manual");
    }
}
