package dev.breakwater.controller.checks.expression;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerLibrary;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntimeLibrary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiles the expressions of checks. Equal texts are compiled once: ninety checks that share a template share its programs.
 *
 * <p>CEL's planner runtime is used, not the standard one, because only there {@code x.?y} on a text or number is simply absent; with the standard
 * runtime a manifest with a text where a map belongs would be an evaluation error, that is: no verdict.
 *
 * <p>Not thread-safe; the {@link Expression}s are.
 */
public final class Expressions {
    private static final CelType TREE = MapType.create(SimpleType.STRING, SimpleType.DYN);
    private static final CelType TREES = ListType.create(SimpleType.DYN);

    private final Cel cel;
    private final Map<String, Expression> compiled = new HashMap<>();

    private Expressions(CelOptions options) {
        CelBuilder builder = CelFactory.plannerCelBuilder()
                .setOptions(options)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addVar("object", TREE)
                .addVar("kind", SimpleType.STRING)
                .addVar("name", SimpleType.STRING)
                .addVar("namespace", SimpleType.STRING)
                .addVar("pods", TREES)
                .addVar("containers", TREES)
                .addVar("programs", TREE)
                .addVar("pod", TREE)
                .addVar("container", TREE)
                .addVar("ephemeral", SimpleType.BOOL)
                .addVar("sc", TREE)
                .addVar("rule", TREE)
                .addVar("params", TREE)
                .addVar("cluster", TREE)
                .addVar("variables", TREE)
                .addFunctionDeclarations(CheckFunctions.declarations())
                .addFunctionBindings(CheckFunctions.bindings());
        for (CelCompilerLibrary library : List.of(
                CelExtensions.optional(),
                CelExtensions.strings(),
                CelExtensions.lists(),
                CelExtensions.sets(options),
                CelExtensions.bindings(),
                CelExtensions.regex(),
                CelExtensions.comprehensions())) {
            builder.addCompilerLibraries(library);
            if (library instanceof CelRuntimeLibrary runtime) {
                builder.addRuntimeLibraries(runtime);
            }
        }
        this.cel = builder.build();
    }

    /** For the checks that come with the program. */
    public static Expressions trusted() {
        return new Expressions(options().build());
    }

    /** For checks that users write: an expression that loops or grows without end must not stop the audit of everything else. */
    public static Expressions bounded() {
        return new Expressions(options()
                .comprehensionMaxIterations(1_000_000)
                .maxExpressionCodePointSize(20_000)
                .maxParseRecursionDepth(60)
                .maxRegexProgramSize(2_000)
                .build());
    }

    public Expression compile(String text) throws InvalidExpression {
        Expression known = compiled.get(text);
        if (known != null) {
            return known;
        }
        try {
            Expression expression = new Expression(text, (dev.cel.runtime.Program)
                    cel.createProgram(cel.compile(text).getAst()));
            compiled.put(text, expression);
            return expression;
        } catch (CelValidationException | CelEvaluationException e) {
            throw new InvalidExpression(String.valueOf(e.getMessage()).strip());
        }
    }

    private static CelOptions.Builder options() {
        return CelOptions.current()
                .enableHeterogeneousNumericComparisons(true)
                .populateMacroCalls(false)
                // "namespace" is a word that CEL reserves, and the one every Kubernetes user expects.
                .enableReservedIds(false);
    }
}
