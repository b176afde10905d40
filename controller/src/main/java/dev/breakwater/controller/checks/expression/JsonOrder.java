package dev.breakwater.controller.checks.expression;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A total order over JSON values, as Rego has it: null, booleans, numbers, texts, lists, objects. CEL refuses to compare a text with a number, and
 * a manifest that quotes a user id must still be judged.
 */
final class JsonOrder {
    private JsonOrder() {}

    /** -1, 0 or 1. Lists and objects of equal size count as equal: no check compares them. */
    static int compare(@Nullable Object a, @Nullable Object b) {
        int byType = Integer.compare(rank(a), rank(b));
        if (byType != 0) {
            return byType;
        }
        if (a instanceof Boolean x && b instanceof Boolean y) {
            return Boolean.compare(x, y);
        }
        if (a instanceof Number x && b instanceof Number y) {
            return x instanceof Long m && y instanceof Long n
                    ? Long.compare(m, n)
                    : Double.compare(x.doubleValue(), y.doubleValue());
        }
        if (a instanceof String x && b instanceof String y) {
            return Integer.signum(x.compareTo(y));
        }
        return Integer.compare(size(a), size(b));
    }

    private static int rank(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Boolean ignored -> 1;
            case Number ignored -> 2;
            case String ignored -> 3;
            case List<?> ignored -> 4;
            default -> 5;
        };
    }

    private static int size(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case null -> 0;
            default -> 0;
        };
    }
}
