package dev.breakwater.cli.values;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as Kubernetes people write them: {@code 90s}, {@code 10m}, {@code 1h30m}. */
public final class DurationWords implements ITypeConverter<Duration> {
    private static final Pattern WORDS = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");

    @Override
    public Duration convert(String value) {
        Matcher words = WORDS.matcher(value);
        if (value.isEmpty() || !words.matches()) {
            throw new TypeConversionException("'" + value + "' is not a duration such as 90s, 10m or 1h30m");
        }
        try {
            return Duration.ofHours(part(words, 1))
                    .plusMinutes(part(words, 2))
                    .plusSeconds(part(words, 3))
                    .plusMillis(part(words, 4));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TypeConversionException("'" + value + "' is longer than any time");
        }
    }

    private static long part(Matcher words, int group) {
        return words.group(group) == null ? 0 : Long.parseLong(words.group(group));
    }
}
