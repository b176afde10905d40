package dev.breakwater.controller.checks.expression;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
                declare("seconds", DYN, DYN),
                declare("json", SimpleType.STRING, DYN),
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
        bind(bindings, "json", CheckFunctions::json);
        bind(bindings, "order", (a, b) -> (long) JsonOrder.compare(a, b));
        bind(bindings, "moreOpenThan", (mode, limit) -> (modeBits(mode) & ~modeBits(limit)) != 0);
        bindings.addAll(CelFunctionBinding.fromOverloads(
                "undecided", CelFunctionBinding.from("undecided_of", String.class, reason -> {
                    throw new CelEvaluationException(reason);
                })));
        return bindings;
    }

    /** A list's items; none when the value is absent or no list, so that an ill-typed manifest is judged like one without the field. */
    private static List<?> items(@Nullable Object value) {
        Object given = value instanceof Optional<?> optional ? optional.orElse(null) : value;
        return given instanceof List<?> list ? list : List.of();
    }

    /** Permission bits of a file mode written with octal digits, as a number (644) or a text ("0644"); all of them for anything else. */
    private static int modeBits(Object mode) {
        String digits = mode instanceof Number number ? Long.toString(number.longValue()) : String.valueOf(mode);
        return digits.matches("[0-7]{1,6}") ? Integer.parseInt(digits, 8) & 0777 : 0777;
    }

    private static Object json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            return new ArrayList<>(List.of(value)).toString();
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
