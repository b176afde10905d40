package dev.breakwater.cli.rehearsal;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** Where objects of the sample lie in a cluster's API. */
final class Collections {
    private Collections() {}

    /** Path of the collection of the object's kind, in its namespace if it has one. */
    static String of(ObjectNode object) {
        String version = object.path("apiVersion").asText();
        String kind = object.path("kind").asText().toLowerCase(Locale.ROOT);
        String plural = kind.endsWith("y")
                ? kind.substring(0, kind.length() - 1) + "ies"
                : kind.endsWith("s") ? kind + "es" : kind + "s";
        String namespace = object.at("/metadata/namespace").asText();
        return (version.contains("/") ? "/apis/" : "/api/")
                + version
                + (namespace.isEmpty() ? "/" : "/namespaces/" + namespace + "/")
                + plural;
    }

    /** A pod that runs an image: one scan to begin. */
    static ObjectNode pod() {
        JsonMapper mapper = new JsonMapper();
        ObjectNode pod = mapper.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
        pod.putObject("metadata").put("namespace", "shop").put("name", "alone").put("uid", "alone");
        ObjectNode container = pod.putObject("spec").putArray("containers").addObject();
        container.put("name", "app").put("image", "registry.example/shop/app:1");
        ObjectNode status = pod.putObject("status").put("phase", "Running");
        status.putArray("containerStatuses")
                .addObject()
                .put("name", "app")
                .put("imageID", "registry.example/shop/app@sha256:" + "ab".repeat(32));
        return pod;
    }
}
