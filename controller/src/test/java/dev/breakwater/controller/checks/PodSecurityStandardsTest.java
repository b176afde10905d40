package dev.breakwater.controller.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;

/**
 * The controls of the Pod Security Standards beside the standard's own table: each field it restricts is set to each value that it allows and to values that
 * it does not, in the pod and in every list of containers.
 */
@NullUnmarked
class PodSecurityStandardsTest {
    private static final List<String> CONTAINERS = List.of("containers", "initContainers", "ephemeralContainers");

    private record Level(String framework, Map<String, Set<String>> checksOfControl) {}

    @TestFactory
    Stream<DynamicTest> whatTheStandardAllowsPassesAndWhatItForbidsFailsItsControl() throws Exception {
        Level baseline = level("k8s-pss-baseline-0.1");
        Level restricted = level("k8s-pss-restricted-0.1");
        CheckSet checks = CheckSet.builtIn(CheckSet.Options.defaults());
        List<DynamicTest> tests = new ArrayList<>();
        for (Object row : (List<?>) yaml("/checks/pod-security-standards.yaml")) {
            Map<String, Object> rule = Trees.map(row);
            for (Level level :
                    rule.get("level").equals("baseline") ? List.of(baseline, restricted) : List.of(restricted)) {
                String control = String.valueOf(
                        level == restricted && rule.containsKey("restrictedControl")
                                ? rule.get("restrictedControl")
                                : rule.get("control"));
                for (String field : strings(rule.get("fields"))) {
                    for (Object value : list(rule.get("allowed"))) {
                        if (level == baseline || !Boolean.TRUE.equals(rule.get("baselineOnly"))) {
                            tests.add(DynamicTest.dynamicTest(
                                    level.framework() + " allows " + field + " " + value,
                                    () -> assertThat(failed(level, checks, pod(level, rule, field, value)))
                                            .isEmpty()));
                        }
                    }
                    for (Object value : list(rule.get("forbidden"))) {
                        tests.add(DynamicTest.dynamicTest(
                                level.framework() + " forbids " + field + " " + value,
                                () -> assertThat(failed(level, checks, pod(level, rule, field, value)))
                                        .contains(control)));
                    }
                }
            }
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> whatNewerVersionsAllowFailsInOlderOnes() throws Exception {
        Level restricted = level("k8s-pss-restricted-0.1");
        return Stream.of(
                        Map.entry("1.24.0", "{os: {name: windows}, containers: [{name: a}]}"),
                        Map.entry("1.30.0", "{securityContext: {seLinuxOptions: {type: container_engine_t}}}"),
                        Map.entry(
                                "1.34.0",
                                "{hostUsers: false, containers: [{name: a, securityContext: {runAsUser: 0}}]}"),
                        Map.entry(
                                "1.36.0",
                                "{securityContext: {sysctls: [{name: net.ipv4.tcp_notsent_lowat, value: '1'}]}}"))
                .map(old -> DynamicTest.dynamicTest(old.getKey() + " " + old.getValue(), () -> {
                    Map<String, Object> spec = Trees.map(new Yaml().load(old.getValue()));
                    Map<String, Object> pod =
                            new LinkedHashMap<>(Map.of("kind", "Pod", "metadata", Map.of("name", "p"), "spec", spec));
                    CheckSet then = CheckSet.builtIn(new CheckSet.Options(
                            new DeviationChoice.All(),
                            ClusterVersion.parse(old.getKey()),
                            Set.of(),
                            Map.of(),
                            Map.of()));
                    Set<String> now = failed(restricted, CheckSet.builtIn(CheckSet.Options.defaults()), pod);
                    assertThat(failed(restricted, then, pod)).containsAll(now).hasSizeGreaterThan(now.size());
                }));
    }

    /** The controls of the level that the pod fails. */
    private static Set<String> failed(Level level, CheckSet checks, Map<String, Object> pod) {
        Set<String> findings = checks.audit(pod).stream()
                .filter(result -> !(result.verdict() instanceof Verdict.Passed))
                .map(result -> result.check().id())
                .collect(Collectors.toSet());
        Set<String> controls = new TreeSet<>();
        level.checksOfControl().forEach((control, ids) -> {
            if (ids.stream().anyMatch(findings::contains)) {
                controls.add(control);
            }
        });
        return controls;
    }

    /** A pod that keeps to the level but for what the rule puts into it. */
    private static Map<String, Object> pod(Level level, Map<String, Object> rule, String field, Object value) {
        Map<String, Object> container = new LinkedHashMap<>(Map.of("name", "c", "image", "registry.example/a:1"));
        Map<String, Object> spec = new LinkedHashMap<>();
        boolean windows = Trees.map(Trees.map(rule.get("with")).get("os")).containsValue("windows");
        if (level.framework().contains("restricted")) {
            Map<String, Object> own = new LinkedHashMap<>(Map.of("runAsNonRoot", true));
            if (!windows) {
                own.put("seccompProfile", Map.of("type", "RuntimeDefault"));
                container.put(
                        "securityContext",
                        Map.of("allowPrivilegeEscalation", false, "capabilities", Map.of("drop", List.of("ALL"))));
            }
            spec.put("securityContext", own);
        }
        for (String list : CONTAINERS) {
            spec.put(list, List.of(Trees.overlay(container, Map.of("name", list.substring(0, 1)))));
        }
        Map<String, Object> pod =
                new LinkedHashMap<>(Map.of("kind", "Pod", "metadata", Map.of("name", "p"), "spec", spec));
        Map<String, Object> whole = Trees.overlay(pod, Map.of("spec", Trees.map(rule.get("with"))));
        return put(whole, List.of(field.split("\\.(?![^\\[]*])")), value);
    }

    /** A copy with the value at the path; {@code [*]} stands for the first item of a list. The value {@code absent} takes the field away. */
    private static Map<String, Object> put(Map<String, Object> tree, List<String> path, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(tree);
        String key = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        if (key.startsWith("[")) {
            copy.put(key.substring(1, key.length() - 1), value);
        } else if (key.endsWith("[*]")) {
            String list = key.substring(0, key.length() - 3);
            List<Object> items =
                    new ArrayList<>(copy.get(list) instanceof List<?> given ? given : List.of(Map.of("name", "x")));
            items.set(0, put(Trees.map(items.getFirst()), rest, value));
            copy.put(list, items);
        } else if (!rest.isEmpty()) {
            copy.put(key, put(Trees.map(copy.get(key)), rest, value));
        } else if (value.equals("absent")) {
            copy.remove(key);
        } else {
            copy.put(key, value);
        }
        return copy;
    }

    private static Level level(String framework) {
        Map<String, Object> spec =
                Trees.map(Trees.map(yaml("/compliance/" + framework + ".yaml")).get("spec"));
        Map<String, Set<String>> checks = new LinkedHashMap<>();
        for (Object control : list(Trees.map(spec.get("compliance")).get("controls"))) {
            Set<String> ids = new LinkedHashSet<>();
            list(Trees.map(control).get("checks"))
                    .forEach(check ->
                            ids.add(String.valueOf(Trees.map(check).get("id")).replace("AVD-", "")));
            checks.put(String.valueOf(Trees.map(control).get("id")), ids);
        }
        return new Level(framework, checks);
    }

    private static Object yaml(String resource) {
        InputStream in = Objects.requireNonNull(PodSecurityStandardsTest.class.getResourceAsStream(resource), resource);
        return new Yaml().load(in);
    }

    /** Fields as the standard writes them; those of containers stand for all three lists of them. */
    private static List<String> strings(Object given) {
        return list(given).stream()
                .map(String::valueOf)
                .flatMap(field -> field.startsWith("each.")
                        ? CONTAINERS.stream().map(list -> "spec." + list + "[*]." + field.substring(5))
                        : Stream.of(field))
                .toList();
    }

    private static List<?> list(Object given) {
        return Optional.ofNullable(given)
                .map(value -> value instanceof List<?> list ? list : List.of(value))
                .orElse(List.of());
    }
}
