package dev.breakwater.settings;

import java.util.Map;
import java.util.function.Function;

/**
 * How values of a setting are written and read.
 *
 * @param <T> of the values
 * @param label what stands for the value in a help text, such as {@code DURATION}
 * @param read throws {@link IllegalArgumentException} with the reason, which repeats what was wrong, for what is no such value
 * @param show as a flag would have it; empty for an empty text, list or map
 * @param schema keywords of JSON Schema for the value in the file
 * @param shape whether the file may have a list or a map for it
 */
public record Type<T>(
        String label, Function<Written, T> read, Function<T, String> show, Map<String, Object> schema, Shape shape) {

    public enum Shape {
        SWITCH,
        SCALAR,
        LIST,
        MAP
    }

    /**
     * Another class for the same words.
     *
     * @param in throws {@link IllegalArgumentException} as {@code read} does
     */
    public <R> Type<R> as(Function<T, R> in, Function<R, T> out) {
        return new Type<>(label, read.andThen(in), out.andThen(show), schema, shape);
    }
}
