package dev.breakwater.controller.kubernetes;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Kubernetes objects for tests, as JSON. */
public final class Objects {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Objects() {}

    /** A digest that is the same for the same name. */
    public static String digest(String image) {
        StringBuilder hex = new StringBuilder();
        while (hex.length() < 64) {
            hex.append(String.format("%08x", (image + hex.length()).hashCode()));
        }
        return "sha256:" + hex.substring(0, 64);
    }

    /** A ReplicaSet of a Deployment with one container {@code app}. */
    public static ObjectNode replicaSet(
            String namespace, String name, String deploymentUid, String image, int replicas) {
        ObjectNode object = object("apps/v1", "ReplicaSet", namespace, name);
        object.withObject("/spec").put("replicas", replicas);
        object.withObject("/spec/template").set("spec", podSpec(image));
        if (!deploymentUid.isEmpty()) {
            own(object, "apps/v1", "Deployment", "deployment", deploymentUid);
        }
        return object;
    }

    /** A pod with one container {@code app}; without a digest it waits for its image. */
    public static ObjectNode pod(String namespace, String name, ObjectNode owner, String image, String imageId) {
        ObjectNode object = object("v1", "Pod", namespace, name);
        object.set("spec", podSpec(image));
        if (owner != null) {
            own(
                    object,
                    owner.path("apiVersion").asText(),
                    owner.path("kind").asText(),
                    owner.path("metadata").path("name").asText(),
                    owner.path("metadata").path("uid").asText());
        }
        ObjectNode status =
                object.putObject("status").putArray("containerStatuses").addObject();
        status.put("name", "app").put("imageID", imageId);
        return object;
    }

    public static ObjectNode object(String apiVersion, String kind, String namespace, String name) {
        ObjectNode object = MAPPER.createObjectNode();
        object.put("apiVersion", apiVersion).put("kind", kind);
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        return object;
    }

    public static ObjectNode podSpec(String image) {
        ObjectNode spec = MAPPER.createObjectNode();
        spec.putArray("containers").addObject().put("name", "app").put("image", image);
        return spec;
    }

    public static void own(ObjectNode object, String apiVersion, String kind, String name, String uid) {
        ((ObjectNode) object.path("metadata"))
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", apiVersion)
                .put("kind", kind)
                .put("name", name)
                .put("uid", uid)
                .put("controller", true);
    }
}
