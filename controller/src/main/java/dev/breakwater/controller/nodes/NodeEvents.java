package dev.breakwater.controller.nodes;

import dev.breakwater.controller.events.ObjectEvents;
import dev.breakwater.controller.kube.KubeApi;
import java.io.IOException;
import java.time.InstantSource;

/**
 * Events on nodes: how an operator learns why a node has no report. The same reason on the same node is one Event, counted up.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
final class NodeEvents {
    private final ObjectEvents events;

    NodeEvents(KubeApi api, InstantSource clock) {
        this.events = new ObjectEvents(api, clock);
    }

    /**
     * Says that a node could not be read.
     *
     * @param reason one CamelCase word
     * @param times how often in a row
     */
    void unreadable(ClusterNode node, String reason, String message, int times) throws IOException {
        events.record(
                new ObjectEvents.Regarding("v1", "Node", "", node.name(), node.uid(), ""),
                reason,
                ObjectEvents.Type.WARNING,
                "NodeNotAssessed" + reason,
                "node " + node.name() + " is not assessed: " + message,
                times);
    }
}
