package dev.breakwater.controller.audit;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.Gson;
import dev.breakwater.controller.bundle.BundlePulls;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.Verdict;
import dev.breakwater.controller.inventory.NamespaceScope;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kube.ViewInformer;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.rego.RegoJobs;
import dev.breakwater.controller.scan.ScanJobs;
import io.kubernetes.client.extended.workqueue.DefaultRateLimitingQueue;
import io.kubernetes.client.extended.workqueue.RateLimitingQueue;
import io.kubernetes.client.extended.workqueue.ratelimiter.ItemExponentialFailureRateLimiter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps the reports of audited objects up to date: when an object comes or changes, when the checks for its kind change, when a report has become old.
 *
 * <p>Threading: informer threads put objects into a queue, which holds each once; a few loops ({@code audit.concurrent}) take them out, so that
 * the pass over a whole cluster at the start is a steady trickle of requests; one more looks for old reports and changed checks.
 */
public final class ConfigurationAudit implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConfigurationAudit.class);
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final TypeReference<Map<String, Object>> TREE = new TypeReference<>() {};
    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    /** An object and its reports, each request with all its attempts; or what is in memory of all objects. */
    private static final Duration LONGEST_STEP = Duration.ofHours(1);
    /** Controllers whose pods and Jobs are judged by the controller's template. */
    private static final Set<String> JUDGED_BY_TEMPLATE =
            Set.of("ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job", "CronJob");

    private final KubeApi api;
    private final AuditSettings settings;
    private final CurrentCheckSet current;
    private final NamespaceScope scope;
    private final InstantSource clock;
    private final Map<AuditedKind, ViewInformer<AuditView>> objects = new EnumMap<>(AuditedKind.class);
    private final Map<AuditReportKind, ViewInformer<ReportHead>> reports = new EnumMap<>(AuditReportKind.class);
    private final ObjectReports owned = new ObjectReports(objects, reports);
    private final OwnCheckSources ownChecks;
    private final ReportWriter writer;
    /** For the queue's own thread. */
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final RateLimitingQueue<AuditKey> queue = new DefaultRateLimitingQueue<>(
            threads, new ItemExponentialFailureRateLimiter<>(FIRST_RETRY, LONGEST_RETRY));
    private final Loop rounds;
    private final List<Worker> workers = new ArrayList<>();
    private final AtomicLong audited = new AtomicLong();
    private final AtomicInteger inWork = new AtomicInteger();
    private volatile Runnable checksListener = () -> {};
    /** Of the thread of the rounds. */
    private Instant nextSweep = Instant.MAX;

    private boolean begun;

    /** @param namespace of the ConfigMap with users' checks */
    public ConfigurationAudit(
            KubeApi api,
            Gson gson,
            String namespace,
            NamespaceScope scope,
            AuditSettings settings,
            CurrentCheckSet current,
            RegoJobs policyJobs,
            BundlePulls bundles,
            Loops loops,
            InstantSource clock,
            Pause pause) {
        this.api = api;
        this.settings = settings;
        this.current = current;
        this.scope = scope;
        this.clock = clock;
        for (AuditedKind kind : settings.kinds()) {
            objects.put(
                    kind,
                    new ViewInformer<>(api, loops, gson, AuditView.class, kind.resource(), false, Map.of(), Map.of()));
        }
        for (AuditReportKind kind : AuditReportKind.values()) {
            reports.put(
                    kind,
                    new ViewInformer<>(api, loops, gson, ReportHead.class, kind.resource(), true, Map.of(), Map.of()));
        }
        this.ownChecks =
                new OwnCheckSources(api, gson, namespace, settings, current, policyJobs, bundles, loops, clock, pause);
        this.writer = new ReportWriter(api, owned);
        this.rounds = loops.loop("audit-rounds", LONGEST_STEP, this::rounds);
        for (int i = 0; i < settings.concurrent(); i++) {
            workers.add(new Worker(loops, "audit-" + i));
        }
    }

    /** Called when the checks in force have changed; to be set before {@link #start}. */
    public void onChecksChange(Runnable listener) {
        checksListener = listener;
    }

    public void start() {
        if (!settings.enabled()) {
            return;
        }
        ownChecks.start(queue::add);
        reports.values().forEach(ViewInformer::start);
        objects.forEach((kind, informer) -> {
            informer.onChange(view -> queue.add(new AuditKey(kind, view.namespace(), view.name())));
            informer.start();
        });
        rounds.start();
    }

    /** Objects audited since the start. */
    public long audited() {
        return audited.get();
    }

    /** Objects waiting to be looked at, or being looked at, by us or by a Job. */
    public int waiting() {
        return queue.length() + inWork.get() + ownChecks.policies().pending();
    }

    /** Whether objects, reports and users' checks have been read once. */
    public boolean hasSynced() {
        return ownChecks.hasSynced()
                && reports.values().stream().allMatch(ViewInformer::hasSynced)
                && objects.values().stream().allMatch(ViewInformer::hasSynced);
    }

    @Override
    public void close() {
        rounds.close();
        queue.shutDown();
        workers.forEach(worker -> worker.loop.close());
        threads.shutdownNow();
        ownChecks.close();
        objects.values().forEach(ViewInformer::close);
        reports.values().forEach(ViewInformer::close);
    }

    private Duration rounds() {
        // Without knowing what exists, every report would seem to be missing and every check a user's own gone.
        if (!hasSynced()) {
            return Duration.ofMillis(50);
        }
        if (!begun) {
            begun = true;
            survive(this::deleteReportsOfKindsOff);
            survive(ownChecks::refresh);
            workers.forEach(worker -> worker.loop.start());
            nextSweep = clock.instant().plus(SWEEP);
        }
        round();
        return ROUND;
    }

    private void round() {
        if (ownChecks.refresh()) {
            enqueueEverything();
            checksListener.run();
        } else if (!clock.instant().isBefore(nextSweep)) {
            enqueueEverything();
            nextSweep = clock.instant().plus(SWEEP);
        }
        ownChecks.publish(queue.length() == 0);
    }

    /** What begins only once must not be left out because what comes before it fails. */
    private static void survive(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | StackOverflowError e) {
            log.error("the audit begins without what failed", e);
        }
    }

    /** Costs a look into memory per object; only what is not up to date is fetched. */
    private void enqueueEverything() {
        objects.forEach((kind, informer) ->
                informer.all().forEach(view -> queue.add(new AuditKey(kind, view.namespace(), view.name()))));
    }

    /** Takes objects out of the queue, one after the other. */
    private final class Worker {
        private final Loop loop;

        Worker(Loops loops, String name) {
            this.loop = loops.loop(name, LONGEST_STEP, this::next);
        }

        private Duration next() throws InterruptedException {
            AuditKey key = loop.idle(queue::get);
            if (key == null) {
                return ROUND;
            }
            inWork.incrementAndGet();
            try {
                reconcile(key);
                queue.forget(key);
            } catch (IOException | RuntimeException | StackOverflowError e) {
                if (!loop.isClosed()) {
                    // A right that is missing is missing for every object, and was said once.
                    boolean said = e instanceof ApiRefusal refusal && refusal.isLackOfRights();
                    log.atLevel(said ? Level.DEBUG : Level.WARN)
                            .log("{} not audited: {}; trying again", key, e.toString());
                    queue.addRateLimited(key);
                }
            } finally {
                queue.done(key);
                inWork.decrementAndGet();
            }
            return Duration.ZERO;
        }
    }

    private void reconcile(AuditKey key) throws IOException {
        ViewInformer<AuditView> informer = objects.get(key.kind());
        AuditView view = informer == null ? null : informer.get(key.namespace(), key.name());
        if (view == null) {
            // The garbage collector takes the reports away with their owner.
            ownChecks.forget(key);
            return;
        }
        Set<AuditReportKind> kinds = AuditReportKind.of(key.kind(), key.namespace(), key.name(), settings.mergeRbac());
        boolean wanted = isAudited(key, view);
        // Also what an object had while RBAC findings were merged, or were not.
        deleteReports(key, view, kind -> !wanted || !kinds.contains(kind));
        if (!wanted) {
            ownChecks.forget(key);
            return;
        }
        String objectKind = key.kind().resource().kind();
        // Before anything is asked: what changes meanwhile makes the report out of date, and not a wrong one look up to
        // date.
        String configHash = current.configHash(objectKind);
        String withoutPolicies = current.configHashWithoutPolicies(objectKind);
        if (isUpToDate(key, view, kinds, configHash)) {
            ownChecks.policies().forget(key);
            for (AuditReportKind kind : kinds) {
                ReportHead head = owned.of(kind, key, view.uid());
                if (head != null) {
                    writer.label(kind, head, owned.topOf(key.kind(), view));
                }
            }
            return;
        }
        if (!current.policies().applyTo(objectKind)) {
            audit(key, view, kinds, configHash, List.of());
            return;
        }
        switch (ownChecks.policies().ask(key, view.specHash())) {
            case PolicyAudits.Standing.Judged judged -> audit(key, view, kinds, configHash, judged.results());
            // The old report stays until there is a whole new one; an object without any has to wait for nothing.
            case PolicyAudits.Standing.Waiting waiting -> {
                if (kinds.stream().anyMatch(kind -> owned.of(kind, key, view.uid()) == null)) {
                    audit(key, view, kinds, withoutPolicies, List.of());
                }
            }
            case PolicyAudits.Standing.NotRun notRun -> {
                if (!isUpToDate(key, view, kinds, withoutPolicies)) {
                    audit(key, view, kinds, withoutPolicies, List.of());
                }
            }
        }
    }

    private boolean isUpToDate(AuditKey key, AuditView view, Set<AuditReportKind> kinds, String configHash) {
        return kinds.stream().allMatch(kind -> isUpToDate(owned.of(kind, key, view.uid()), view, configHash));
    }

    /** Nobody would look at them again, and what they say would become untrue. Those that somebody else wrote stay. */
    private void deleteReportsOfKindsOff() {
        reports.forEach((reportKind, informer) -> informer.all().stream()
                .filter(head -> head.isOurs()
                        && settings.kinds().stream()
                                .noneMatch(kind -> kind.resource().kind().equals(head.ownerKind())))
                .forEach(head -> {
                    try {
                        api.delete(reportKind.resource().named(head.namespace(), head.name()));
                    } catch (IOException e) {
                        log.warn(
                                "{} {}, of a kind that is not audited any more, not deleted: {}",
                                reportKind.resource().kind(),
                                head.name(),
                                e.toString());
                    }
                }));
    }

    private void deleteReports(AuditKey key, AuditView view, Predicate<AuditReportKind> unwanted) throws IOException {
        for (AuditReportKind kind : AuditReportKind.values()) {
            ReportHead head = unwanted.test(kind) ? owned.of(kind, key, view.uid()) : null;
            if (head != null) {
                api.delete(kind.resource().named(head.namespace(), head.name()));
            }
        }
    }

    private boolean isAudited(AuditKey key, AuditView view) {
        Meta meta = view.meta();
        Meta.Owner owner = meta.controllerOwner();
        // Our own scans come and go; and a Job that runs policies must not be judged by policies, which takes a Job.
        boolean ourJob = (key.kind() == AuditedKind.POD || key.kind() == AuditedKind.JOB) && ScanJobs.isOwn(meta);
        boolean ofTemplate = (key.kind() == AuditedKind.POD || key.kind() == AuditedKind.JOB)
                && owner != null
                && owner.kind() != null
                && JUDGED_BY_TEMPLATE.contains(owner.kind())
                // What was put into the running pod is in no template.
                && !view.debugged();
        // A Deployment keeps its old ReplicaSets, scaled to nothing, for roll-backs.
        boolean oldRevision = key.kind() == AuditedKind.REPLICA_SET && owner != null && view.desired() == 0;
        return (key.namespace().isEmpty() || scope.includes(key.namespace()))
                && meta.deletionTimestamp() == null
                && !meta.label("app.kubernetes.io/managed-by").equals("trivy-operator")
                && !ourJob
                && !ofTemplate
                && !oldRevision;
    }

    private boolean isUpToDate(@Nullable ReportHead head, AuditView view, String configHash) {
        return head != null
                && head.isOf(view.uid(), view.specHash(), configHash, settings.recordingHash(view.namespace()))
                && head.auditedAt().plus(settings.ttl()).isAfter(clock.instant());
    }

    /** @param ofPolicies what users' policies say of the object */
    private void audit(
            AuditKey key, AuditView view, Set<AuditReportKind> kinds, String configHash, List<CheckResult> ofPolicies)
            throws IOException {
        Optional<Map<String, Object>> object =
                api.get(key.path(), Map.of(), KubeApi.JSON, body -> MAPPER.readValue(body, TREE));
        if (object.isEmpty()) {
            return;
        }
        // Single objects come with their kind, items of lists without.
        object.get().putIfAbsent("kind", key.kind().resource().kind());
        object.get().putIfAbsent("apiVersion", key.kind().resource().apiVersion());
        CheckSet checks = current.checks();
        List<CheckResult> judged = new ArrayList<>(checks.audit(object.get()));
        judged.forEach(result -> ownChecks.judged(key.toString(), result));
        ofPolicies.forEach(result -> current.chosen(result).ifPresent(judged::add));
        List<CheckResult> results = ChecksOff.without(
                judged, object.get(), settings.offInNamespace().getOrDefault(key.namespace(), Set.of()), checks.ids());
        for (CheckResult result : results) {
            if (result.verdict() instanceof Verdict.Undecided undecided) {
                log.warn(
                        "{}: check {} cannot be decided: {}",
                        key,
                        result.check().id(),
                        undecided.reason());
            }
        }
        for (AuditReportKind kind : kinds) {
            List<CheckResult> own = results.stream()
                    .filter(result -> kind.takes(result.check()))
                    .toList();
            writer.write(
                    new AuditReport(
                            kind,
                            key.kind(),
                            view,
                            owned.topOf(key.kind(), view),
                            configHash,
                            new CheckEntries(own, settings.failedOnly(), settings.recorded()),
                            kind.notAssessed(checks, object.get()),
                            settings,
                            clock.instant()),
                    owned.hasOwnName(kind, key, view.uid()));
        }
        audited.incrementAndGet();
    }
}
