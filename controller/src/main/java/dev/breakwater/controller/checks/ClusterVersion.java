package dev.breakwater.controller.checks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Kubernetes version that an object is judged for.
 *
 * @param text without a leading {@code v}, for example {@code 1.31.4-gke.100}
 */
public record ClusterVersion(String text, int major, int minor) {
    private static final Pattern VERSION = Pattern.compile("v?((\\d+)\\.(\\d+)(?:[.+-].*)?)");

    /** Reads {@code 1.31}, {@code v1.31.4} or {@code 1.31.4-gke.100}; empty when the text is no version. */
    public static Optional<ClusterVersion> parse(String text) {
        Matcher matcher = VERSION.matcher(text.strip());
        return matcher.matches()
                ? Optional.of(new ClusterVersion(
                        matcher.group(1), Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    Map<String, Object> asVariable() {
        Map<String, Object> variable = new LinkedHashMap<>();
        variable.put("version", text);
        variable.put("major", (long) major);
        variable.put("minor", (long) minor);
        return variable;
    }
}
