package dev.breakwater.apiserver.request;

import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Until when a request other than a watch is to be answered: the {@code timeout} parameter, which only shortens the server's own
 * limit (k8s-wire 1.3, 3.2). Checked between steps rather than enforced by interrupts: an interrupt closes a database connection.
 */
public final class Deadline {
    private static final String ATTRIBUTE = Deadline.class.getName();
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");

    private static final int LONGEST = 64;

    private final long at;
    private final LongSupplier nanoTime;

    private Deadline(long at, LongSupplier nanoTime) {
        this.at = at;
        this.nanoTime = nanoTime;
    }

    public static Deadline after(Duration duration, LongSupplier nanoTime) {
        return new Deadline(nanoTime.getAsLong() + duration.toNanos(), nanoTime);
    }

    /** Notes it with the request. */
    public void attach(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** The deadline of a request; one that never comes for a watch. */
    public static Deadline of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Deadline deadline
                ? deadline
                : after(Duration.ofDays(365), System::nanoTime);
    }

    /** Zero or less when it is over. */
    public Duration left() {
        return Duration.ofNanos(at - nanoTime.getAsLong());
    }

    /** @throws StatusException 504 when it is over */
    public void check() {
        if (at - nanoTime.getAsLong() <= 0) {
            throw Statuses.timeout("request did not complete within requested timeout - context deadline exceeded");
        }
    }

    /**
     * The smaller of {@code limit} and what the parameter asks for.
     *
     * @param parameter a Go duration such as {@code 34s}; {@code null} or empty for none; zero means none too
     * @throws StatusException 400 when it is none
     */
    public static Duration shortened(@Nullable String parameter, Duration limit) {
        if (parameter == null || parameter.isEmpty()) {
            return limit;
        }
        Duration asked = duration(parameter);
        return asked.isZero() || asked.compareTo(limit) > 0 ? limit : asked;
    }

    private static Duration duration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        double nanos = 0;
        int end = 0;
        Matcher part = PART.matcher(text);
        // From where the last part ended, and on nothing long: a search would try each of a million digits as a
        // beginning.
        while (text.length() <= LONGEST
                && end < text.length()
                && part.region(end, text.length()).lookingAt()) {
            nanos += Double.parseDouble(part.group(1)) * nanosIn(part.group(2));
            end = part.end();
        }
        if (end == 0 || end < text.length()) {
            throw Statuses.badRequest("invalid timeout specified in the request URL - time: invalid duration "
                    + FieldError.quoted(text) + "; allowed is a duration such as 30s or 1m30s");
        }
        return Duration.ofNanos((long) Math.min(nanos, Long.MAX_VALUE / 2.0));
    }

    private static double nanosIn(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            default -> 3600e9;
        };
    }
}
