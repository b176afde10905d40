package dev.breakwater.apiserver.selector;

import dev.breakwater.storage.LabelTerm;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A conjunction of requirements on labels. {@code !=} and {@code notin} hold for an absent key.
 *
 * @param requirements all of them must hold; none selects everything
 */
public record LabelSelector(List<Requirement> requirements) {
    /** Terms and values that are looked up in an index; with more, the objects are asked one by one. */
    private static final int MOST_NARROWING = 16;

    public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

    /** One term of the selector. */
    public sealed interface Requirement {
        String key();

        boolean matches(Map<String, String> labels);
    }

    public record In(String key, Set<String> values) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return value != null && values.contains(value);
        }
    }

    public record NotIn(String key, Set<String> values) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return value == null || !values.contains(value);
        }
    }

    public record Exists(String key) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            return labels.containsKey(key);
        }
    }

    public record Absent(String key) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            return !labels.containsKey(key);
        }
    }

    /** {@code key > bound} or {@code key < bound}; a value that is no integer matches neither. */
    public record Compared(String key, boolean greater, long bound) implements Requirement {
        @Override
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            if (value == null) {
                return false;
            }
            try {
                long number = Long.parseLong(value);
                return greater ? number > bound : number < bound;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }

    /** Parses the text form, such as {@code a=b,c in (d,e),!f}. */
    public static LabelSelector parse(String text) throws SelectorException {
        SelectorException.checkLength("label", text);
        return text.isBlank() ? EVERYTHING : new LabelSelector(new LabelSelectorParser(text).parse());
    }

    public boolean isEverything() {
        return requirements.isEmpty();
    }

    public boolean matches(Map<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    /** What a label index can answer: a hint that never loses a match. */
    public List<LabelTerm> narrowing() {
        return requirements.stream()
                .filter(r -> r instanceof In in && in.values().size() <= MOST_NARROWING)
                .limit(MOST_NARROWING)
                .map(r -> new LabelTerm(r.key(), ((In) r).values()))
                .collect(Collectors.toUnmodifiableList());
    }
}
