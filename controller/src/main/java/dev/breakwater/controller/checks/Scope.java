package dev.breakwater.controller.checks;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How often a check is evaluated on an object, and what its expressions see besides the object. */
public enum Scope {
    /** Once. */
    OBJECT,
    /** Per pod template: {@code pod}. */
    POD,
    /** Per container and init container: {@code pod}, {@code container}, {@code sc}. */
    CONTAINER,
    /** Per entry of {@code rules}: {@code rule}. */
    RULE;

    static Optional<Scope> parse(String text) {
        return Arrays.stream(values())
                .filter(s -> s.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst();
    }
}
