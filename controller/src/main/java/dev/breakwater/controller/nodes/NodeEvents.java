package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.naming.SafeHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * Events on nodes: how an operator learns why a node has no report. The same reason on the same node is one Event, counted up.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
final class NodeEvents {
    private static final Resource EVENTS = Resource.core("events", "Event");
    /** Where Kubernetes wants Events on objects without a namespace. */
    private static final String NAMESPACE = "default";

    private static final String COMPONENT = "breakwater-controller";
    private static final int MESSAGE_LIMIT = 1024;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;
    private final InstantSource clock;

    NodeEvents(KubeApi api, InstantSource clock) {
        this.api = api;
        this.clock = clock;
    }

    /**
     * Says that a node could not be read.
     *
     * @param reason one CamelCase word
     * @param times how often in a row
     */
    void unreadable(ClusterNode node, String reason, String message, int times) throws IOException {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String name = node.name() + ".node." + SafeHash.ofString(node.uid() + "/" + reason);
        ObjectNode event = MAPPER.createObjectNode();
        event.put("count", times);
        event.put("lastTimestamp", now);
        String text = "node " + node.name() + " is not assessed: " + message;
        event.put("message", text.length() <= MESSAGE_LIMIT ? text : text.substring(0, MESSAGE_LIMIT));
        try {
            byte[] patch = event.toString().getBytes(StandardCharsets.UTF_8);
            api.mergePatch(EVENTS.named(NAMESPACE, name), out -> out.write(patch), KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            if (!refusal.isNotFound()) {
                throw refusal;
            }
            event.put("apiVersion", "v1");
            event.put("kind", "Event");
            event.putObject("metadata").put("name", name).put("namespace", NAMESPACE);
            event.putObject("involvedObject")
                    .put("apiVersion", "v1")
                    .put("kind", "Node")
                    .put("name", node.name())
                    .put("uid", node.uid());
            event.put("type", "Warning");
            event.put("reason", "NodeNotAssessed" + reason);
            event.put("firstTimestamp", now);
            event.putObject("source").put("component", COMPONENT);
            event.put("reportingComponent", COMPONENT);
            event.put("reportingInstance", COMPONENT);
            byte[] body = event.toString().getBytes(StandardCharsets.UTF_8);
            api.create(EVENTS.in(NAMESPACE), out -> out.write(body), KubeApi::ignore);
        }
    }
}
