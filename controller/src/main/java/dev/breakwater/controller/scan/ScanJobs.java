package dev.breakwater.controller.scan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.kube.ViewInformer;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.registry.RegistrySettings;
import dev.breakwater.controller.registry.credentials.DockerConfigFile;
import dev.breakwater.controller.reports.CycloneDxResult;
import dev.breakwater.controller.reports.ImageLabels;
import dev.breakwater.controller.reports.MalformedResult;
import dev.breakwater.controller.reports.TrivyResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs scans as Jobs, a limited number at a time, in the order in which they were asked for.
 *
 * <p>A Job that is already there, because a controller before this one made it, is waited for instead of made again, even when it has ended by now: its
 * log still is the result.
 *
 * <p>Threading: {@link #scan} blocks its caller, one virtual thread per scan; a semaphore holds the limit of turns. Informer threads wake the waiting ones.
 */
public final class ScanJobs implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ScanJobs.class);
    private static final Resource JOBS = new Resource("batch", "v1", "jobs", "Job", true);
    private static final Resource PODS = Resource.core("pods", "Pod");
    private static final String OWNER = "owner";
    private static final int LOG_ATTEMPTS = 3;
    /** How long a Job may be missing from the watch before it is asked for by name. */
    private static final Duration OVERDUE = Duration.ofSeconds(10);

    private final KubeApi api;
    private final String namespace;
    private final JobTemplate template;
    private final JobSecrets secrets;
    private final PackageKeeper packages;
    private final ScannerSettings scanner;
    private final JobSettings settings;
    private final Path folder;
    private final InstantSource clock;
    private final Pause pause;
    private final Semaphore slots;
    private final ViewInformer<JobView> jobs;
    private final ViewInformer<ScanPodView> pods;
    private final Gson gson;
    private final ChangeSignal changes = new ChangeSignal();

    /**
     * @param namespace of the Jobs
     * @param folder for results on their way into reports
     */
    public ScanJobs(
            KubeApi api,
            Gson gson,
            String namespace,
            ScannerSettings scanner,
            JobSettings settings,
            RegistrySettings registries,
            PackageKeeper packages,
            Path folder,
            Loops loops,
            InstantSource clock,
            Pause pause) {
        this.api = api;
        this.namespace = namespace;
        this.template = new JobTemplate(namespace, scanner, settings, registries);
        this.secrets = new JobSecrets(api, namespace);
        this.packages = packages;
        this.scanner = scanner;
        this.settings = settings;
        this.folder = folder;
        this.clock = clock;
        this.pause = pause;
        this.gson = gson;
        this.slots = new Semaphore(settings.concurrent(), true);
        Map<String, String> ours = Map.of(
                "labelSelector",
                "app.kubernetes.io/managed-by=" + JobTemplate.MANAGED_BY + "," + ImageLabels.IMAGE_SCAN);
        this.jobs = new ViewInformer<>(api, loops, gson, JobView.class, JOBS, false, ours, Map.of());
        this.pods = new ViewInformer<>(
                api, loops, gson, ScanPodView.class, PODS, false, ours, Map.of(OWNER, pod -> List.of(ownerUid(pod))));
    }

    /** Whether an object is a Job of ours or its pod, which is no workload to be scanned. */
    public static boolean isOwn(Meta metadata) {
        return metadata.label("app.kubernetes.io/managed-by").equals(JobTemplate.MANAGED_BY);
    }

    /** Told that a scan has begun. */
    @FunctionalInterface
    public interface JobListener {
        void started(String job) throws IOException;
    }

    public void start() {
        jobs.onChange(job -> changes.raise());
        pods.onChange(pod -> changes.raise());
        jobs.start();
        pods.start();
    }

    public boolean hasSynced() {
        return jobs.hasSynced() && pods.hasSynced();
    }

    /** A turn to scan; closing it lets the next one in. */
    public final class Turn implements AutoCloseable {
        private Turn() {}

        @Override
        public void close() {
            slots.release();
        }
    }

    /**
     * Waits until fewer than the allowed number of scans hold a turn. To be held until the result is written and its Job deleted: otherwise results
     * would pile up on the disk while the API server is slow.
     */
    public Turn awaitTurn() throws InterruptedException {
        slots.acquire();
        return new Turn();
    }

    /**
     * Scans and waits for the end, in the caller's turn.
     *
     * @param login what the Job shows to the registry; empty for nothing
     * @param attempt 1 for the first
     * @param onStart told the Job's name when it begins
     * @return a success leaves its Job in place until {@link #finish}: should the reports not be written, the next attempt reads the same log again
     * @throws IOException where the API server cannot be reached; nothing is known about the image then
     */
    public ScanResult scan(ScanTarget target, Optional<DockerConfigFile> login, int attempt, JobListener onStart)
            throws IOException, InterruptedException {
        String name = JobTemplate.nameOf(target.name());
        onStart.started(name);
        ScanResult result = switch (createOrAdopt(target, login, name, attempt)) {
            case Begin.Refused refused -> new ScanResult.Failed(refused.failure());
            case Begin.Running running ->
                switch (await(name, running.uid())) {
                    case JobEnd.Failed failed -> new ScanResult.Failed(failed.failure());
                    case JobEnd.Finished finished -> result(finished.pod(), target.name());
                };
        };
        if (result instanceof ScanResult.Failed) {
            finish(target);
        }
        return result;
    }

    private sealed interface Begin {
        record Refused(ScanFailure failure) implements Begin {}

        /** @param uid of the Job: one of the same name, of the attempt before, may still be in the watch */
        record Running(String uid) implements Begin {}
    }

    /** Deletes the scan's Job, its result having arrived where it belongs. */
    public void finish(ScanTarget target) throws IOException {
        api.delete(JOBS.named(namespace, JobTemplate.nameOf(target.name())));
    }

    /** Deletes Jobs that nobody waits for any more: those of images that stopped running while no controller ran. */
    public void deleteOrphans(Predicate<String> isWanted) throws IOException {
        for (JobView job : jobs.all()) {
            String scan = job.meta().label(ImageLabels.IMAGE_SCAN);
            if (job.namespace().equals(namespace) && !job.isGoing() && !isWanted.test(scan)) {
                log.info("job {}: its image runs no more; deleted", job.name());
                api.delete(JOBS.named(namespace, job.name()));
            }
        }
    }

    /** When the Job of a scan was made; empty where it has none now. */
    public Optional<Instant> begun(String scan) {
        return jobs.all().stream()
                .filter(job -> job.meta().label(ImageLabels.IMAGE_SCAN).equals(scan))
                .map(job -> job.meta().creationTimestamp())
                .map(made -> made == null ? Instant.EPOCH : Instant.parse(made))
                .findFirst();
    }

    /** How many may run at a time. */
    public int turns() {
        return settings.concurrent();
    }

    /** How many scans hold a turn. */
    public int busy() {
        return settings.concurrent() - slots.availablePermits();
    }

    @Override
    public void close() {
        jobs.close();
        pods.close();
        changes.raise();
    }

    private Begin createOrAdopt(ScanTarget target, Optional<DockerConfigFile> login, String name, int attempt)
            throws IOException, InterruptedException {
        String credentials = login.isPresent() ? secrets.nameFor(name) : "";
        ObjectNode job = template.build(target, attempt, credentials);
        byte[] body = job.toString().getBytes(StandardCharsets.UTF_8);
        while (true) {
            long seen = changes.current();
            try {
                JobView made = api.create(
                        JOBS.in(namespace),
                        out -> out.write(body),
                        in -> gson.fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), JobView.class));
                log.info("scan {}: {} in job {}, attempt {}", target.name(), target.pullReference(), name, attempt);
                if (login.isPresent()) {
                    secrets.handOver(login.get(), credentials, name, made.uid());
                }
                return new Begin.Running(made.uid());
            } catch (ApiRefusal refusal) {
                if (!refusal.isConflict()) {
                    return new Begin.Refused(new ScanFailure(FailureReason.JOB_REFUSED, orEmpty(refusal.getMessage())));
                }
                JobView existing = jobs.get(namespace, name);
                if (existing != null && !existing.isGoing()) {
                    log.info("scan {}: job {} is already there; waiting for it", target.name(), name);
                    if (login.isPresent()) {
                        secrets.handOverAgain(login.get(), name, existing.uid());
                    }
                    return new Begin.Running(existing.uid());
                }
                // The Job of the attempt before is still being deleted, or the watch has not shown the new one yet.
                changes.awaitAfter(seen, Duration.ofSeconds(1));
            }
        }
    }

    private JobEnd await(String name, String uid) throws IOException, InterruptedException {
        List<ScanPodView> lastSeen = List.of();
        while (true) {
            long seen = changes.current();
            JobView job = jobs.get(namespace, name);
            if (job != null && job.uid().equals(uid) && !job.isGoing()) {
                List<ScanPodView> now = job.end() == null ? pods.byIndex(OWNER, job.uid()) : podsNow(job);
                // A Job that exceeds its deadline takes its pods with it; what they waited for is known from before.
                lastSeen = now.isEmpty() ? lastSeen : List.copyOf(now);
                Optional<JobEnd> end = JobEnd.of(job, lastSeen);
                if (end.isPresent()) {
                    return end.get();
                }
            } else if (isDeleted(name, uid)) {
                return new JobEnd.Failed(
                        new ScanFailure(FailureReason.JOB_DELETED, "somebody deleted the Job before it ended"));
            }
            changes.awaitAfter(seen, OVERDUE);
        }
    }

    /** Asked of the API server itself: a Job that was made a moment ago is not in the watch yet. */
    private boolean isDeleted(String name, String uid) throws IOException {
        return api.get(
                        JOBS.named(namespace, name),
                        Map.of(),
                        KubeApi.METADATA_ONLY,
                        in -> gson.fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), JobView.class))
                .filter(job -> job.uid().equals(uid))
                .isEmpty();
    }

    private ScanResult result(String pod, String imageScan) throws IOException, InterruptedException {
        return switch (readLog(pod)) {
            case ScanOutput.Broken broken -> new ScanResult.Failed(broken.failure());
            case ScanOutput.Complete complete -> {
                try (complete) {
                    yield contents(complete, imageScan);
                } catch (MalformedResult e) {
                    yield new ScanResult.Failed(new ScanFailure(
                            e.isEmpty() ? FailureReason.OUTPUT_EMPTY : FailureReason.OUTPUT_NOT_JSON,
                            orEmpty(e.getMessage())));
                }
            }
        };
    }

    private ScanResult contents(ScanOutput.Complete output, String imageScan) throws IOException {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        TrivyResult.Contents findings;
        try (InputStream report = output.part(ScanScript.REPORT).read()) {
            findings = TrivyResult.read(report, folder, scanner.version(), now, scanner.optionalFields());
        }
        try (InputStream sbom = output.part(ScanScript.SBOM).read()) {
            CycloneDxResult.Contents bom = CycloneDxResult.read(
                    sbom,
                    folder,
                    scanner.version(),
                    now,
                    packages.keep(output.part(ScanScript.REPORT), findings.vulnerabilities(), imageScan));
            return new ScanResult.Succeeded(
                    List.of(findings.vulnerabilities(), findings.secrets(), bom.components()),
                    Stream.of(findings.omissions(), bom.omissions())
                            .filter(text -> !text.isEmpty())
                            .collect(Collectors.joining("; ")));
        } catch (IOException | RuntimeException e) {
            findings.vulnerabilities().close();
            findings.secrets().close();
            throw e;
        }
    }

    /** Tries again when the node does not answer: the Job is done, and only the way to its log is disturbed. */
    private ScanOutput readLog(String pod) throws IOException, InterruptedException {
        String path = PODS.named(namespace, pod) + "/log";
        for (int attempt = 1; ; attempt++) {
            try (Response response = api.open(path, Map.of("container", JobTemplate.CONTAINER), "*/*")) {
                return ScanLog.read(
                        response.body().byteStream(),
                        settings.maxResultBytes(),
                        folder,
                        Set.of(ScanScript.REPORT, ScanScript.SBOM));
            } catch (IOException e) {
                if (attempt == LOG_ATTEMPTS) {
                    return new ScanOutput.Broken(
                            new ScanFailure(FailureReason.LOG_UNAVAILABLE, orEmpty(e.getMessage())));
                }
                pause.of(Duration.ofSeconds(attempt));
            }
        }
    }

    /** The pods as the API server has them now: those of the watch may be a moment behind the Job's end. */
    private List<ScanPodView> podsNow(JobView job) throws IOException {
        PodList list = api.get(
                        PODS.in(namespace),
                        Map.of(
                                "labelSelector",
                                ImageLabels.IMAGE_SCAN + "=" + job.meta().label(ImageLabels.IMAGE_SCAN)),
                        KubeApi.JSON,
                        body -> gson.fromJson(new InputStreamReader(body, StandardCharsets.UTF_8), PodList.class))
                .orElseThrow(() -> new IOException("pods are not served by the API server"));
        return list.items().stream()
                .filter(pod -> ownerUid(pod).equals(job.uid()))
                .toList();
    }

    private record PodList(List<ScanPodView> items) {}

    private static String ownerUid(ScanPodView pod) {
        Meta.Owner owner = pod.meta().controllerOwner();
        return owner == null || owner.uid() == null ? "" : owner.uid();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
