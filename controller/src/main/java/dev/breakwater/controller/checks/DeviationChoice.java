package dev.breakwater.controller.checks;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which corrections of the original's verdicts are wanted: {@code all} (the default), {@code none}, or a list of their names. */
public sealed interface DeviationChoice {
    /** Verdicts that are right where the original's are wrong. */
    record All() implements DeviationChoice {}

    /** The original's verdicts, defects included. */
    record None() implements DeviationChoice {}

    record Only(List<String> names) implements DeviationChoice {}

    static DeviationChoice parse(String text) {
        return switch (text.strip()) {
            case "all" -> new All();
            case "none", "" -> new None();
            default ->
                new Only(Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList());
        };
    }

    /** As {@link #parse} reads it. */
    default String words() {
        return switch (this) {
            case All _ -> "all";
            case None _ -> "none";
            case Only(List<String> names) -> String.join(",", names);
        };
    }

    /** The chosen names among those that exist. */
    default Set<String> among(Collection<String> known) throws InvalidCheck {
        return switch (this) {
            case All ignored -> new LinkedHashSet<>(known);
            case None ignored -> Set.of();
            case Only only -> {
                for (String name : only.names()) {
                    if (!known.contains(name)) {
                        throw new InvalidCheck("There is no deviation called " + name
                                + "; allowed are none, all, or names among " + String.join(", ", new TreeSet<>(known))
                                + ".");
                    }
                }
                yield new LinkedHashSet<>(only.names());
            }
        };
    }
}
