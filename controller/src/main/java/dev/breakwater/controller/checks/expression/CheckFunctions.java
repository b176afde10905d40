package dev.breakwater.controller.checks.expression;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions that checks have beyond CEL's own; each is described for users in {@code docs/checks.md}. */
final class CheckFunctions {
    private static final CelType DYN = SimpleType.DYN;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private CheckFunctions() {}

    static List<CelFunctionDecl> declarations() {
        return List.of(
                declare("items", ListType.create(DYN), DYN),
                declare("texts", ListType.create(SimpleType.STRING), DYN),
                declare("order", SimpleType.INT, DYN, DYN),
                declare("moreOpenThan", SimpleType.BOOL, DYN, DYN),
                declare("grants", SimpleType.BOOL, DYN, DYN),
                declare("seconds", DYN, DYN),
                declare("text", SimpleType.STRING, DYN),
                declare("keys", ListType.create(SimpleType.STRING), DYN),
                declare("at", OptionalType.create(DYN), DYN, SimpleType.STRING),
                declare("undecided", SimpleType.BOOL, SimpleType.STRING));
    }

    static Set<CelFunctionBinding> bindings() {
        Set<CelFunctionBinding> bindings = new LinkedHashSet<>();
        bind(bindings, "items", CheckFunctions::items);
        bind(
                bindings,
                "texts",
                value -> items(value).stream().filter(String.class::isInstance).toList());
        bind(bindings, "seconds", GoDuration::seconds);
        bind(bindings, "text", CheckFunctions::text);
        bind(bindings, "keys", value -> given(value) instanceof Map<?, ?> map ? List.copyOf(map.keySet()) : List.of());
        bind(
                bindings,
                "at",
                (value, key) ->
                        given(value) instanceof Map<?, ?> map ? Optional.ofNullable(map.get(key)) : Optional.empty());
        bind(bindings, "order", (a, b) -> (long) JsonOrder.compare(a, b));
        bind(bindings, "grants", (rule, wanted) -> RoleRule.grants(given(rule), given(wanted)));
        bind(bindings, "moreOpenThan", (mode, limit) -> (modeBits(mode) & ~modeBits(limit)) != 0);
        bindings.addAll(CelFunctionBinding.fromOverloads(
                "undecided", CelFunctionBinding.from("undecided_of", String.class, reason -> {
                    throw new CelEvaluationException(reason);
                })));
        return bindings;
    }

    /** A list's items; none when the value is absent or no list, so that an ill-typed manifest is judged like one without the field. */
    private static List<?> items(@Nullable Object value) {
        return given(value) instanceof List<?> list ? list : List.of();
    }

    /** What an optional holds, or the value itself. */
    private static @Nullable Object given(@Nullable Object value) {
        return value instanceof Optional<?> optional ? optional.orElse(null) : value;
    }

    /** Permission bits of a file mode written with octal digits, as a number (644) or a text ("0644"); all of them for anything else. */
    private static int modeBits(Object mode) {
        String digits = mode instanceof Number number ? Long.toString(number.longValue()) : String.valueOf(mode);
        return digits.matches("[0-7]{1,6}") ? Integer.parseInt(digits, 8) & 0777 : 0777;
    }

    /** A text itself, nothing for an absent value, anything else as JSON. */
    private static Object text(Object value) {
        Object given = given(value);
        try {
            return given == null ? "" : given instanceof String text ? text : JSON.writeValueAsString(given);
        } catch (JsonProcessingException e) {
            return String.valueOf(given);
        }
    }

    private static void bind(
            Set<CelFunctionBinding> bindings, String name, CelFunctionOverload.Unary<Object> function) {
        bindings.addAll(
                CelFunctionBinding.fromOverloads(name, CelFunctionBinding.from(name + "_of", Object.class, function)));
    }

    private static void bind(
            Set<CelFunctionBinding> bindings, String name, CelFunctionOverload.Binary<Object, Object> function) {
        bindings.addAll(CelFunctionBinding.fromOverloads(
                name, CelFunctionBinding.from(name + "_of", Object.class, Object.class, function)));
    }

    private static CelFunctionDecl declare(String name, CelType result, CelType... arguments) {
        return CelFunctionDecl.newFunctionDeclaration(
                name, CelOverloadDecl.newGlobalOverload(name + "_of", result, arguments));
    }
}
