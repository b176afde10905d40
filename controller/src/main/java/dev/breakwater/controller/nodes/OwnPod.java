package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pod that this controller runs in. Its image has the collector in it, in the version that understands what the controller asks: nobody should have to
 * name it a second time, and keep the two the same.
 */
public final class OwnPod {
    private static final Logger log = LoggerFactory.getLogger(OwnPod.class);
    private static final Resource PODS = Resource.core("pods", "Pod");
    /** As the manifests call it. */
    private static final String CONTAINER = "controller";

    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;
    private final String namespace;

    /** @param namespace of the controller */
    public OwnPod(KubeApi api, String namespace) {
        this.api = api;
        this.namespace = namespace;
    }

    /** The settings with this pod's image and pull secrets where they name a pod and no image; otherwise, or when the pod cannot be read, as they are. */
    public CollectorSettings complete(CollectorSettings settings) {
        if (!settings.enabled() || settings.pod().isEmpty() || !settings.image().isEmpty()) {
            return settings;
        }
        try {
            Optional<JsonNode> pod =
                    api.get(PODS.named(namespace, settings.pod()), Map.of(), KubeApi.JSON, MAPPER::readTree);
            if (pod.isPresent()) {
                return completed(settings, pod.get().path("spec"));
            }
            log.warn(
                    "there is no pod {} in namespace {}: kubelets are asked, and nothing else",
                    settings.pod(),
                    namespace);
        } catch (IOException e) {
            log.warn("own pod {} not read: {}; kubelets are asked, and nothing else", settings.pod(), e.toString());
        }
        return settings;
    }

    private static CollectorSettings completed(CollectorSettings settings, JsonNode spec) {
        List<String> secrets = new ArrayList<>(settings.imagePullSecrets());
        spec.path("imagePullSecrets")
                .forEach(secret -> secrets.add(secret.path("name").asText()));
        return settings.withImage(
                container(spec.path("containers")).path("image").asText(), List.copyOf(secrets));
    }

    /** The one of that name, for meshes put theirs in front. */
    private static JsonNode container(JsonNode containers) {
        for (JsonNode container : containers) {
            if (container.path("name").asText().equals(CONTAINER)) {
                return container;
            }
        }
        return containers.path(0);
    }
}
