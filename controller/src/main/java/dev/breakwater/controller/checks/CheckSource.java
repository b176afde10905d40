package dev.breakwater.controller.checks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A check as its file has it, its template filled in, before any deviation is applied.
 *
 * @param file for messages
 */
record CheckSource(String file, Map<String, Object> fields, boolean builtIn) {
    private static final Set<String> KNOWN = Set.of(
            "id",
            "aliases",
            "title",
            "severity",
            "description",
            "remediation",
            "match",
            "targets",
            "scope",
            "params",
            "variables",
            "fail",
            "message",
            "failures",
            "tests",
            "deviations",
            "override");
    private static final Set<String> OVERRIDABLE =
            Set.of("match", "scope", "params", "variables", "fail", "message", "failures");

    String id() {
        return fields.get("id") instanceof String id ? id : "(without id)";
    }

    /** Names of the deviations this check knows. */
    Set<String> deviations() {
        return Trees.map(fields.get("deviations")).keySet();
    }

    /** Whether a user's check of this id is meant to stand in for a built-in one. */
    boolean overridesBuiltIn() {
        return Boolean.TRUE.equals(fields.get("override"));
    }

    /** The check with those of its deviations applied that are chosen, in the order they are written. */
    CheckDefinition definition(Set<String> chosenDeviations) throws InvalidCheck {
        Map<String, Object> effective = new LinkedHashMap<>(fields);
        for (String deviation : deviations()) {
            Map<String, Object> overrides =
                    Trees.map(Trees.map(fields.get("deviations")).get(deviation));
            for (String key : overrides.keySet()) {
                require(OVERRIDABLE.contains(key), "deviation " + deviation + " may not change " + key);
            }
            if (chosenDeviations.contains(deviation)) {
                if (overrides.containsKey("failures")) {
                    effective.remove("fail");
                    effective.remove("message");
                } else if (overrides.containsKey("fail")) {
                    effective.remove("failures");
                }
                effective = Trees.overlay(effective, overrides);
            }
        }
        return parse(effective);
    }

    private CheckDefinition parse(Map<String, Object> check) throws InvalidCheck {
        for (String key : check.keySet()) {
            require(KNOWN.contains(key), "the key " + key + " is unknown; allowed are " + KNOWN);
        }
        String id = text(check, "id");
        String severityText = text(check, "severity");
        Severity severity = Severity.parse(severityText)
                .orElseThrow(
                        () -> wrong("severity must be CRITICAL, HIGH, MEDIUM, LOW or UNKNOWN, but is " + severityText));
        String scopeText = check.get("scope") instanceof String s ? s : "object";
        Scope scope = Scope.parse(scopeText)
                .orElseThrow(() -> wrong("scope must be object, pod, container or rule, but is " + scopeText));
        List<String> kinds = kinds(Trees.map(check.get("match")).get("kinds"), "match.kinds");
        List<String> targets = check.containsKey("targets") ? kinds(check.get("targets"), "targets") : kinds;

        String fail = optionalText(check, "fail");
        String message = optionalText(check, "message");
        String failures = optionalText(check, "failures");
        require((fail == null) != (failures == null), "exactly one of fail and failures must be given");
        require((fail == null) == (message == null), "message must be given with fail, and only with fail");

        List<String> aliases = new ArrayList<>(builtIn ? CheckId.spellings(id) : List.of());
        for (Object alias : list(check, "aliases")) {
            if (!aliases.contains(String.valueOf(alias))) {
                aliases.add(String.valueOf(alias));
            }
        }
        Map<String, String> variables = new LinkedHashMap<>();
        Trees.map(check.get("variables")).forEach((name, expression) -> variables.put(name, expression.toString()));
        return new CheckDefinition(
                id,
                List.copyOf(aliases),
                text(check, "title"),
                severity,
                text(check, "description"),
                text(check, "remediation"),
                kinds,
                targets,
                scope,
                Trees.map(check.get("params")),
                variables,
                fail,
                message,
                failures,
                examples(list(check, "tests")),
                List.copyOf(deviations()),
                builtIn);
    }

    private List<String> kinds(@Nullable Object given, String key) throws InvalidCheck {
        if (!(given instanceof List<?> list) || list.isEmpty()) {
            throw wrong(key + " must be a list of kinds, for example [Workload] or [Role, ClusterRole] or [\"*\"]");
        }
        List<String> kinds = new ArrayList<>();
        for (Object kind : list) {
            if (kind.equals("Workload")) {
                kinds.addAll(CheckDefinition.WORKLOADS);
            } else {
                kinds.add(kind.toString());
            }
        }
        return List.copyOf(kinds);
    }

    private List<CheckDefinition.Example> examples(List<?> tests) throws InvalidCheck {
        List<CheckDefinition.Example> examples = new ArrayList<>();
        for (Object test : tests) {
            Map<String, Object> fields = Trees.map(test);
            require(fields.get("object") instanceof Map, "each of tests must have an object");
            boolean error = Boolean.TRUE.equals(fields.get("error"));
            require(
                    error || fields.get("findings") instanceof Number,
                    "each of tests must say how many findings are expected (findings: 0 for a pass), or error: true");
            examples.add(new CheckDefinition.Example(
                    Trees.map(fields.get("object")),
                    fields.get("findings") instanceof Number n ? n.intValue() : 0,
                    error,
                    "none".equals(fields.get("deviations")),
                    fields.get("kubernetesVersion") instanceof Object version ? version.toString() : null));
        }
        return List.copyOf(examples);
    }

    private String text(Map<String, Object> check, String key) throws InvalidCheck {
        String text = optionalText(check, key);
        require(text != null && !text.isBlank(), key + " is missing");
        return String.valueOf(text);
    }

    private static @Nullable String optionalText(Map<String, Object> check, String key) {
        Object value = check.get(key);
        return value == null ? null : value.toString().strip();
    }

    private static List<?> list(Map<String, Object> check, String key) {
        return check.get(key) instanceof List<?> list ? list : List.of();
    }

    private void require(boolean holds, String otherwise) throws InvalidCheck {
        if (!holds) {
            throw wrong(otherwise);
        }
    }

    private InvalidCheck wrong(String what) {
        return new InvalidCheck(file + ": check " + id() + ": " + what + ".");
    }
}
