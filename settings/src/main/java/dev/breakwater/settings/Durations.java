package dev.breakwater.settings;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Kubernetes people write them: {@code 90s}, {@code 10m}, {@code 1h30m}. */
public final class Durations {
    private static final Pattern WORDS = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");

    private Durations() {}

    /** @throws IllegalArgumentException for other words, and for more than any time */
    public static Duration read(String text) {
        Matcher words = WORDS.matcher(text);
        if (text.isEmpty() || !words.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a duration such as 90s, 10m or 1h30m");
        }
        try {
            return Duration.ofHours(part(words, 1))
                    .plusMinutes(part(words, 2))
                    .plusSeconds(part(words, 3))
                    .plusMillis(part(words, 4));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is longer than any time", e);
        }
    }

    /** As they are written: {@code 1h30m}. */
    public static String words(Duration value) {
        String text = value.isNegative() ? "-" : "";
        Duration left = value.abs();
        if (left.toHours() > 0) {
            text += left.toHours() + "h";
        }
        if (left.toMinutesPart() > 0) {
            text += left.toMinutesPart() + "m";
        }
        if (left.toSecondsPart() > 0) {
            text += left.toSecondsPart() + "s";
        }
        if (left.toMillisPart() > 0) {
            text += left.toMillisPart() + "ms";
        }
        return text.isEmpty() || text.equals("-") ? "0s" : text;
    }

    private static long part(Matcher words, int group) {
        return words.group(group) == null ? 0 : Long.parseLong(words.group(group));
    }
}
