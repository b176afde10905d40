package dev.breakwater.controller.events;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Writes core/v1 Events. The name of an Event is made from what it is about, so that the same trouble of the same object raises the count of one Event
 * instead of adding another, also after a restart.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
public final class ObjectEvents {
    private static final Resource EVENTS = Resource.core("events", "Event");
    /** Where Kubernetes wants Events on objects without a namespace. */
    private static final String OF_CLUSTER_OBJECTS = "default";

    private static final String COMPONENT = "breakwater-controller";
    /** Kubernetes refuses longer ones. */
    private static final int MESSAGE_LIMIT = 1024;
    /** Of the object's name in the Event's: a name has at most 253 characters, and the object's own may be that long already. */
    private static final int NAME_LIMIT = 200;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;
    private final InstantSource clock;

    public ObjectEvents(KubeApi api, InstantSource clock) {
        this.api = api;
        this.clock = clock;
    }

    /**
     * The object that an Event is about.
     *
     * @param namespace empty for a cluster-scoped object
     * @param fieldPath the part of it, such as {@code spec.containers{app}}; empty for the whole
     */
    public record Regarding(
            String apiVersion, String kind, String namespace, String name, String uid, String fieldPath) {}

    /** {@code type} of an Event. */
    public enum Type {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String word;

        Type(String word) {
            this.word = word;
        }
    }

    /**
     * @param subject what the trouble is about within the object and its reason; the same subject is the same Event
     * @param reason one CamelCase word
     * @param times how often it has happened
     */
    public void record(Regarding object, String subject, Type type, String reason, String message, int times)
            throws IOException {
        String namespace = object.namespace().isEmpty() ? OF_CLUSTER_OBJECTS : object.namespace();
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String name = nameOf(object, subject);
        ObjectNode event = MAPPER.createObjectNode();
        event.put("count", times);
        event.put("lastTimestamp", now);
        event.put("message", message.length() <= MESSAGE_LIMIT ? message : message.substring(0, MESSAGE_LIMIT));
        try {
            byte[] patch = event.toString().getBytes(StandardCharsets.UTF_8);
            api.mergePatch(EVENTS.named(namespace, name), out -> out.write(patch), KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            if (!refusal.isNotFound()) {
                throw refusal;
            }
            event.put("apiVersion", "v1");
            event.put("kind", "Event");
            event.putObject("metadata").put("name", name).put("namespace", namespace);
            ObjectNode involved = event.putObject("involvedObject")
                    .put("apiVersion", object.apiVersion())
                    .put("kind", object.kind())
                    .put("name", object.name())
                    .put("uid", object.uid());
            if (!object.namespace().isEmpty()) {
                involved.put("namespace", object.namespace());
            }
            if (!object.fieldPath().isEmpty()) {
                involved.put("fieldPath", object.fieldPath());
            }
            event.put("type", type.word);
            event.put("reason", reason);
            event.put("firstTimestamp", now);
            event.putObject("source").put("component", COMPONENT);
            event.put("reportingComponent", COMPONENT);
            event.put("reportingInstance", COMPONENT);
            byte[] body = event.toString().getBytes(StandardCharsets.UTF_8);
            api.create(EVENTS.in(namespace), out -> out.write(body), KubeApi::ignore);
        }
    }

    private static String nameOf(Regarding object, String subject) {
        String head = object.name().length() > NAME_LIMIT ? object.name().substring(0, NAME_LIMIT) : object.name();
        // Two subjects of one hash would be one Event with the words of both.
        return head + "." + UUID.nameUUIDFromBytes((object.uid() + "/" + subject).getBytes(StandardCharsets.UTF_8));
    }
}
