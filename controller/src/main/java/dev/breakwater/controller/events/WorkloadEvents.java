package dev.breakwater.controller.events;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.inventory.WorkloadRef;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.naming.SafeHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * Writes core/v1 Events. The name of an Event is made from what it says, so that the same failure of the same container raises the count of one Event
 * instead of adding another, also after a restart.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
public final class WorkloadEvents {
    private static final Resource EVENTS = Resource.core("events", "Event");
    private static final String COMPONENT = "breakwater-controller";
    /** Kubernetes refuses longer ones. */
    private static final int MESSAGE_LIMIT = 1024;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;
    private final InstantSource clock;

    public WorkloadEvents(KubeApi api, InstantSource clock) {
        this.api = api;
        this.clock = clock;
    }

    /**
     * Says that a container's image could not be scanned.
     *
     * @param reason one CamelCase word
     * @param times how often it has failed so
     */
    public void scanFailed(RunningContainer container, String reason, String message, int times) throws IOException {
        WorkloadRef workload = container.workload();
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String name = nameOf(container, reason);
        ObjectNode update = MAPPER.createObjectNode();
        update.put("count", times);
        update.put("lastTimestamp", now);
        update.put("message", text(container, message));
        try {
            byte[] patch = update.toString().getBytes(StandardCharsets.UTF_8);
            api.mergePatch(EVENTS.named(workload.namespace(), name), out -> out.write(patch), KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            if (!refusal.isNotFound()) {
                throw refusal;
            }
            ObjectNode event = update;
            event.put("apiVersion", "v1");
            event.put("kind", "Event");
            event.putObject("metadata").put("name", name).put("namespace", workload.namespace());
            event.putObject("involvedObject")
                    .put("apiVersion", workload.kind().resource().apiVersion())
                    .put("kind", workload.kind().resource().kind())
                    .put("namespace", workload.namespace())
                    .put("name", workload.name())
                    .put("uid", workload.uid())
                    .put("fieldPath", "spec.containers{" + container.container() + "}");
            event.put("type", "Warning");
            event.put("reason", "ScanFailed" + reason);
            event.put("firstTimestamp", now);
            event.putObject("source").put("component", COMPONENT);
            event.put("reportingComponent", COMPONENT);
            event.put("reportingInstance", COMPONENT);
            byte[] body = event.toString().getBytes(StandardCharsets.UTF_8);
            api.create(EVENTS.in(workload.namespace()), out -> out.write(body), KubeApi::ignore);
        }
    }

    private static String nameOf(RunningContainer container, String reason) {
        WorkloadRef workload = container.workload();
        String what = String.join(
                "/", workload.uid(), container.container(), container.running().digest(), reason);
        // A name of at most 253 characters; the workload's own may be that long already.
        String head = workload.name().length() > 200 ? workload.name().substring(0, 200) : workload.name();
        return head + ".scan." + SafeHash.ofString(what);
    }

    private static String text(RunningContainer container, String message) {
        String text =
                "image " + container.image() + " of container " + container.container() + " is not scanned: " + message;
        return text.length() <= MESSAGE_LIMIT ? text : text.substring(0, MESSAGE_LIMIT);
    }
}
