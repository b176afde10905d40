package dev.breakwater.controller.checksource;

import java.util.List;

/**
 * What is to be said of one place that users' checks come from.
 *
 * @param name of the CheckSource
 * @param source for people, for example {@code ConfigMap breakwater/trivy-operator-policies-config}
 * @param revision of what is in force, for example a digest; empty where the source has none
 * @param checks in force, in YAML
 * @param policies in force, in Rego
 */
public record CheckSourceState(
        String name, String source, String revision, int checks, int policies, List<Problem> problems) {

    long count(Problem.Type type) {
        return problems.stream().filter(problem -> problem.type() == type).count();
    }

    /** Whether everything of the source is in force as it is there now. */
    boolean isReady() {
        return problems.stream().allMatch(problem -> problem.type() == Problem.Type.UNDECIDED);
    }
}
