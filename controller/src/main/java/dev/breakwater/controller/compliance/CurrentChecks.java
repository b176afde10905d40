package dev.breakwater.controller.compliance;

import dev.breakwater.controller.checks.Evidence;
import java.util.Optional;
import java.util.Set;

/** The checks that audits run at present, as far as compliance needs to know them. */
public interface CurrentChecks {
    /** The check called so in any spelling; empty when there is none. */
    Optional<Check> find(String spelling);

    /** Whether a report about an object of the kind was made with the checks as they are now. */
    boolean isCurrent(String objectKind, String configHash);

    /**
     * A check.
     *
     * @param id canonical, for example {@code KSV-0017}
     * @param targets kinds of objects it judges; {@code *} for any; {@code NodeInfo} for nodes
     * @param infrastructure whether its entries are in infrastructure reports, and nowhere else
     * @param evidence what it has to see in an object; empty for the object itself
     */
    record Check(String id, Set<String> targets, boolean infrastructure, Optional<Evidence> evidence) {
        /** Judges a part of a control plane, not a node. */
        boolean isOfControlPlane() {
            return evidence.isPresent() && evidence.get() instanceof Evidence.Arguments;
        }
    }
}
