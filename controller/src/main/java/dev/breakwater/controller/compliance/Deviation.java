package dev.breakwater.controller.compliance;

import dev.breakwater.controller.checks.DeviationChoice;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where compliance differs from the original on purpose. Each can be switched off by its name. */
public enum Deviation {
    PASSED_ENTRIES("compliance-passed-entries", "Passed entries of reports are not counted as failures."),
    MANUAL_CONTROLS("compliance-manual-controls", "Controls without checks are MANUAL, and not counted as passed."),
    NOT_ASSESSED(
            "compliance-not-assessed",
            "A control whose checks have not run is NOT_ASSESSED, and not counted as passed."),
    CHECK_IDS(
            "compliance-check-ids",
            "Check ids match in every spelling, in any case; an id whose check has a successor stands for the successor."),
    MESSAGES("compliance-messages", "Entries carry the finding's own messages instead of the check's description."),
    CLUSTER_CONFIG_AUDIT("compliance-cluster-config-audit", "ClusterConfigAuditReports are read as well."),
    ENTRY_LIMIT("compliance-entry-limit", "The limit of entries per control is applied."),
    CONTROL_STATUS(
            "compliance-control-status",
            "The status of a control is what came out, and its default status only where there was nothing to look at.");

    private final String label;
    private final String reason;

    Deviation(String label, String reason) {
        this.label = label;
        this.reason = reason;
    }

    /** The name users switch it off by. */
    public String label() {
        return label;
    }

    /** What is different, in one sentence. */
    public String reason() {
        return reason;
    }

    public static Optional<Deviation> named(String label) {
        return Arrays.stream(values()).filter(d -> d.label.equals(label)).findFirst();
    }

    /** Ours among those that were chosen. */
    public static Set<Deviation> among(DeviationChoice choice) {
        return switch (choice) {
            case DeviationChoice.All _ -> EnumSet.allOf(Deviation.class);
            case DeviationChoice.None _ -> EnumSet.noneOf(Deviation.class);
            case DeviationChoice.Only(List<String> names) -> {
                Set<Deviation> chosen = EnumSet.noneOf(Deviation.class);
                names.forEach(name -> named(name).ifPresent(chosen::add));
                yield chosen;
            }
        };
    }

    /** The choice without ours: what the checks are to know of it. */
    public static DeviationChoice withoutOurs(DeviationChoice choice) {
        return choice instanceof DeviationChoice.Only(List<String> names)
                ? new DeviationChoice.Only(
                        names.stream().filter(name -> named(name).isEmpty()).toList())
                : choice;
    }
}
