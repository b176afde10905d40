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
 * @param files where each usable check of the user's stands, by its id
 * @param errors the files and checks that are not; the others go on
 */
public record OwnChecks(CheckSet checks, Map<String, String> files, List<BrokenCheck> errors) {

    /**
     * Adds checks to the built-in ones. An id that a built-in check has is refused unless the check says {@code override: true}.
     *
     * @param files YAML texts by name, as in a ConfigMap's data or a folder
     */
    public static OwnChecks beside(CheckSet builtIn, Map<String, String> files, CheckSet.Options options)
            throws InvalidCheck {
        List<BrokenCheck> errors = new ArrayList<>();
        Map<String, CheckSource> usable = new LinkedHashMap<>();
        Expressions expressions = Expressions.bounded();
        CheckAllowance allowance = CheckAllowance.of("");
        for (Map.Entry<String, String> file : files.entrySet()) {
            CheckAllowance taken = allowance.next(file.getKey());
            try {
                List<CheckSource> sources = CheckFile.parse(file.getKey(), file.getValue(), false, taken);
                // Only here: a file that is not read leaves the others what it would have taken.
                allowance = taken;
                for (CheckSource source : sources) {
                    accept(source, builtIn, usable, expressions, errors);
                }
            } catch (InvalidCheck e) {
                errors.add(new BrokenCheck(file.getKey(), "", String.valueOf(e.getMessage())));
            }
        }
        CheckSet own = CheckSet.compile(usable.values(), BuiltInChecks.deviationNames(), options, expressions);
        Map<String, String> where = new LinkedHashMap<>();
        usable.forEach((id, source) -> where.put(id, source.file()));
        return new OwnChecks(builtIn.and(own), where, List.copyOf(errors));
    }

    private static void accept(
            CheckSource source,
            CheckSet builtIn,
            Map<String, CheckSource> usable,
            Expressions expressions,
            List<BrokenCheck> errors) {
        try {
            // Compiled once more with the others; here so that one broken check does not take the rest along.
            CompiledCheck.now(source.definition(source.deviations()), expressions);
            String where = source.file() + ": check " + source.id();
            if (builtIn.ids().resolve(source.id()).isPresent() && !source.overridesBuiltIn()) {
                errors.add(broken(
                        source, where + ": a built-in check has this id; choose another, or say override: true."));
            } else if (usable.putIfAbsent(source.id(), source) != null) {
                errors.add(broken(source, where + ": the id is used twice; the first check of this id is kept."));
            }
        } catch (InvalidCheck e) {
            errors.add(broken(source, String.valueOf(e.getMessage())));
        }
    }

    private static BrokenCheck broken(CheckSource source, String message) {
        String where = message.startsWith(source.file()) ? message : source.file() + ": " + message;
        return new BrokenCheck(source.file(), source.id(), where.replaceAll("\\s+", " "));
    }
}
