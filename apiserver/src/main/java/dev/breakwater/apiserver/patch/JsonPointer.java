package dev.breakwater.apiserver.patch;

import dev.breakwater.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.List;

/**
 * RFC 6901. Kept as text: ten thousand pointers of three hundred steps are 3 MB as text and a hundred as steps.
 *
 * @param text empty for the whole document
 */
record JsonPointer(String text) {
    /** Deeper places do not exist. */
    private static final int MOST_STEPS = 1000;

    /** @throws IllegalArgumentException if it is none */
    static JsonPointer of(String text) {
        if (!text.isEmpty() && !text.startsWith("/")) {
            throw new IllegalArgumentException("a JSON pointer begins with a slash: " + FieldError.quoted(text));
        }
        if (text.chars().filter(c -> c == '/').count() > MOST_STEPS) {
            throw new IllegalArgumentException("a JSON pointer of more than " + MOST_STEPS + " steps");
        }
        return new JsonPointer(text);
    }

    List<String> steps() {
        List<String> steps = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int slash = text.indexOf('/', from + 1);
            int to = slash < 0 ? text.length() : slash;
            String step = text.substring(from + 1, to);
            steps.add(step.indexOf('~') < 0 ? step : step.replace("~1", "/").replace("~0", "~"));
            from = to;
        }
        return steps;
    }
}
