package dev.breakwater.controller.rego;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.jobs.JobManifest;
import dev.breakwater.controller.jobs.JobRun;
import dev.breakwater.controller.jobs.JobRuns;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.scan.FailureReason;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScanFailure;
import dev.breakwater.controller.scan.ScanLog;
import dev.breakwater.controller.scan.ScanOutput;
import dev.breakwater.controller.scan.ScanScript;
import dev.breakwater.controller.scan.ScannerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs batches in Trivy Jobs, one at a time: the Job's name is always the same, so that one that a controller before this one left is found and
 * replaced.
 *
 * <p>A batch travels in a Secret that belongs to the Job and is gone with it, some seconds later. A Secret and no ConfigMap: pods of all namespaces are
 * in it, which who may view the controller's namespace may not all view; kubelets keep Secrets in memory; and clusters encrypt them.
 *
 * <p>Threading: {@link #run} blocks its caller; one at a time.
 */
public final class RegoJobs {
    private static final Logger log = LoggerFactory.getLogger(RegoJobs.class);
    static final String NAME = "breakwater-policies";
    /** Says that a Job or a pod is of this kind. */
    private static final String LABEL = "breakwater.dev/policies";

    private static final Resource SECRETS = Resource.core("secrets", "Secret");
    private static final String FOLDER = "/in";
    private static final String KEY = "batch";
    private static final String PART = "rego";
    /** A Job that has ended, where its controller has ended too: nobody takes over its result, and objects of all namespaces are in its Secret. */
    private static final Duration KEPT = Duration.ofMinutes(2);
    /** Of the result of a batch: what is made of it is in memory as a whole, in a small heap. A batch of fewer objects has a smaller one. */
    private static final long MAX_RESULT_BYTES = 8 << 20;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;
    private final String namespace;
    private final ScannerSettings scanner;
    private final JobSettings settings;
    private final Path folder;
    private final JobRuns runs;

    /**
     * @param namespace of the Jobs
     * @param folder for results on their way into reports
     */
    public RegoJobs(
            KubeApi api,
            String namespace,
            ScannerSettings scanner,
            JobSettings settings,
            Path folder,
            InstantSource clock,
            Pause pause) {
        this.api = api;
        this.namespace = namespace;
        this.scanner = scanner;
        this.settings = settings;
        this.folder = folder;
        this.runs = new JobRuns(api, namespace, clock, pause);
    }

    /** How long a Job may take. */
    public Duration deadline() {
        return settings.deadline();
    }

    /** How a batch ended. */
    public sealed interface Outcome {
        record Judged(RegoVerdicts verdicts) implements Outcome {}

        /** @param message for an operator: why nothing is known of the batch */
        record NotRun(String message) implements Outcome {}

        /** It ran, and fewer objects may be what helps. @param message for an operator: why nothing is known of the batch */
        record TooMuch(String message) implements Outcome {}
    }

    /** @throws IOException where the API server cannot be reached; nothing is known about the batch then */
    public Outcome run(RegoBatch batch) throws IOException, InterruptedException {
        byte[] archive = batch.close();
        log.info("policies: {} objects in job {}, {} bytes", batch.objects().size(), NAME, archive.length);
        JobRun<ScanOutput> run;
        try {
            run = runs.run(
                    manifest(batch),
                    LABEL + "=true",
                    settings.deadline(),
                    JobRuns.Existing.REPLACED,
                    job -> handOver(job, archive),
                    text -> ScanLog.read(text, maxResultBytes(), folder, Set.of(PART)));
        } finally {
            // The garbage collector would take it some time after the Job; the Job being gone, nobody needs it a moment
            // longer.
            api.delete(SECRETS.named(namespace, NAME));
        }
        return switch (run) {
            case JobRun.Failed<ScanOutput> failed -> {
                String message = failed.reason().word() + ": " + failed.message();
                yield switch (failed.reason()) {
                    case FAILED, OVERDUE -> new Outcome.TooMuch(message);
                    case REFUSED, DELETED, NOT_STARTED, NO_LOG -> new Outcome.NotRun(message);
                };
            }
            case JobRun.Finished<ScanOutput> finished ->
                switch (finished.result()) {
                    case ScanOutput.Broken broken -> new Outcome.TooMuch(words(broken.failure()));
                    case ScanOutput.Complete complete -> read(complete, batch);
                };
        };
    }

    private String words(ScanFailure failure) {
        return failure.reason() == FailureReason.OUTPUT_TOO_LARGE
                ? "the result of a batch is larger than " + maxResultBytes() + " bytes"
                : failure.message();
    }

    /** What is left is for starting the pod, and for the kinds that have not had their turn. */
    private Duration isolating() {
        return settings.deadline().dividedBy(2);
    }

    private long maxResultBytes() {
        return Math.min(settings.maxResultBytes(), MAX_RESULT_BYTES);
    }

    private static Outcome read(ScanOutput.Complete output, RegoBatch batch) throws IOException {
        try (output;
                InputStream documents = output.part(PART).read()) {
            return new Outcome.Judged(RegoResult.read(documents, batch));
        } catch (JacksonException e) {
            return new Outcome.TooMuch("the result cannot be read: " + e.getOriginalMessage());
        }
    }

    private ObjectNode manifest(RegoBatch batch) {
        JobManifest manifest = new JobManifest(namespace, NAME, settings.deadline(), KEPT);
        settings.labels().forEach(manifest::label);
        return manifest.label("app.kubernetes.io/managed-by", JobManifest.MANAGED_BY)
                .label(LABEL, "true")
                .annotations(settings.annotations())
                .serviceAccount(settings.serviceAccount())
                .schedule(settings.priorityClass(), settings.nodeSelector(), settings.tolerations())
                .container("trivy", scanner.image(), scanner.imagePullPolicy(), settings.imagePullSecrets())
                .program(
                        List.of("/bin/sh", "-c", script(maxResultBytes()), "policies"),
                        List.of(
                                FOLDER + "/" + KEY,
                                batch.namespaces(),
                                Long.toString(isolating().toSeconds())))
                .resources(settings.requests(), settings.limits())
                .variables(settings.environment())
                .variables(ScannerSettings.QUIET)
                .variable("TRIVY_TIMEOUT", scanner.timeout().toSeconds() + "s")
                // A policy that does not compile must not be left out in silence.
                .variable("TRIVY_REGO_ERROR_LIMIT", "0")
                .mountSecret(NAME, FOLDER)
                .build();
    }

    /** The pod waits for the Secret, which comes a moment after the Job, so that the garbage collector knows whose it is from the beginning. */
    private void handOver(JsonNode job, byte[] archive) throws IOException {
        ObjectNode secret = MAPPER.createObjectNode();
        secret.put("apiVersion", "v1");
        secret.put("kind", "Secret");
        secret.put("immutable", true);
        ObjectNode metadata = secret.putObject("metadata");
        metadata.put("name", NAME).put("namespace", namespace);
        metadata.putObject("labels").put("app.kubernetes.io/managed-by", JobManifest.MANAGED_BY);
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "batch/v1")
                .put("kind", "Job")
                .put("name", NAME)
                .put("uid", job.at("/metadata/uid").asText());
        secret.putObject("data").put(KEY, Base64.getEncoder().encodeToString(archive));
        byte[] body = secret.toString().getBytes(StandardCharsets.UTF_8);
        try {
            api.create(SECRETS.in(namespace), out -> out.write(body), KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            if (!refusal.isConflict()) {
                throw refusal;
            }
            api.delete(SECRETS.named(namespace, NAME));
            api.create(SECRETS.in(namespace), out -> out.write(body), KubeApi::ignore);
        }
    }

    /** @param limit bytes of the result */
    static String script(long limit) {
        try (InputStream in = RegoJobs.class.getResourceAsStream("run.sh")) {
            return new String(Objects.requireNonNull(in, "run.sh").readAllBytes(), StandardCharsets.UTF_8)
                    + ScanScript.send(limit, PART);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
