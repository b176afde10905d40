package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kube.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the collector on a node and fetches what it printed.
 *
 * <p>A Job that is there already, because a controller before this one made it, is waited for. Whatever comes out, the Job is deleted: its log has been
 * read, or tells nothing.
 *
 * <p>Threading: stateless; {@link #collect} blocks its caller, which asks for the Job every other second. Jobs are few and short, so that a watch would
 * cost more.
 */
final class CollectorJobs {
    private static final Logger log = LoggerFactory.getLogger(CollectorJobs.class);
    private static final Resource JOBS = new Resource("batch", "v1", "jobs", "Job", true);
    private static final Resource PODS = Resource.core("pods", "Pod");
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration BETWEEN = Duration.ofSeconds(2);
    /** Beyond the Job's own deadline: for a cluster whose Job controller sleeps. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    private static final int LARGEST_LOG = 4 << 20;
    private static final Set<String> HOPELESS = Set.of(
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError");

    private final KubeApi api;
    private final String namespace;
    private final CollectorSettings settings;
    private final CollectorJob template;
    private final InstantSource clock;
    private final Pause pause;

    CollectorJobs(KubeApi api, String namespace, CollectorSettings settings, InstantSource clock, Pause pause) {
        this.api = api;
        this.namespace = namespace;
        this.settings = settings;
        this.template = new CollectorJob(namespace, settings);
        this.clock = clock;
        this.pause = pause;
    }

    /** @throws IOException where the API server cannot be reached; nothing is known about the node then */
    Collected collect(ClusterNode node) throws IOException, InterruptedException {
        String job = CollectorJob.nameOf(node.name());
        try {
            Optional<String> refused = create(template.build(node));
            if (refused.isPresent()) {
                return new Collected.Unreadable("JobRefused", refused.get());
            }
            log.info("node {}: collecting facts in job {}", node.name(), job);
            return await(job);
        } finally {
            api.delete(JOBS.named(namespace, job));
        }
    }

    private Optional<String> create(ObjectNode job) throws IOException, InterruptedException {
        byte[] body = job.toString().getBytes(StandardCharsets.UTF_8);
        String path = JOBS.named(namespace, job.path("metadata").path("name").asText());
        for (Instant end = clock.instant().plus(GRACE); ; pause.of(BETWEEN)) {
            try {
                api.create(JOBS.in(namespace), out -> out.write(body), KubeApi::ignore);
                return Optional.empty();
            } catch (ApiRefusal refusal) {
                if (!refusal.isConflict()) {
                    return Optional.of("the Job was refused: " + refusal.getMessage());
                }
                Optional<JsonNode> existing = api.get(path, Map.of(), KubeApi.JSON, MAPPER::readTree);
                boolean going =
                        existing.isEmpty() || existing.get().path("metadata").has("deletionTimestamp");
                if (!going) {
                    return Optional.empty();
                }
                if (clock.instant().isAfter(end)) {
                    return Optional.of("a Job of the same name has been on its way out for a minute");
                }
            }
        }
    }

    private Collected await(String job) throws IOException, InterruptedException {
        Instant end = clock.instant().plus(settings.deadline()).plus(GRACE);
        String hint = "";
        while (true) {
            Optional<JsonNode> current = api.get(JOBS.named(namespace, job), Map.of(), KubeApi.JSON, MAPPER::readTree);
            if (current.isEmpty()) {
                return new Collected.Unreadable("JobDeleted", "somebody deleted the Job before it ended");
            }
            Optional<JsonNode> pod = pod(current.get());
            hint = pod.map(CollectorJobs::trouble)
                    .filter(text -> !text.isEmpty())
                    .orElse(hint);
            String condition = endOf(current.get());
            if (condition.startsWith("Complete")) {
                return pod.isPresent()
                        ? read(pod.get().path("metadata").path("name").asText())
                        : new Collected.Unreadable("LogUnavailable", "the Job is complete and its pod is gone");
            }
            if (!condition.isEmpty()) {
                return new Collected.Unreadable(
                        "CollectorFailed", hint.isEmpty() ? condition : condition + ": " + hint);
            }
            if (HOPELESS.stream().anyMatch(hint::startsWith)) {
                return new Collected.Unreadable("CollectorNotStarted", hint);
            }
            if (clock.instant().isAfter(end)) {
                return new Collected.Unreadable(
                        "DeadlineExceeded", hint.isEmpty() ? "the Job did not end in its time (nodes.deadline)" : hint);
            }
            pause.of(BETWEEN);
        }
    }

    private Optional<JsonNode> pod(JsonNode job) throws IOException {
        String uid = job.path("metadata").path("uid").asText();
        JsonNode pods = api.get(
                        PODS.in(namespace),
                        Map.of("labelSelector", CollectorJob.LABEL + "=breakwater"),
                        KubeApi.JSON,
                        MAPPER::readTree)
                .orElseThrow(() -> new IOException("pods are not served by the API server"));
        for (JsonNode pod : pods.path("items")) {
            for (JsonNode owner : pod.path("metadata").path("ownerReferences")) {
                if (owner.path("uid").asText().equals(uid)) {
                    return Optional.of(pod);
                }
            }
        }
        return Optional.empty();
    }

    private Collected read(String pod) throws IOException {
        try (Response answer =
                api.open(PODS.named(namespace, pod) + "/log", Map.of("container", CollectorJob.CONTAINER), "*/*")) {
            String text = new String(answer.body().byteStream().readNBytes(LARGEST_LOG), StandardCharsets.UTF_8);
            return NodeFacts.parse(text)
                    .<Collected>map(Collected.Read::new)
                    .orElseGet(() -> new Collected.Unreadable(
                            "NoFacts", "the collector printed no NodeInfo; is nodes.image the right image?"));
        } catch (IOException e) {
            return new Collected.Unreadable("LogUnavailable", "the pod's log could not be read: " + e.getMessage());
        }
    }

    private static String endOf(JsonNode job) {
        for (JsonNode condition : job.path("status").path("conditions")) {
            String type = condition.path("type").asText();
            if (condition.path("status").asText().equals("True")
                    && (type.equals("Complete") || type.equals("Failed"))) {
                String reason = condition.path("reason").asText();
                return reason.isEmpty() ? type : type + " (" + reason + ")";
            }
        }
        return "";
    }

    /** What keeps the pod from doing its work, or did; empty while nothing does. */
    private static String trouble(JsonNode pod) {
        for (JsonNode container : pod.path("status").path("containerStatuses")) {
            JsonNode waiting = container.path("state").path("waiting");
            if (waiting.has("reason")) {
                return waiting.path("reason").asText() + ": "
                        + waiting.path("message").asText();
            }
            JsonNode ended = container.path("state").path("terminated");
            if (ended.path("exitCode").asInt() != 0) {
                String words = ended.path("message").asText().strip();
                return "exit code " + ended.path("exitCode").asInt()
                        + (words.isEmpty() ? "" : ": " + words.substring(Math.max(0, words.length() - 400)));
            }
        }
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("PodScheduled")
                    && condition.path("status").asText().equals("False")) {
                return "Unschedulable: " + condition.path("message").asText();
            }
        }
        return "";
    }
}
