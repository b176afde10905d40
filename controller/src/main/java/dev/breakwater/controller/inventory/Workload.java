package dev.breakwater.controller.inventory;

import java.util.List;
import java.util.Set;

/**
 * A workload as its pods show it.
 *
 * @param containers names of all containers of the template, running or not
 * @param running those of which it is known what they run
 * @param unidentified those of which it is not
 */
public record Workload(
        WorkloadRef ref,
        Set<String> containers,
        List<RunningContainer> running,
        List<UnidentifiedContainer> unidentified) {
    /** Whether the template has the container, or a pod does: admission may have injected it there. */
    public boolean has(String container) {
        return containers.contains(container)
                || running.stream().anyMatch(known -> known.container().equals(container));
    }
}
