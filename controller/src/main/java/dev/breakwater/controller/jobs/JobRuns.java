package dev.breakwater.controller.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kube.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.Response;

/**
 * Runs Jobs that are few and short, and reads what they printed. Whatever comes out, the Job is deleted: its log has been read, or tells nothing.
 *
 * <p>Threading: stateless; {@link #run} blocks its caller, which asks for the Job every other second. A watch would cost more.
 */
public final class JobRuns {
    private static final Resource JOBS = new Resource("batch", "v1", "jobs", "Job", true);
    private static final Resource PODS = Resource.core("pods", "Pod");
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration BETWEEN = Duration.ofSeconds(2);
    /** Beyond the Job's own deadline: for a cluster whose Job controller sleeps. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    /** What a pod waits for and never gets. {@code ErrImagePull} is not one: it is tried again at once. */
    private static final Set<String> HOPELESS = Set.of(
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError");

    private final KubeApi api;
    private final String namespace;
    private final InstantSource clock;
    private final Pause pause;

    /** @param namespace of the Jobs */
    public JobRuns(KubeApi api, String namespace, InstantSource clock, Pause pause) {
        this.api = api;
        this.namespace = namespace;
        this.clock = clock;
        this.pause = pause;
    }

    /** What to do with a Job of the same name that is there already, because a controller before this one made it. */
    public enum Existing {
        /** It does the same: it is waited for. */
        ADOPTED,
        /** It does something else: it is deleted first. */
        REPLACED
    }

    /** Told of a Job that was made, before it is waited for. */
    @FunctionalInterface
    public interface Made {
        void made(JsonNode job) throws IOException;
    }

    /** Reads a log. */
    @FunctionalInterface
    public interface LogReader<T> {
        T read(InputStream log) throws IOException;
    }

    /**
     * @param selector label selector that finds the Job's pod
     * @throws IOException where the API server cannot be reached; nothing is known about the Job then
     */
    public <T> JobRun<T> run(
            ObjectNode job, String selector, Duration deadline, Existing existing, Made made, LogReader<T> reader)
            throws IOException, InterruptedException {
        String name = job.at("/metadata/name").asText();
        String container = job.at("/spec/template/spec/containers/0/name").asText();
        try {
            Optional<String> refused = create(job, existing, made);
            if (refused.isPresent()) {
                return new JobRun.Failed<>(JobRun.Reason.REFUSED, refused.get());
            }
            return await(name, container, selector, deadline, reader);
        } finally {
            api.delete(JOBS.named(namespace, name));
        }
    }

    private Optional<String> create(ObjectNode job, Existing existing, Made made)
            throws IOException, InterruptedException {
        byte[] body = job.toString().getBytes(StandardCharsets.UTF_8);
        String path = JOBS.named(namespace, job.at("/metadata/name").asText());
        for (Instant end = clock.instant().plus(GRACE); ; pause.of(BETWEEN)) {
            try {
                made.made(api.create(JOBS.in(namespace), out -> out.write(body), MAPPER::readTree));
                return Optional.empty();
            } catch (ApiRefusal refusal) {
                if (!refusal.isConflict()) {
                    return Optional.of("the Job was refused: " + refusal.getMessage());
                }
                Optional<JsonNode> there = api.get(path, Map.of(), KubeApi.JSON, MAPPER::readTree);
                boolean going = there.isEmpty() || there.get().path("metadata").has("deletionTimestamp");
                if (!going && existing == Existing.ADOPTED) {
                    return Optional.empty();
                }
                if (!going) {
                    api.delete(path);
                }
                if (clock.instant().isAfter(end)) {
                    return Optional.of("a Job of the same name has been on its way out for a minute");
                }
            }
        }
    }

    private <T> JobRun<T> await(String job, String container, String selector, Duration deadline, LogReader<T> reader)
            throws IOException, InterruptedException {
        Instant end = clock.instant().plus(deadline).plus(GRACE);
        String hint = "";
        while (true) {
            Optional<JsonNode> current = api.get(JOBS.named(namespace, job), Map.of(), KubeApi.JSON, MAPPER::readTree);
            if (current.isEmpty()) {
                return new JobRun.Failed<>(JobRun.Reason.DELETED, "somebody deleted the Job before it ended");
            }
            Optional<JsonNode> pod = pod(current.get(), selector);
            hint = pod.map(JobRuns::trouble).filter(text -> !text.isEmpty()).orElse(hint);
            String condition = endOf(current.get());
            if (condition.startsWith("Complete")) {
                return pod.isPresent()
                        ? read(pod.get().path("metadata").path("name").asText(), container, reader)
                        : new JobRun.Failed<>(JobRun.Reason.NO_LOG, "the Job is complete and its pod is gone");
            }
            if (!condition.isEmpty()) {
                return new JobRun.Failed<>(JobRun.Reason.FAILED, hint.isEmpty() ? condition : condition + ": " + hint);
            }
            if (HOPELESS.stream().anyMatch(hint::startsWith)) {
                return new JobRun.Failed<>(JobRun.Reason.NOT_STARTED, hint);
            }
            if (clock.instant().isAfter(end)) {
                return new JobRun.Failed<>(
                        JobRun.Reason.OVERDUE,
                        hint.isEmpty() ? "the Job did not end within " + deadline.toSeconds() + " seconds" : hint);
            }
            pause.of(BETWEEN);
        }
    }

    private Optional<JsonNode> pod(JsonNode job, String selector) throws IOException {
        String uid = job.path("metadata").path("uid").asText();
        JsonNode pods = api.get(PODS.in(namespace), Map.of("labelSelector", selector), KubeApi.JSON, MAPPER::readTree)
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

    private <T> JobRun<T> read(String pod, String container, LogReader<T> reader) {
        try (Response answer = api.open(PODS.named(namespace, pod) + "/log", Map.of("container", container), "*/*")) {
            return new JobRun.Finished<>(reader.read(answer.body().byteStream()));
        } catch (IOException e) {
            return new JobRun.Failed<>(JobRun.Reason.NO_LOG, "the pod's log could not be read: " + e.getMessage());
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
