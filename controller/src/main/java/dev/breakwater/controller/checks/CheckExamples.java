package dev.breakwater.controller.checks;

import dev.breakwater.controller.checks.expression.Expressions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs checks on the examples in their own files: the unit tests of a check, for its author. */
public final class CheckExamples {
    private CheckExamples() {}

    /**
     * What became of one example.
     *
     * @param number counted from 1 within the check
     * @param expected in words, for example {@code 2 findings}
     * @param actual in words, messages included
     */
    public record Outcome(String checkId, int number, boolean asExpected, String expected, String actual) {}

    /** Outcomes for a user's file of checks; fails when the file itself is wrong or a check has no examples. */
    public static List<Outcome> ofFile(String file, String yaml) throws InvalidCheck {
        List<Outcome> outcomes = new ArrayList<>();
        for (CheckSource source : CheckFile.parse(file, yaml, false)) {
            List<Outcome> ofCheck = run(source, Expressions.bounded());
            if (ofCheck.isEmpty()) {
                throw new InvalidCheck(file + ": check " + source.id()
                        + " has no tests; add a list of objects with the number of findings expected for each.");
            }
            outcomes.addAll(ofCheck);
        }
        return outcomes;
    }

    static List<Outcome> ofBuiltIns() throws InvalidCheck {
        Expressions expressions = Expressions.trusted();
        List<Outcome> outcomes = new ArrayList<>();
        for (CheckSource source : BuiltInChecks.sources()) {
            outcomes.addAll(run(source, expressions));
        }
        return outcomes;
    }

    private static List<Outcome> run(CheckSource source, Expressions expressions) throws InvalidCheck {
        List<Outcome> outcomes = new ArrayList<>();
        for (CheckDefinition.Example example :
                source.definition(source.deviations()).examples()) {
            Optional<ClusterVersion> version =
                    Optional.ofNullable(example.kubernetesVersion()).flatMap(ClusterVersion::parse);
            CheckSet.Options options = new CheckSet.Options(
                    example.original() ? new DeviationChoice.None() : new DeviationChoice.All(),
                    version,
                    java.util.Set.of(),
                    java.util.Map.of(),
                    java.util.Map.of());
            CheckSet set = CheckSet.compile(List.of(source), BuiltInChecks.deviationNames(), options, expressions);
            List<CheckResult> results = set.audit(example.object());
            Verdict verdict = results.isEmpty()
                    ? new Verdict.Passed()
                    : results.getFirst().verdict();
            outcomes.add(new Outcome(
                    source.id(),
                    outcomes.size() + 1,
                    isExpected(example, verdict),
                    example.error() ? "an evaluation error" : findings(example.findings()),
                    results.isEmpty() ? "the check does not apply to this kind" : describe(verdict)));
        }
        return outcomes;
    }

    private static boolean isExpected(CheckDefinition.Example example, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Passed ignored -> !example.error() && example.findings() == 0;
            case Verdict.Failed failed ->
                !example.error() && example.findings() == failed.messages().size();
            case Verdict.Undecided ignored -> example.error();
        };
    }

    private static String describe(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Passed ignored -> findings(0);
            case Verdict.Failed failed ->
                findings(failed.messages().size()) + ": " + String.join("; ", failed.messages());
            case Verdict.Undecided undecided -> "an evaluation error: " + undecided.reason();
        };
    }

    private static String findings(int count) {
        return count == 1 ? "1 finding" : count + " findings";
    }
}
