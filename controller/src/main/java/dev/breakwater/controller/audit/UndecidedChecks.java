package dev.breakwater.controller.audit;

import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.Verdict;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which of the users' checks fail to be evaluated, and on which objects: those remembered by name are few, because a broken check is broken on the first.
 *
 * <p>Threading: one lock; any thread.
 */
final class UndecidedChecks {
    /** Objects remembered per check; beyond, the number is a lower bound. */
    private static final int REMEMBERED = 200;

    private final Map<String, Trouble> byCheck = new HashMap<>();

    /**
     * A check's trouble.
     *
     * @param reasons by object
     */
    private record Trouble(CheckDefinition check, Map<String, String> reasons) {}

    /** Takes a verdict of a user's check on an object. */
    synchronized void judged(String object, CheckResult result) {
        CheckDefinition check = result.check();
        Trouble known = byCheck.get(check.id());
        if (known != null && !known.check().equals(check)) {
            byCheck.remove(check.id());
            known = null;
        }
        if (result.verdict() instanceof Verdict.Undecided undecided) {
            Map<String, String> reasons = known == null ? new LinkedHashMap<>() : known.reasons();
            byCheck.put(check.id(), new Trouble(check, reasons));
            if (reasons.size() < REMEMBERED || reasons.containsKey(object)) {
                reasons.put(object, undecided.reason());
            }
        } else if (known != null) {
            known.reasons().remove(object);
            if (known.reasons().isEmpty()) {
                byCheck.remove(check.id());
            }
        }
    }

    /** The object is gone, or is audited no more. */
    synchronized void forget(String object) {
        byCheck.values().forEach(trouble -> trouble.reasons().remove(object));
        byCheck.values().removeIf(trouble -> trouble.reasons().isEmpty());
    }

    /** Forgets checks that are no longer as they were. */
    synchronized void keepOnly(Iterable<CheckDefinition> inForce) {
        Map<String, CheckDefinition> definitions = new HashMap<>();
        inForce.forEach(check -> definitions.put(check.id(), check));
        byCheck.values()
                .removeIf(trouble ->
                        !trouble.check().equals(definitions.get(trouble.check().id())));
    }

    /** One sentence per check, by its id. */
    synchronized Map<String, String> sentences() {
        Map<String, String> sentences = new HashMap<>();
        byCheck.forEach((id, trouble) -> {
            Map.Entry<String, String> first =
                    trouble.reasons().entrySet().iterator().next();
            int count = trouble.reasons().size();
            String objects = count == 1 ? "one object" : (count < REMEMBERED ? "" : "at least ") + count + " objects";
            sentences.put(
                    id,
                    "cannot be evaluated on " + objects + ", for example " + first.getKey() + ": "
                            + first.getValue().replaceAll("\\s+", " "));
        });
        return sentences;
    }
}
