package dev.breakwater.controller.checks;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Copies and overlays of JSON trees made of maps, lists and scalars. */
final class Trees {
    private Trees() {}

    /**
     * A copy that expressions can be evaluated on: null keys are left out, as the API server does, and integers are Longs, because CEL compares and
     * adds no other kind of integer.
     */
    static Map<String, Object> copy(Map<?, ?> tree) {
        Map<String, Object> copy = new LinkedHashMap<>();
        tree.forEach((key, value) -> {
            if (value != null) {
                copy.put(String.valueOf(key), copyValue(value));
            }
        });
        return copy;
    }

    static Object copyValue(Object value) {
        return switch (value) {
            case Map<?, ?> map -> copy(map);
            case List<?> list -> {
                List<Object> copy = new ArrayList<>(list.size());
                list.stream().filter(Objects::nonNull).map(Trees::copyValue).forEach(copy::add);
                yield copy;
            }
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Float number -> number.doubleValue();
            case BigInteger number -> number.bitLength() < 64 ? (Object) number.longValue() : number.doubleValue();
            case BigDecimal number -> number.doubleValue();
            case String text -> text;
            case Boolean truth -> truth;
            case Long number -> number;
            case Double number -> number;
            default -> value.toString();
        };
    }

    /** The value as a map; empty when it is absent or something else. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /** {@code top} over {@code base}, maps merged key by key at every depth; neither is changed. */
    static Map<String, Object> overlay(Map<String, Object> base, Map<String, Object> top) {
        Map<String, Object> merged = new LinkedHashMap<>(base);
        top.forEach((key, value) -> merged.merge(
                key,
                value,
                (below, above) ->
                        below instanceof Map && above instanceof Map ? overlay(map(below), map(above)) : above));
        return merged;
    }
}
