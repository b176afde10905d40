package dev.breakwater.controller.audit;

import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.Verdict;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
     * @param version of the check; what was known of another one is worth nothing
     * @param reasons by object
     */
    private record Trouble(Object version, Map<String, String> reasons) {}

    /** Takes a verdict of a user's check on an object. */
    void judged(String object, CheckResult result) {
        judged(
                object,
                result.check().id(),
                result.check(),
                result.verdict() instanceof Verdict.Undecided undecided ? undecided.reason() : null);
    }

    /**
     * Takes what became of evaluating a check on an object.
     *
     * @param version of the check, by which it is known to be the same
     * @param reason why it is undecided; null where it is not
     */
    synchronized void judged(String object, String check, Object version, @Nullable String reason) {
        Trouble known = byCheck.get(check);
        if (known != null && !known.version().equals(version)) {
            byCheck.remove(check);
            known = null;
        }
        if (reason != null) {
            Map<String, String> reasons = known == null ? new LinkedHashMap<>() : known.reasons();
            byCheck.put(check, new Trouble(version, reasons));
            if (reasons.size() < REMEMBERED || reasons.containsKey(object)) {
                reasons.put(object, reason);
            }
        } else if (known != null) {
            known.reasons().remove(object);
            if (known.reasons().isEmpty()) {
                byCheck.remove(check);
            }
        }
    }

    /** The object is gone, or is audited no more. */
    synchronized void forget(String object) {
        byCheck.values().forEach(trouble -> trouble.reasons().remove(object));
        byCheck.values().removeIf(trouble -> trouble.reasons().isEmpty());
    }

    /**
     * Forgets checks that are no longer as they were.
     *
     * @param versions by check
     */
    synchronized void keepOnly(Map<String, Object> versions) {
        byCheck.entrySet().removeIf(entry -> !entry.getValue().version().equals(versions.get(entry.getKey())));
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
