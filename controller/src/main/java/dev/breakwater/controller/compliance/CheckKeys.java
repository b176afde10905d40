package dev.breakwater.controller.compliance;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Under which key the checks that controls name and the checks that reports name meet. */
final class CheckKeys {
    /** Checks that no longer exist, and those that took their place. */
    private static final Map<String, String> SUCCESSORS = Map.of("KSV-0029", "KSV-0116", "KSV029", "KSV-0116");

    private final CurrentChecks checks;
    private final boolean anySpelling;

    CheckKeys(CurrentChecks checks, Set<Deviation> deviations) {
        this.checks = checks;
        this.anySpelling = deviations.contains(Deviation.CHECK_IDS);
    }

    String ofControl(String spelling) {
        return anySpelling ? canonical(spelling) : spelling;
    }

    String ofReport(String spelling) {
        return anySpelling ? canonical(spelling) : asTheOriginalReads(spelling);
    }

    Optional<CurrentChecks.Check> check(String key) {
        return checks.find(key);
    }

    private String canonical(String spelling) {
        String plain = spelling.strip().toUpperCase(Locale.ROOT);
        String unprefixed = plain.startsWith("AVD-") ? plain.substring(4) : plain;
        String current = SUCCESSORS.getOrDefault(unprefixed, plain);
        return checks.find(current).map(CurrentChecks.Check::id).orElse(current);
    }

    /** Textual, so that {@code KSV-0017} becomes a name that nothing has (checks 9). */
    private static String asTheOriginalReads(String spelling) {
        if (spelling.startsWith("KSV")) {
            return "AVD-KSV-0" + spelling.substring(3);
        }
        return spelling.startsWith("KCV") ? "AVD-KCV-" + spelling.substring(3) : spelling;
    }
}
