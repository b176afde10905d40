package dev.breakwater.controller.compliance;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A report as compliance sees it: about which object, by which checks, and the entries somebody asked for.
 *
 * @param objectKind kind of the object the report is about; empty when the report does not say
 * @param namespace of the report; empty for a cluster-scoped one
 * @param configHash the label that names the checks it was made with; empty when there is none
 * @param notAssessed canonical ids of checks that did not see in the object what they look at; absent when the report does not tell
 * @param entries only those of checks the reader wanted
 */
public record AuditReport(
        AuditKind kind,
        String objectKind,
        String namespace,
        String name,
        String configHash,
        Optional<Set<String>> notAssessed,
        List<Entry> entries) {

    /** {@code namespace/name}, with nothing before the slash for cluster-scoped reports, as the original writes it. */
    String target() {
        return namespace + "/" + name;
    }

    /** One element of {@code report.checks}. */
    public record Entry(
            String checkId,
            String severity,
            boolean success,
            String title,
            String description,
            String category,
            List<String> messages,
            String remediation) {}
}
