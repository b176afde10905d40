package dev.breakwater.cli.uninstall;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is installed, found by the label that the manifests carry.
 *
 * @param first APIServices
 * @param between all else but claims and namespaces, in the order in which it goes
 * @param claims volume claims with the label, and all others in the namespaces
 * @param namespaces that go with all that is in them
 */
record Installation(List<Part> first, List<Part> between, List<Part> claims, List<Part> namespaces) {
    static final String LABEL = "app.kubernetes.io/part-of=breakwater";
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * An object.
     *
     * @param namespace empty for a cluster-scoped one
     */
    record Part(Resource resource, String namespace, String name) {
        String path() {
            return resource.named(namespace, name);
        }

        @Override
        public String toString() {
            return resource.kind() + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
        }
    }

    static Installation in(KubeApi api) throws IOException {
        List<Part> between = new ArrayList<>();
        for (Resource resource : InstalledKinds.BETWEEN) {
            between.addAll(labelled(api, resource));
        }
        List<Part> namespaces = labelled(api, InstalledKinds.NAMESPACE);
        List<Part> claims = new ArrayList<>(labelled(api, InstalledKinds.VOLUME_CLAIM));
        for (Part namespace : namespaces) {
            // Whoever made them: they go with the namespace.
            list(api, InstalledKinds.VOLUME_CLAIM, InstalledKinds.VOLUME_CLAIM.in(namespace.name()), Map.of()).stream()
                    .filter(claim -> !claims.contains(claim))
                    .forEach(claims::add);
        }
        return new Installation(labelled(api, InstalledKinds.API_SERVICE), between, claims, namespaces);
    }

    /** In the order in which they go, APIServices first. */
    List<Part> parts(boolean withReports) {
        List<Part> parts = new ArrayList<>(first);
        parts.addAll(between);
        if (withReports) {
            parts.addAll(claims);
        }
        if (withReports || claims.isEmpty()) {
            parts.addAll(namespaces);
        }
        return parts;
    }

    private static List<Part> labelled(KubeApi api, Resource resource) throws IOException {
        return list(api, resource, resource.all(), Map.of("labelSelector", LABEL));
    }

    /** A kind that the cluster does not have has no objects. */
    private static List<Part> list(KubeApi api, Resource resource, String collection, Map<String, String> query)
            throws IOException {
        List<Part> parts = new ArrayList<>();
        JsonNode list = api.get(collection, query, KubeApi.METADATA_ONLY_LIST, MAPPER::readTree)
                .orElseGet(MAPPER::createObjectNode);
        for (JsonNode item : list.path("items")) {
            JsonNode metadata = item.path("metadata");
            parts.add(new Part(
                    resource,
                    metadata.path("namespace").asText(),
                    metadata.path("name").asText()));
        }
        return parts;
    }
}
