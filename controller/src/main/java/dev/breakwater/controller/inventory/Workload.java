package dev.breakwater.controller.inventory;

import java.util.List;
import java.util.Set;

/**
 * A workload as its pods show it.
 *
 * @param containers names of all containers of the template, running or not
 * @param running those whose node has reported a digest
 */
public record Workload(WorkloadRef ref, Set<String> containers, List<RunningContainer> running) {
    /** Whether the template has the container, or a pod does: admission may have injected it there. */
    public boolean has(String container) {
        return containers.contains(container)
                || running.stream().anyMatch(known -> known.container().equals(container));
    }
}
