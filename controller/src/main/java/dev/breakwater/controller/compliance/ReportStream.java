package dev.breakwater.controller.compliance;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Where reports come from, one at a time. */
@FunctionalInterface
public interface ReportStream {
    /**
     * Hands over each report of a kind exactly once, in the order of namespaces and names, and forgets it.
     *
     * @param wanted asked for each entry's check id as the report spells it; entries of other checks may be left out
     * @throws IOException when not all reports could be read; some may have been handed over
     */
    void read(AuditKind kind, Predicate<String> wanted, Consumer<AuditReport> each) throws IOException;
}
