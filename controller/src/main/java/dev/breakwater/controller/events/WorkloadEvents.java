package dev.breakwater.controller.events;

import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.inventory.WorkloadRef;
import dev.breakwater.controller.kube.KubeApi;
import java.io.IOException;
import java.time.InstantSource;

/**
 * Events on workloads about the scans of their images.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
public final class WorkloadEvents {
    private final ObjectEvents events;

    public WorkloadEvents(KubeApi api, InstantSource clock) {
        this.events = new ObjectEvents(api, clock);
    }

    /**
     * Says that a container's image could not be scanned.
     *
     * @param reason one CamelCase word
     * @param times how often it has failed so
     */
    public void scanFailed(RunningContainer container, String reason, String message, int times) throws IOException {
        WorkloadRef workload = container.workload();
        events.record(
                new ObjectEvents.Regarding(
                        workload.kind().resource().apiVersion(),
                        workload.kind().resource().kind(),
                        workload.namespace(),
                        workload.name(),
                        workload.uid(),
                        "spec.containers{" + container.container() + "}"),
                String.join("/", container.container(), container.running().digest(), reason),
                ObjectEvents.Type.WARNING,
                "ScanFailed" + reason,
                "image " + container.image() + " of container " + container.container() + " is not scanned: " + message,
                times);
    }
}
