package dev.breakwater.controller.checks;

import dev.breakwater.controller.checks.expression.Expressions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A user's own checks, read beside the built-in ones.
 *
 * @param checks the built-in checks and those of the user's that are usable
 * @param errors one sentence per file or check that is not; the others go on
 */
public record OwnChecks(CheckSet checks, List<String> errors) {

    /**
     * Adds checks to the built-in ones. An id that a built-in check has is refused unless the check says {@code override: true}.
     *
     * @param files YAML texts by name, as in a ConfigMap's data or a folder
     */
    public static OwnChecks beside(CheckSet builtIn, Map<String, String> files, CheckSet.Options options)
            throws InvalidCheck {
        List<String> errors = new ArrayList<>();
        Map<String, CheckSource> usable = new LinkedHashMap<>();
        Expressions expressions = Expressions.bounded();
        for (Map.Entry<String, String> file : files.entrySet()) {
            try {
                for (CheckSource source : CheckFile.parse(file.getKey(), file.getValue(), false)) {
                    accept(source, builtIn, usable, expressions, errors);
                }
            } catch (InvalidCheck e) {
                errors.add(String.valueOf(e.getMessage()));
            }
        }
        CheckSet own = CheckSet.compile(usable.values(), BuiltInChecks.deviationNames(), options, expressions);
        return new OwnChecks(builtIn.and(own), List.copyOf(errors));
    }

    private static void accept(
            CheckSource source,
            CheckSet builtIn,
            Map<String, CheckSource> usable,
            Expressions expressions,
            List<String> errors) {
        try {
            // Compiled once more with the others; here so that one broken check does not take the rest along.
            new CompiledCheck(source.definition(source.deviations()), expressions);
            String where = source.file() + ": check " + source.id();
            if (builtIn.ids().resolve(source.id()).isPresent() && !source.overridesBuiltIn()) {
                errors.add(where + ": a built-in check has this id; choose another, or say override: true.");
            } else if (usable.putIfAbsent(source.id(), source) != null) {
                errors.add(where + ": the id is used twice; the first check of this id is kept.");
            }
        } catch (InvalidCheck e) {
            errors.add(String.valueOf(e.getMessage()));
        }
    }
}
