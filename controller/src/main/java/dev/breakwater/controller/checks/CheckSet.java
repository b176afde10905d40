package dev.breakwater.controller.checks;

import dev.breakwater.controller.checks.expression.Expressions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The checks of one choice of deviations, severities and cluster version. Immutable to its users and usable from any thread; those that come with the
 * program are compiled when an object of their kinds is first met, users' own when the set is made, so that what is wrong with them is told then.
 */
public final class CheckSet {
    /** Resources and containers without a name get a stand-in, instead of their findings being lost. */
    static final String UNNAMED_RESOURCES = "unnamed-resources";

    /** Ephemeral containers of Pods are judged. */
    static final String EPHEMERAL_CONTAINERS = "ephemeral-containers";
    /** Objects of unknown kinds are judged by the pod template they hold. */
    static final String ANY_POD_TEMPLATE = "any-pod-template";
    /** Those that change what every check sees. */
    static final Set<String> OF_ALL_CHECKS = Set.of(UNNAMED_RESOURCES, EPHEMERAL_CONTAINERS, ANY_POD_TEMPLATE);

    private final List<CompiledCheck> checks;
    private final Subject.Reach reach;
    private final Map<String, Object> cluster;
    private final CheckId ids;
    /** Those that at least one check names; in lower case. */
    private final Set<String> kindsSpokenOf;
    /** Whether somebody's own check is for every kind. */
    private final boolean everyKindSpokenOf;

    private CheckSet(List<CompiledCheck> checks, Subject.Reach reach, Map<String, Object> cluster) {
        this.checks = checks;
        this.reach = reach;
        this.cluster = cluster;
        this.ids = CheckId.of(checks());
        this.kindsSpokenOf = checks().stream()
                .flatMap(check -> Stream.concat(check.kinds().stream(), check.targets().stream()))
                .map(kind -> kind.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        this.everyKindSpokenOf = checks().stream()
                .anyMatch(check -> !check.builtIn() && check.kinds().contains("*"));
    }

    /**
     * How to compile.
     *
     * @param version of the cluster the objects are for; some verdicts depend on it and take the newest rules without
     * @param off canonical ids of checks that are left out
     * @param severities other severities, by canonical id
     * @param params parameters that replace those in the check's file, by canonical id
     */
    public record Options(
            DeviationChoice deviations,
            Optional<ClusterVersion> version,
            Set<String> off,
            Map<String, Severity> severities,
            Map<String, Map<String, Object>> params) {

        public static Options defaults() {
            return of(new DeviationChoice.All());
        }

        public static Options of(DeviationChoice deviations) {
            return new Options(deviations, Optional.empty(), Set.of(), Map.of(), Map.of());
        }
    }

    /** The checks that come with the program. */
    public static CheckSet builtIn(Options options) throws InvalidCheck {
        Optional<PackedChecks> packed = PackedChecks.ofBuild();
        PackedChecks checks = packed.isPresent() ? packed.get() : PackedChecks.ofFiles();
        return compile(checks.sources(), checks.deviations(), options, Expressions.trusted());
    }

    static CheckSet compile(
            Collection<CheckSource> sources, Collection<String> deviations, Options options, Expressions expressions)
            throws InvalidCheck {
        Set<String> chosen = options.deviations().among(deviations);
        List<CompiledCheck> compiled = new ArrayList<>();
        for (CheckSource source : sources) {
            if (!options.off().contains(source.id())) {
                CheckDefinition definition = definition(source, chosen, options);
                compiled.add(
                        source.builtIn()
                                ? CompiledCheck.atFirstUse(definition, expressions)
                                : CompiledCheck.now(definition, expressions));
            }
        }
        return new CheckSet(
                List.copyOf(compiled),
                new Subject.Reach(
                        chosen.contains(UNNAMED_RESOURCES),
                        chosen.contains(EPHEMERAL_CONTAINERS),
                        chosen.contains(ANY_POD_TEMPLATE)),
                options.version().map(ClusterVersion::asVariable).orElse(Map.of()));
    }

    private static CheckDefinition definition(CheckSource source, Set<String> chosen, Options options)
            throws InvalidCheck {
        Map<String, Object> params = options.params().getOrDefault(source.id(), Map.of());
        CheckSource adjusted = params.isEmpty()
                ? source
                : new CheckSource(
                        source.file(),
                        Trees.overlay(source.fields(), Map.of("params", Trees.copy(params))),
                        source.builtIn());
        CheckDefinition definition = adjusted.definition(chosen);
        Severity severity = options.severities().get(source.id());
        return severity == null ? definition : definition.withSeverity(severity);
    }

    /** Both sets' checks; the cluster version and names are this set's. */
    public CheckSet and(CheckSet other) {
        Map<String, CompiledCheck> byId = new LinkedHashMap<>();
        checks.forEach(check -> byId.put(check.definition().id(), check));
        other.checks.forEach(check -> byId.put(check.definition().id(), check));
        return new CheckSet(List.copyOf(byId.values()), reach, cluster);
    }

    /** The checks, in the order of their files. */
    public List<CheckDefinition> checks() {
        return checks.stream().map(CompiledCheck::definition).toList();
    }

    /** Ids of the checks whose programs have been made, in the order of the checks. */
    List<String> compiled() {
        return checks.stream()
                .filter(CompiledCheck::isCompiled)
                .map(check -> check.definition().id())
                .toList();
    }

    /** Reads check ids in every spelling. */
    public CheckId ids() {
        return ids;
    }

    /**
     * The verdict of every check that applies to the object, in the order of the checks. The object may be a manifest, an object of the API server or
     * a node's collected facts; it is not changed, and the annotation with the last applied manifest is not looked at.
     */
    public List<CheckResult> audit(Map<?, ?> object) {
        Subject subject = Subject.of(object, reach);
        Map<String, Object> view = view(subject);
        List<CheckResult> results = new ArrayList<>();
        for (CompiledCheck check : checks) {
            if (check.appliesTo(subject)) {
                results.add(new CheckResult(check.definition(), check.judge(subject, view)));
            }
        }
        return results;
    }

    /**
     * Whether a check has something to say about such an object: it names the kind, or the object holds containers. What applies to every kind because it
     * looks for a deprecated version or for the arguments of a control plane says nothing about a Certificate that passes it.
     */
    public boolean speaksOf(Map<?, ?> object) {
        if (everyKindSpokenOf
                || object.get("kind") instanceof String kind && kindsSpokenOf.contains(kind.toLowerCase(Locale.ROOT))) {
            return true;
        }
        Subject subject = Subject.of(object, reach);
        return !subject.pods().isEmpty() || !subject.containers().isEmpty();
    }

    /** The variables that every expression sees. */
    Map<String, Object> view(Subject subject) {
        Map<String, Object> view = new HashMap<>();
        view.put("object", subject.object());
        view.put("kind", subject.kind());
        if (subject.name() != null) {
            view.put("name", subject.name());
        }
        view.put("namespace", subject.namespace());
        view.put("pods", subject.pods());
        view.put(
                "containers",
                subject.containers().stream()
                        .map(Subject.PodContainer::container)
                        .toList());
        view.put("programs", subject.programs());
        view.put("cluster", cluster);
        return view;
    }
}
