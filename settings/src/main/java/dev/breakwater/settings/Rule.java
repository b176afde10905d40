package dev.breakwater.settings;

import java.util.List;
import java.util.Map;

/**
 * Which values are allowed.
 *
 * @param <T> of the values
 * @param words what is allowed, such as "1 to 500"; empty where every value of the type is
 * @param schema the same as keywords of JSON Schema, as far as it can be said there
 */
public record Rule<T>(String words, Refusals<T> refusals, Map<String, Object> schema) {

    /** What of a value is not allowed. */
    @FunctionalInterface
    public interface Refusals<T> {
        /** @return nothing for a value that is allowed */
        List<Refusal> of(T value);
    }

    /**
     * @param part of the value, or all of it
     * @param allowed in words
     */
    public record Refusal(Object part, String allowed) {}
}
