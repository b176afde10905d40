package dev.breakwater.controller.checks;

import dev.breakwater.controller.checks.expression.EvaluationFailed;
import dev.breakwater.controller.checks.expression.Expression;
import dev.breakwater.controller.checks.expression.Expressions;
import dev.breakwater.controller.checks.expression.InvalidExpression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A check ready to judge objects. The programs of one that comes with Breakwater are made when it first meets an object of its kinds: all of them
 * together take most of the time that an audit of one file takes.
 *
 * <p>Threading: usable from any thread. Programs are made under the lock of the expressions, which are not thread-safe, and are immutable.
 */
final class CompiledCheck {
    private final CheckDefinition definition;
    private final Expressions expressions;
    private final boolean everyKind;
    /** Whether it judges pod templates, so that it has something to say about those in objects of any kind. */
    private final boolean workloads;

    private final Set<String> kinds;
    private volatile @Nullable Programs programs;

    /** What is left of a check's expressions when they are compiled. */
    private record Programs(
            Map<String, Expression> variables,
            @Nullable Expression fail,
            @Nullable Expression message,
            @Nullable Expression failures) {}

    private CompiledCheck(CheckDefinition definition, Expressions expressions) {
        this.definition = definition;
        this.expressions = expressions;
        this.everyKind = definition.kinds().contains("*");
        this.workloads = definition.kinds().containsAll(CheckDefinition.WORKLOADS);
        this.kinds = definition.kinds().stream()
                .map(kind -> kind.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Of a check that somebody wrote: what is wrong with it is told now. */
    static CompiledCheck now(CheckDefinition definition, Expressions expressions) throws InvalidCheck {
        CompiledCheck check = new CompiledCheck(definition, expressions);
        check.programs = check.compiled();
        return check;
    }

    /** Of a check that is known to compile, because a test of the build has compiled it. */
    static CompiledCheck atFirstUse(CheckDefinition definition, Expressions expressions) {
        return new CompiledCheck(definition, expressions);
    }

    /** Whether it has been compiled. */
    boolean isCompiled() {
        return programs != null;
    }

    boolean appliesTo(Subject subject) {
        return everyKind
                || kinds.contains(subject.kind().toLowerCase(Locale.ROOT))
                || workloads && !subject.pods().isEmpty();
    }

    CheckDefinition definition() {
        return definition;
    }

    /** The verdict on an object of a kind the check applies to. */
    Verdict judge(Subject subject, Map<String, Object> inView) {
        Set<String> messages = new LinkedHashSet<>();
        try {
            for (Map<String, Object> occasion : occasions(subject, inView)) {
                judge(occasion, subject.name() == null, messages);
            }
        } catch (EvaluationFailed e) {
            return new Verdict.Undecided(String.valueOf(e.getMessage()));
        }
        return messages.isEmpty() ? new Verdict.Passed() : new Verdict.Failed(List.copyOf(messages));
    }

    private void judge(Map<String, Object> view, boolean nameless, Set<String> messages) throws EvaluationFailed {
        Programs programs = programs();
        if (!programs.variables.isEmpty()) {
            Map<String, Object> values = new HashMap<>();
            view.put("variables", values);
            for (Map.Entry<String, Expression> variable : programs.variables.entrySet()) {
                values.put(variable.getKey(), variable.getValue().value(view));
            }
        }
        if (programs.failures != null) {
            try {
                messages.addAll(programs.failures.strings(view));
            } catch (EvaluationFailed e) {
                if (!(nameless && e.isAbsentValue())) {
                    throw e;
                }
            }
        } else if (programs.fail != null && programs.message != null && programs.fail.bool(view)) {
            try {
                messages.add(programs.message.string(view));
            } catch (EvaluationFailed e) {
                // A message that needs a name nobody gave takes its finding with it, as in the original (checks 1).
                if (!e.isAbsentValue()) {
                    throw e;
                }
            }
        }
    }

    /** One set of variables per evaluation that the scope asks for. */
    private List<Map<String, Object>> occasions(Subject subject, Map<String, Object> inView) {
        List<Map<String, Object>> occasions = new ArrayList<>();
        switch (definition.scope()) {
            case OBJECT -> occasions.add(occasion(inView));
            case POD ->
                subject.pods().forEach(pod -> {
                    Map<String, Object> occasion = occasion(inView);
                    occasion.put("pod", pod);
                    occasions.add(occasion);
                });
            case CONTAINER ->
                subject.containers().forEach(container -> {
                    Map<String, Object> occasion = occasion(inView);
                    occasion.put("pod", container.pod());
                    occasion.put("container", container.container());
                    occasion.put("ephemeral", container.ephemeral());
                    occasion.put("sc", Trees.map(container.container().get("securityContext")));
                    occasions.add(occasion);
                });
            case RULE -> {
                if (subject.object().get("rules") instanceof List<?> rules) {
                    for (Object rule : rules) {
                        Map<String, Object> occasion = occasion(inView);
                        occasion.put("rule", Trees.map(rule));
                        occasions.add(occasion);
                    }
                }
            }
        }
        return occasions;
    }

    private Map<String, Object> occasion(Map<String, Object> inView) {
        Map<String, Object> occasion = new HashMap<>(inView);
        occasion.put("params", definition.params());
        return occasion;
    }

    private Programs programs() {
        Programs known = programs;
        if (known != null) {
            return known;
        }
        synchronized (expressions) {
            if (programs == null) {
                try {
                    programs = compiled();
                } catch (InvalidCheck e) {
                    throw new IllegalStateException("the program was built with a broken check: " + e.getMessage(), e);
                }
            }
            return Objects.requireNonNull(programs);
        }
    }

    private Programs compiled() throws InvalidCheck {
        Map<String, Expression> variables = new LinkedHashMap<>();
        for (Map.Entry<String, String> variable : definition.variables().entrySet()) {
            variables.put(variable.getKey(), compile("variables." + variable.getKey(), variable.getValue()));
        }
        return new Programs(
                variables,
                definition.fail() == null ? null : compile("fail", definition.fail()),
                definition.message() == null ? null : compile("message", definition.message()),
                definition.failures() == null ? null : compile("failures", definition.failures()));
    }

    private Expression compile(String key, String text) throws InvalidCheck {
        try {
            return expressions.compile(text);
        } catch (InvalidExpression e) {
            throw new InvalidCheck(
                    "Check " + definition.id() + ": " + key + " is no valid expression: " + e.getMessage());
        }
    }
}
