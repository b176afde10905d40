package dev.breakwater.controller.scan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.registry.credentials.DockerConfigFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The Secrets that carry a credential to a Job. Each belongs to its Job, which exists before it, so that the garbage collector knows from the beginning
 * whose it is, and is gone with it; the pod waits for it in the meantime. We never read one, and need not delete any.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
final class JobSecrets {
    private static final Resource SECRETS = Resource.core("secrets", "Secret");
    private static final Resource JOBS = new Resource("batch", "v1", "jobs", "Job", true);
    /** What Docker, and with it Trivy, looks for in the folder that DOCKER_CONFIG names. */
    private static final String FILE = "config.json";

    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;
    private final String namespace;

    /** @param namespace of the Jobs */
    JobSecrets(KubeApi api, String namespace) {
        this.api = api;
        this.namespace = namespace;
    }

    /**
     * Another one each time: the Job of the next attempt has the same name, and the Secret of the one before, with another credential, may still be on its
     * way out.
     */
    String nameFor(String job) {
        return job + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    void handOver(DockerConfigFile login, String name, String job, String jobUid) throws IOException {
        ObjectNode secret = MAPPER.createObjectNode();
        secret.put("apiVersion", "v1");
        secret.put("kind", "Secret");
        secret.put("immutable", true);
        ObjectNode metadata = secret.putObject("metadata");
        metadata.put("name", name).put("namespace", namespace);
        metadata.putObject("labels").put("app.kubernetes.io/managed-by", JobTemplate.MANAGED_BY);
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "batch/v1")
                .put("kind", "Job")
                .put("name", job)
                .put("uid", jobUid);
        secret.putObject("data").put(FILE, Base64.getEncoder().encodeToString(login.json()));
        byte[] body = secret.toString().getBytes(StandardCharsets.UTF_8);
        try {
            api.create(SECRETS.in(namespace), out -> out.write(body), KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            // Its name is this Job's alone: it is there because an answer was lost, or a controller before us made it.
            if (!refusal.isConflict()) {
                throw refusal;
            }
        }
    }

    /** For a Job whose controller may have ended between Job and Secret: its pod would wait until the deadline. */
    void handOverAgain(DockerConfigFile login, String job, String jobUid) throws IOException {
        Optional<JsonNode> existing =
                api.get(JOBS.named(namespace, job), Map.of(), KubeApi.METADATA_ONLY, MAPPER::readTree);
        if (existing.isEmpty()) {
            return;
        }
        JsonNode metadata = existing.get().path("metadata");
        String name = metadata.path("annotations").path(JobTemplate.CREDENTIALS).asText();
        if (!name.isEmpty() && metadata.path("uid").asText().equals(jobUid)) {
            handOver(login, name, job, jobUid);
        }
    }
}
