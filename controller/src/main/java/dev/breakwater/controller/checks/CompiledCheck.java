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
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A check ready to judge objects. Immutable and usable from any thread. */
final class CompiledCheck {
    private final CheckDefinition definition;
    private final boolean everyKind;
    /** Whether it judges pod templates, so that it has something to say about those in objects of any kind. */
    private final boolean workloads;

    private final Set<String> kinds;
    private final Map<String, Expression> variables = new LinkedHashMap<>();
    private final @Nullable Expression fail;
    private final @Nullable Expression message;
    private final @Nullable Expression failures;

    CompiledCheck(CheckDefinition definition, Expressions expressions) throws InvalidCheck {
        this.definition = definition;
        this.everyKind = definition.kinds().contains("*");
        this.workloads = definition.kinds().containsAll(CheckDefinition.WORKLOADS);
        this.kinds = definition.kinds().stream()
                .map(kind -> kind.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        for (Map.Entry<String, String> variable : definition.variables().entrySet()) {
            variables.put(
                    variable.getKey(), compile(expressions, "variables." + variable.getKey(), variable.getValue()));
        }
        this.fail = definition.fail() == null ? null : compile(expressions, "fail", definition.fail());
        this.message = definition.message() == null ? null : compile(expressions, "message", definition.message());
        this.failures = definition.failures() == null ? null : compile(expressions, "failures", definition.failures());
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
        if (!variables.isEmpty()) {
            Map<String, Object> values = new HashMap<>();
            view.put("variables", values);
            for (Map.Entry<String, Expression> variable : variables.entrySet()) {
                values.put(variable.getKey(), variable.getValue().value(view));
            }
        }
        if (failures != null) {
            try {
                messages.addAll(failures.strings(view));
            } catch (EvaluationFailed e) {
                if (!(nameless && e.isAbsentValue())) {
                    throw e;
                }
            }
        } else if (fail != null && message != null && fail.bool(view)) {
            try {
                messages.add(message.string(view));
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

    private Expression compile(Expressions expressions, String key, String text) throws InvalidCheck {
        try {
            return expressions.compile(text);
        } catch (InvalidExpression e) {
            throw new InvalidCheck(
                    "Check " + definition.id() + ": " + key + " is no valid expression: " + e.getMessage());
        }
    }
}
