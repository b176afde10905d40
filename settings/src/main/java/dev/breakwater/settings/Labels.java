package dev.breakwater.settings;

import java.util.regex.Pattern;

/** Keys, values and selectors of labels, as Kubernetes has them. */
final class Labels {
    static final String KEYS = "[DOMAIN/]NAME with a name of up to 63 letters, digits, -, _ and .";
    static final String ALLOWED = "[DOMAIN/]NAME=VALUE with names and values of up to 63 letters, digits, -, _ and .";

    private static final String NAME = "[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
    private static final String DOMAIN =
            "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?){0,126}";
    private static final String KEY_WORDS = "(?:" + DOMAIN + "/)?" + NAME;
    private static final String VALUE_WORDS = "(?:" + NAME + ")?";

    private static final Pattern KEY = Pattern.compile(KEY_WORDS);
    private static final Pattern VALUE = Pattern.compile(VALUE_WORDS);
    private static final Pattern REQUIREMENT = Pattern.compile("\\s*(?:"
            + "!?\\s*" + KEY_WORDS
            + "|" + KEY_WORDS + "\\s*(?:=|==|!=)\\s*" + VALUE_WORDS
            + "|" + KEY_WORDS + "\\s+(?:in|notin)\\s*\\(\\s*" + VALUE_WORDS + "(?:\\s*,\\s*" + VALUE_WORDS + ")*\\s*\\)"
            + "|" + KEY_WORDS + "\\s*[<>]\\s*-?[0-9]{1,18}"
            + ")\\s*");
    /** A comma outside of parentheses. */
    private static final Pattern BETWEEN = Pattern.compile(",(?![^(]*\\))");

    private Labels() {}

    static boolean isKey(String text) {
        return text.length() <= 317 && KEY.matcher(text).matches();
    }

    static boolean isValue(String text) {
        return VALUE.matcher(text).matches();
    }

    static boolean isSelector(String text) {
        return text.length() <= 4_096
                && BETWEEN.splitAsStream(text)
                        .allMatch(part -> REQUIREMENT.matcher(part).matches())
                && !text.endsWith(",");
    }
}
