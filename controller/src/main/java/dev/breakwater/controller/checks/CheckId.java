package dev.breakwater.controller.checks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The spellings of check ids: {@code KSV-0017}, {@code AVD-KSV-0017}, {@code KSV017}, {@code ksv-17} are one check (checks 4). */
public final class CheckId {
    private static final Pattern NUMBERED = Pattern.compile("(?:AVD-)?(KSV|KCV|KUBE)-?0*(\\d+)");

    private final Map<String, String> canonical = new HashMap<>();

    private CheckId() {}

    /** A reader of ids for these checks. An id or alias as written wins over what it would mean by its number alone. */
    public static CheckId of(List<CheckDefinition> checks) {
        CheckId ids = new CheckId();
        for (CheckDefinition check : checks) {
            ids.canonical.put(upper(check.id()), check.id());
        }
        for (CheckDefinition check : checks) {
            check.aliases().forEach(alias -> ids.canonical.putIfAbsent(upper(alias), check.id()));
        }
        for (CheckDefinition check : checks) {
            byNumber(check.id()).ifPresent(number -> ids.canonical.putIfAbsent(number, check.id()));
        }
        return ids;
    }

    /** A reader of the ids of the built-in checks, without compiling them. */
    public static CheckId ofBuiltIn() throws InvalidCheck {
        List<CheckDefinition> definitions = new ArrayList<>();
        for (CheckSource source : BuiltInChecks.sources()) {
            definitions.add(source.definition(Set.of()));
        }
        return of(definitions);
    }

    /** Whether a spelling looks like the id of a built-in check, known or not. */
    public static boolean isNumbered(String spelling) {
        return byNumber(spelling.strip()).isPresent();
    }

    /** The canonical id, or empty when no check is called so. */
    public Optional<String> resolve(String spelling) {
        String text = upper(spelling.strip());
        return Optional.ofNullable(canonical.get(text)).or(() -> byNumber(text).map(canonical::get));
    }

    /** Other spellings of a built-in check's id, the one of reports first. */
    static List<String> spellings(String id) {
        List<String> spellings = new ArrayList<>();
        Matcher matcher = NUMBERED.matcher(id);
        if (matcher.matches()) {
            spellings.add("AVD-" + id);
            int digits = matcher.group(1).equals("KSV") ? 3 : 4;
            spellings.add(matcher.group(1)
                    + "0".repeat(Math.max(0, digits - matcher.group(2).length()))
                    + matcher.group(2));
        }
        return spellings;
    }

    private static Optional<String> byNumber(String text) {
        Matcher matcher = NUMBERED.matcher(upper(text));
        return matcher.matches() ? Optional.of("#" + matcher.group(1) + matcher.group(2)) : Optional.empty();
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }
}
