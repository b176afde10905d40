package dev.breakwater.controller.events;

import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.inventory.UnidentifiedContainer;
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
     * Says why a container's image is not scanned of which nobody knows what it is.
     *
     * @param reason one CamelCase word
     */
    public void notScanned(UnidentifiedContainer container, String reason, String message, int times)
            throws IOException {
        events.record(
                regarding(container),
                String.join("/", container.container(), container.image(), reason),
                ObjectEvents.Type.WARNING,
                "ScanFailed" + reason,
                "image " + container.image() + " of container " + container.container() + " is not scanned: " + message,
                times);
    }

    /** Says that the reports show what a tag names now, which may not be what runs. */
    public void identifiedByTag(UnidentifiedContainer container, String digest) throws IOException {
        events.record(
                regarding(container),
                String.join("/", container.container(), container.image(), digest),
                ObjectEvents.Type.WARNING,
                "ScannedByTag",
                "image " + container.image() + " of container " + container.container() + " is scanned as " + digest
                        + ", which its tag names now; the node only says " + container.imageId()
                        + ", and that is not what this digest has",
                1);
    }

    private static ObjectEvents.Regarding regarding(UnidentifiedContainer container) {
        WorkloadRef workload = container.workload();
        return new ObjectEvents.Regarding(
                workload.kind().resource().apiVersion(),
                workload.kind().resource().kind(),
                workload.namespace(),
                workload.name(),
                workload.uid(),
                "spec." + container.field() + "{" + container.container() + "}");
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
