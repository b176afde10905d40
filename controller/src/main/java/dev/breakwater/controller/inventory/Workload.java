package dev.breakwater.controller.inventory;

import java.util.List;
import java.util.Set;

/**
 * A workload as its pods show it.
 *
 * @param containers names of all containers of the template, running or not
 * @param running those whose node has reported a digest
 */
public record Workload(WorkloadRef ref, Set<String> containers, List<RunningContainer> running) {}
