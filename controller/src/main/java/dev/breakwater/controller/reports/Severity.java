package dev.breakwater.controller.reports;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Severities of findings, in the order of Trivy's numbers. */
enum Severity {
    UNKNOWN,
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL;

    /** Trivy writes a vendor's severity as a number, 0 to 4. */
    static Severity ofTrivyNumber(int number) {
        return number < 0 || number >= values().length ? UNKNOWN : values()[number];
    }

    static Severity parse(@Nullable String name) {
        for (Severity severity : values()) {
            if (name != null && severity.name().equals(name.toUpperCase(Locale.ROOT))) {
                return severity;
            }
        }
        return UNKNOWN;
    }
}
