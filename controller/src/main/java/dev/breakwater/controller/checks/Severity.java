package dev.breakwater.controller.checks;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How bad a finding is; in rising order. */
public enum Severity {
    UNKNOWN,
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL;

    /** The severity of that name in any case. */
    public static Optional<Severity> parse(String text) {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(s -> s.name().equals(upper)).findFirst();
    }
}
