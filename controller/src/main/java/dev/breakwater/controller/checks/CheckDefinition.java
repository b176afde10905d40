package dev.breakwater.controller.checks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A check as written, with the chosen deviations applied: what a user reads about it, and its expressions as text.
 *
 * @param id canonical, for example {@code KSV-0017}
 * @param aliases every other spelling that is accepted for the id; the first is the one that reports carry
 * @param kinds kinds the check applies to, {@code *} for every kind; other objects get neither a pass nor a failure
 * @param targets kinds it has something to say about; narrower than {@code kinds} when those are {@code *}
 * @param fail true when there is a finding, which {@code message} then words; absent when {@code failures} gives the messages
 * @param deviations names of the corrections this check offers, chosen or not
 * @param builtIn whether it comes with the program
 */
public record CheckDefinition(
        String id,
        List<String> aliases,
        String title,
        Severity severity,
        String description,
        String remediation,
        List<String> kinds,
        List<String> targets,
        Scope scope,
        Map<String, Object> params,
        Map<String, String> variables,
        @Nullable String fail,
        @Nullable String message,
        @Nullable String failures,
        List<Example> examples,
        List<String> deviations,
        boolean builtIn) {

    /** The kinds that carry a pod template. */
    public static final List<String> WORKLOADS = List.of(
            "Pod",
            "ReplicaSet",
            "ReplicationController",
            "Deployment",
            "DeploymentConfig",
            "StatefulSet",
            "DaemonSet",
            "CronJob",
            "Job");

    /**
     * An object inside a check's file and what the check must say about it.
     *
     * @param findings number of different messages; 0 is a pass
     * @param error whether the check must be undecided instead
     * @param original whether the expectation holds without deviations, that is, for the original's verdict
     * @param kubernetesVersion the cluster version it is judged for; absent for none
     */
    public record Example(
            Map<String, Object> object,
            int findings,
            boolean error,
            boolean original,
            @Nullable String kubernetesVersion) {}

    /** Stands for a rule of a policy that another engine has judged: what reports say of it, and no expression. */
    public static CheckDefinition ofPolicy(
            String id, String title, Severity severity, String description, String remediation) {
        return new CheckDefinition(
                id,
                List.of(),
                title,
                severity,
                description,
                remediation,
                List.of("*"),
                List.of("*"),
                Scope.OBJECT,
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                List.of(),
                List.of(),
                false);
    }

    /** The spelling that reports use: {@code AVD-KSV-0017} for {@code KSV-0017}; the plain id for checks that the original does not have. */
    public String reportId() {
        return builtIn && CheckId.isNumbered(id) ? "AVD-" + id : id;
    }

    /** Whether the check applies to objects of the kind, in any case. */
    public boolean appliesTo(String kind) {
        return kinds.stream().anyMatch(k -> k.equals("*") || k.equalsIgnoreCase(kind));
    }

    public CheckDefinition withSeverity(Severity other) {
        return new CheckDefinition(
                id,
                aliases,
                title,
                other,
                description,
                remediation,
                kinds,
                targets,
                scope,
                params,
                variables,
                fail,
                message,
                failures,
                examples,
                deviations,
                builtIn);
    }

    /** The texts of all its expressions. */
    List<String> expressions() {
        List<String> texts = new ArrayList<>(variables.values());
        for (String text : Arrays.asList(fail, message, failures)) {
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }
}
