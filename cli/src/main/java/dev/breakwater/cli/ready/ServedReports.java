package dev.breakwater.cli.ready;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.kube.KubeApi;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a cluster serves our reports, asked as a user asks: of kube-apiserver.
 *
 * <p>An APIService alone is no answer: kube-apiserver calls it available before it forwards requests, and where custom resource definitions of the group
 * exist it answers lists itself. A list alone is none either, for the second reason. So both are asked for.
 */
final class ServedReports {
    private static final List<String> GROUPS = List.of("aquasecurity.github.io", "breakwater.dev");
    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;

    ServedReports(KubeApi api) {
        this.api = api;
    }

    /** How it stands. */
    sealed interface Standing {
        /** @param counts of objects, by kind in the plural */
        record Served(Map<String, Long> counts) implements Standing {}

        /** @param reason what is missing, in words */
        record NotServed(String reason) implements Standing {}
    }

    /** Asks once; what cannot be asked is not served. */
    Standing now() {
        Map<String, Long> counts = new LinkedHashMap<>();
        try {
            for (String group : GROUPS) {
                Optional<String> missing = missing(group);
                if (missing.isPresent()) {
                    return new Standing.NotServed(missing.get());
                }
                counts.putAll(counts("/apis/" + group + "/v1alpha1"));
            }
            return new Standing.Served(counts);
        } catch (IOException e) {
            return new Standing.NotServed(String.valueOf(e.getMessage()));
        }
    }

    /** What an APIService lacks. */
    private Optional<String> missing(String group) throws IOException {
        String name = "v1alpha1." + group;
        Optional<JsonNode> service = get("/apis/apiregistration.k8s.io/v1/apiservices/" + name, Map.of(), KubeApi.JSON);
        if (service.isEmpty()) {
            return Optional.of("there is no APIService " + name);
        }
        if (!service.get().at("/spec/service").isObject()) {
            return Optional.of("APIService " + name + " names no Service: the cluster answers for the group itself");
        }
        for (JsonNode condition : service.get().at("/status/conditions")) {
            if (condition.path("type").asText().equals("Available")) {
                return condition.path("status").asText().equals("True")
                        ? Optional.empty()
                        : Optional.of("APIService " + name + " is not available: "
                                + condition.path("message").asText());
            }
        }
        return Optional.of("APIService " + name + " has not been looked at yet");
    }

    private Map<String, Long> counts(String version) throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (JsonNode resource : get(version, Map.of(), KubeApi.JSON)
                .orElseThrow(() -> new IOException(version + " is not served"))
                .path("resources")) {
            String plural = resource.path("name").asText();
            if (!plural.contains("/")) {
                counts.put(plural, count(version + "/" + plural));
            }
        }
        if (counts.isEmpty()) {
            throw new IOException(version + " has no resources");
        }
        return counts;
    }

    /** One object is read and the rest is counted by the server. */
    private long count(String collection) throws IOException {
        JsonNode list = get(collection, Map.of("limit", "1"), KubeApi.METADATA_ONLY_LIST)
                .orElseThrow(() -> new IOException(collection + " is not served"));
        return list.path("items").size()
                + list.at("/metadata/remainingItemCount").asLong();
    }

    private Optional<JsonNode> get(String path, Map<String, String> query, String accept) throws IOException {
        return api.get(path, query, accept, MAPPER::readTree);
    }
}
