package dev.breakwater.controller.checks.expression;

import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerLibrary;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelRuntimeLibrary;
import dev.cel.runtime.Program;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    private final CelOptions options;
    private final CheckedExpressions checked;
    private final CelRuntime runtime;
    private final Map<String, Expression> compiled = new HashMap<>();
    private @Nullable CelCompiler compiler;

    private Expressions(CelOptions options, CheckedExpressions checked) {
        this.options = options;
        this.checked = checked;
        CelRuntimeBuilder builder = CelRuntimeFactory.plannerRuntimeBuilder()
                .setOptions(options)
                .addFunctionBindings(CheckFunctions.bindings());
        for (CelCompilerLibrary library : libraries(options)) {
            if (library instanceof CelRuntimeLibrary known) {
                builder.addLibraries(known);
            }
        }
        this.runtime = builder.build();
    }

    /** For the checks that come with the program. */
    public static Expressions trusted() {
        return new Expressions(options().build(), CheckedExpressions.ofBuild());
    }

    /** As {@link #trusted}, from texts alone: what the build does. */
    public static Expressions unpacked() {
        return new Expressions(options().build(), CheckedExpressions.none());
    }

    /** For checks that users write: an expression that loops or grows without end must not stop the audit of everything else. */
    public static Expressions bounded() {
        return new Expressions(
                options()
                        .comprehensionMaxIterations(1_000_000)
                        .maxExpressionCodePointSize(20_000)
                        .maxParseRecursionDepth(60)
                        .maxRegexProgramSize(2_000)
                        .build(),
                CheckedExpressions.none());
    }

    public Expression compile(String text) throws InvalidExpression {
        Expression known = compiled.get(text);
        if (known != null) {
            return known;
        }
        try {
            CelAbstractSyntaxTree tree = checked.of(text).orElse(null);
            Expression expression =
                    new Expression(text, (Program) runtime.createProgram(tree != null ? tree : parsed(text)));
            compiled.put(text, expression);
            return expression;
        } catch (CelValidationException | CelEvaluationException e) {
            throw new InvalidExpression(String.valueOf(e.getMessage()).strip());
        }
    }

    /** The expression parsed and its types checked, in the form in which the build keeps it. */
    public byte[] pack(String text) throws InvalidExpression {
        try {
            return CheckedExpressions.bytes(parsed(text));
        } catch (CelValidationException e) {
            throw new InvalidExpression(String.valueOf(e.getMessage()).strip());
        }
    }

    private CelAbstractSyntaxTree parsed(String text) throws CelValidationException {
        if (compiler == null) {
            compiler = compiler(options);
        }
        return compiler.compile(text).getAst();
    }

    /** Parser and type checker: more than half of what it takes to make the programs, and not needed for what the build has checked. */
    private static CelCompiler compiler(CelOptions options) {
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
                .addFunctionDeclarations(CheckFunctions.declarations());
        libraries(options).forEach(builder::addCompilerLibraries);
        return builder.build();
    }

    private static List<CelCompilerLibrary> libraries(CelOptions options) {
        return List.of(
                CelExtensions.optional(),
                CelExtensions.strings(),
                CelExtensions.lists(),
                CelExtensions.sets(options),
                CelExtensions.bindings(),
                CelExtensions.regex(),
                CelExtensions.comprehensions());
    }

    private static CelOptions.Builder options() {
        return CelOptions.current()
                .enableHeterogeneousNumericComparisons(true)
                .populateMacroCalls(false)
                // "namespace" is a word that CEL reserves, and the one every Kubernetes user expects.
                .enableReservedIds(false);
    }
}
