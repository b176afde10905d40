package dev.breakwater.controller.rego;

import dev.breakwater.controller.checks.CheckResult;
import java.util.List;
import java.util.Map;

/**
 * What a batch's policies said.
 *
 * @param results by the object's id; every object of the batch has an entry
 * @param broken why a policy cannot be run at all, by its file
 * @param undecided why a policy's evaluation fails on an object, by the policy's file and the object's id
 */
public record RegoVerdicts(
        Map<String, List<CheckResult>> results,
        Map<String, String> broken,
        Map<String, Map<String, String>> undecided) {}
