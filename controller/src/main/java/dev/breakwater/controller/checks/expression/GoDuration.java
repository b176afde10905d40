package dev.breakwater.controller.checks.expression;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the kubelet writes them, {@code 4h0m0s} or {@code 0s} (Go's {@code time.Duration}). */
final class GoDuration {
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Double> SECONDS =
            Map.of("ns", 1e-9, "us", 1e-6, "µs", 1e-6, "ms", 1e-3, "s", 1.0, "m", 60.0, "h", 3600.0);

    private GoDuration() {}

    /** Seconds of a text duration; any other value is given back unchanged, numbers included. */
    static Object seconds(Object value) {
        if (!(value instanceof String text) || text.isEmpty()) {
            return value;
        }
        String unsigned = text.startsWith("-") ? text.substring(1) : text;
        Matcher part = PART.matcher(unsigned);
        double sum = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            sum += Double.parseDouble(part.group(1)) * SECONDS.getOrDefault(part.group(2), 0.0);
            end = part.end();
        }
        if (end != unsigned.length()) {
            return unsigned.equals("0") ? (Object) 0.0 : value;
        }
        return text.startsWith("-") ? -sum : sum;
    }
}
