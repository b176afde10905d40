package dev.breakwater.controller.audit;

import dev.breakwater.controller.checks.CheckId;
import dev.breakwater.controller.checks.CheckResult;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which checks do not count for an object: those its namespace is spared by the settings, and those the object itself names in an annotation, with a
 * reason each: {@code KSV-0014: writes its cache; KSV-0013: built nightly}. A name without a reason does not count, so that nobody has to guess later.
 */
public final class ChecksOff {
    public static final String ANNOTATION = "breakwater.dev/checks-off";

    private ChecksOff() {}

    /**
     * The results that count.
     *
     * @param object with metadata, as the checks saw it
     * @param offInNamespace canonical ids
     * @param ids reads the annotation's spellings
     */
    public static List<CheckResult> without(
            List<CheckResult> results, Map<?, ?> object, Set<String> offInNamespace, CheckId ids) {
        Set<String> off = new HashSet<>(offInNamespace);
        if (object.get("metadata") instanceof Map<?, ?> metadata
                && metadata.get("annotations") instanceof Map<?, ?> annotations
                && annotations.get(ANNOTATION) instanceof String text) {
            for (String part : text.split("[;\n]")) {
                int colon = part.indexOf(':');
                if (colon > 0 && !part.substring(colon + 1).isBlank()) {
                    // What no check of ours is called may be the id of a policy's rule.
                    String id = part.substring(0, colon).strip();
                    off.add(ids.resolve(id).orElse(id));
                }
            }
        }
        return off.isEmpty()
                ? results
                : results.stream()
                        .filter(result -> !off.contains(result.check().id()))
                        .toList();
    }
}
