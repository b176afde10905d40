package dev.breakwater.controller.inventory;

import com.google.gson.Gson;
import dev.breakwater.controller.image.KnownDigests;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.kube.View;
import dev.breakwater.controller.kube.ViewInformer;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.naming.TopOwner;
import io.kubernetes.client.extended.workqueue.DefaultRateLimitingQueue;
import io.kubernetes.client.extended.workqueue.RateLimitingQueue;
import io.kubernetes.client.extended.workqueue.ratelimiter.ItemExponentialFailureRateLimiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs in the cluster, kept up to date by watches.
 *
 * <p>A pod counts for the workload at the top of its owners that may own reports (trivy-operator 2.2): a Deployment's pod for its ReplicaSet, a
 * CronJob's pod for the CronJob. Where pods of one workload run different images in the same container (a rolling update, a tag that moved), the
 * youngest pod speaks for the container, because it is what the workload is becoming.
 *
 * <p>Threading: informer threads put workloads into a queue; one loop computes them and calls the listener, one call at a time. Reads may come from
 * any thread.
 */
public final class Inventory implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Inventory.class);
    private static final String OWNER = "owner";
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    /** All is in memory; the listener must not block. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(5);

    private final NamespaceScope scope;
    private final Platform defaultPlatform;
    private final Predicate<Meta> ignored;
    private final ViewInformer<PodView> pods;
    private final ViewInformer<NodeView> nodes;
    private final Map<WorkloadKind, ViewInformer<TemplateView>> templates = new EnumMap<>(WorkloadKind.class);
    private final Workloads workloads = new Workloads();
    private final KnownDigests digests = new KnownDigests();
    /** For the queue's own thread. */
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final RateLimitingQueue<WorkloadRef> changed = new DefaultRateLimitingQueue<>(
            threads, new ItemExponentialFailureRateLimiter<>(FIRST_RETRY, LONGEST_RETRY));
    private final Loop worker;
    private Consumer<Change> listener = change -> {};
    private volatile boolean ready;

    /**
     * @param defaultPlatform of pods on nodes that do not say theirs
     * @param ignored pods that are not workloads, such as our own scan Jobs'
     */
    public Inventory(
            KubeApi api,
            Loops loops,
            Gson gson,
            NamespaceScope scope,
            Platform defaultPlatform,
            Predicate<Meta> ignored) {
        this.scope = scope;
        this.defaultPlatform = defaultPlatform;
        this.ignored = ignored;
        this.worker = loops.loop("inventory", LONGEST_STEP, this::work);
        this.pods = new ViewInformer<>(
                api,
                loops,
                gson,
                PodView.class,
                WorkloadKind.POD.resource(),
                false,
                Map.of(),
                Map.of(OWNER, pod -> List.of(ownerUid(pod))));
        this.nodes = new ViewInformer<>(
                api,
                loops,
                gson,
                NodeView.class,
                new Resource("", "v1", "nodes", "Node", false),
                true,
                Map.of(),
                Map.of());
        for (WorkloadKind kind : WorkloadKind.values()) {
            if (kind != WorkloadKind.POD) {
                templates.put(
                        kind,
                        new ViewInformer<>(
                                api,
                                loops,
                                gson,
                                TemplateView.class,
                                kind.resource(),
                                false,
                                Map.of(),
                                Map.of(OWNER, owned -> List.of(ownerUid(owned)))));
            }
        }
    }

    /**
     * A workload came, changed or went.
     *
     * @param images that it runs now or ran until now
     */
    public record Change(WorkloadRef workload, Set<RunningImage> images) {}

    /** To be set before {@link #start}. */
    public void onChange(Consumer<Change> newListener) {
        listener = newListener;
    }

    /** Begins to watch; what exists is reported like any other change. */
    public void start() {
        pods.onChange(pod -> enqueue(workloadOf(pod)));
        pods.start();
        nodes.onChange(node -> {});
        nodes.start();
        templates.forEach((kind, informer) -> {
            informer.onChange(owner -> enqueue(workloadOf(kind, owner)));
            informer.start();
        });
        worker.start();
    }

    /** Whether everything that existed at the start has been read and computed. */
    public boolean isReady() {
        return ready;
    }

    /**
     * The containers that run an image now. Those of an old ReplicaSet do not count, although its last pods may still be ending: they would get reports
     * that are deleted again a moment later.
     */
    public List<RunningContainer> running(RunningImage image) {
        return workloads.running(image).stream()
                .filter(container -> !retiredSiblings(container.workload())
                        .contains(container.workload().uid()))
                .toList();
    }

    public Optional<Workload> workload(String uid) {
        return workloads.find(uid);
    }

    /** To be called when a registry has told what a container runs that its node does not name. */
    public void identified(UnidentifiedContainer container, String digest) {
        digests.put(container.question(), digest);
        changed.add(container.workload());
    }

    /** Workloads that have a container whose reports are usually called so; more than one where their names join to the same. */
    public List<Workload> claimants(String namespace, String report) {
        return workloads.claimants(namespace, report);
    }

    /** Whether the workload is there and not being deleted; also true for kinds that are not looked at. */
    public boolean lives(String kind, String uid) {
        return WorkloadKind.isUnknown(kind) || workloads.find(uid).isPresent();
    }

    public Set<RunningImage> images() {
        return workloads.images();
    }

    /**
     * Uids of a Deployment's old revisions, given any of its ReplicaSets: scaled to nothing while a sibling is not. Their reports describe what no
     * longer runs.
     */
    public List<String> retiredSiblings(WorkloadRef replicaSet) {
        ViewInformer<TemplateView> informer = templates.get(WorkloadKind.REPLICA_SET);
        TemplateView view = replicaSet.kind() != WorkloadKind.REPLICA_SET || informer == null
                ? null
                : informer.get(replicaSet.namespace(), replicaSet.name());
        Meta.Owner deployment = view == null ? null : view.meta().controllerOwner();
        if (informer == null || deployment == null || deployment.uid() == null) {
            return List.of();
        }
        List<TemplateView> siblings = informer.byIndex(OWNER, deployment.uid());
        return siblings.stream().allMatch(sibling -> sibling.replicas() == 0)
                ? List.of()
                : siblings.stream()
                        .filter(sibling -> sibling.replicas() == 0)
                        .map(View::uid)
                        .toList();
    }

    @Override
    public void close() {
        worker.close();
        changed.shutDown();
        threads.shutdownNow();
        pods.close();
        nodes.close();
        templates.values().forEach(ViewInformer::close);
    }

    private boolean hasSynced() {
        return pods.hasSynced()
                && nodes.hasSynced()
                && templates.values().stream().allMatch(ViewInformer::hasSynced);
    }

    private void enqueue(Optional<WorkloadRef> ref) {
        ref.filter(workload -> scope.includes(workload.namespace())).ifPresent(changed::add);
    }

    /** A pod before its owner is known finds no workload; the owner's own arrival brings it up again. */
    private Optional<WorkloadRef> workloadOf(PodView pod) {
        if (ignored.test(pod.meta())) {
            return Optional.empty();
        }
        Meta.Owner owner = pod.meta().controllerOwner();
        Optional<WorkloadKind> kind = owner == null ? Optional.empty() : kindOf(owner);
        if (owner == null || owner.name() == null || kind.isEmpty()) {
            return Optional.of(new WorkloadRef(WorkloadKind.POD, pod.namespace(), pod.name(), pod.uid()));
        }
        ViewInformer<TemplateView> informer = templates.get(kind.get());
        TemplateView view = informer == null ? null : informer.get(pod.namespace(), owner.name());
        return view == null ? Optional.empty() : workloadOf(kind.get(), view);
    }

    private Optional<WorkloadRef> workloadOf(WorkloadKind kind, TemplateView view) {
        if (ignored.test(view.meta())) {
            return Optional.empty();
        }
        Meta.Owner owner = view.meta().controllerOwner();
        if (kind == WorkloadKind.JOB
                && owner != null
                && owner.name() != null
                && kindOf(owner).filter(WorkloadKind.CRON_JOB::equals).isPresent()) {
            ViewInformer<TemplateView> cronJobs = templates.get(WorkloadKind.CRON_JOB);
            TemplateView cronJob = cronJobs == null ? null : cronJobs.get(view.namespace(), owner.name());
            return cronJob == null ? Optional.empty() : workloadOf(WorkloadKind.CRON_JOB, cronJob);
        }
        return Optional.of(new WorkloadRef(kind, view.namespace(), view.name(), view.uid()));
    }

    private static Optional<WorkloadKind> kindOf(Meta.Owner owner) {
        return owner.apiVersion() == null || owner.kind() == null
                ? Optional.empty()
                : WorkloadKind.of(owner.apiVersion(), owner.kind());
    }

    private Duration work() throws InterruptedException {
        // Before all owners are known, a pod would be taken for less than it is.
        if (!hasSynced()) {
            return Duration.ofMillis(20);
        }
        if (!ready) {
            // From the copies and not from the events, which may still be on their way: who asks what runs must get all
            // of it.
            existing().forEach(this::update);
            ready = true;
        }
        WorkloadRef ref = worker.idle(changed::get);
        if (ref != null) {
            try {
                update(ref);
            } finally {
                changed.done(ref);
            }
        }
        return Duration.ZERO;
    }

    private Set<WorkloadRef> existing() {
        Set<WorkloadRef> refs = new LinkedHashSet<>();
        pods.all().forEach(pod -> workloadOf(pod).ifPresent(refs::add));
        templates.forEach((kind, informer) ->
                informer.all().forEach(view -> workloadOf(kind, view).ifPresent(refs::add)));
        refs.removeIf(ref -> !scope.includes(ref.namespace()));
        return refs;
    }

    private void update(WorkloadRef ref) {
        try {
            listener.accept(new Change(ref, compute(ref)));
            changed.forget(ref);
        } catch (RuntimeException | StackOverflowError e) {
            // One workload that nobody thought of must not keep the others from being seen, and is looked at again.
            log.error("{} could not be read; trying again", ref, e);
            changed.addRateLimited(ref);
        }
    }

    private Set<RunningImage> compute(WorkloadRef ref) {
        List<PodView> own = podsOf(ref);
        PodSpecView template = templateOf(ref);
        if (template == null) {
            return workloads.remove(ref.uid());
        }
        own.sort(Comparator.comparing((PodView pod) -> created(pod))
                .thenComparing(View::name)
                .reversed());
        Set<String> names = new LinkedHashSet<>();
        template.containers().forEach(container -> names.add(container.name()));
        PodContainers containers = new PodContainers(ref, topOf(ref), template.hash(), digests);
        for (PodView pod : own) {
            PodSpecView spec = pod.spec();
            if (spec != null) {
                containers.add(pod, spec, platformOf(spec));
            }
        }
        return workloads.put(new Workload(ref, Set.copyOf(names), containers.running(), containers.unidentified()));
    }

    /** From the workload's own reference to its controller: nothing is asked for. */
    private TopOwner topOf(WorkloadRef ref) {
        ViewInformer<? extends View> informer = ref.kind() == WorkloadKind.POD ? pods : templates.get(ref.kind());
        View view = informer == null ? null : informer.get(ref.namespace(), ref.name());
        String kind = ref.kind().resource().kind();
        return view == null ? new TopOwner(kind, ref.name()) : MadeFrom.of(kind, view.meta());
    }

    private List<PodView> podsOf(WorkloadRef ref) {
        List<PodView> own = new ArrayList<>();
        switch (ref.kind()) {
            case POD -> {
                PodView pod = pods.get(ref.namespace(), ref.name());
                if (pod != null) {
                    own.add(pod);
                }
            }
            case CRON_JOB -> {
                ViewInformer<TemplateView> jobs = templates.get(WorkloadKind.JOB);
                if (jobs != null) {
                    jobs.byIndex(OWNER, ref.uid()).forEach(job -> own.addAll(pods.byIndex(OWNER, job.uid())));
                }
            }
            default -> own.addAll(pods.byIndex(OWNER, ref.uid()));
        }
        return own;
    }

    /** Null when the workload is gone or going, or another one of its name has taken its place. */
    private @Nullable PodSpecView templateOf(WorkloadRef ref) {
        if (ref.kind() == WorkloadKind.POD) {
            PodView pod = pods.get(ref.namespace(), ref.name());
            return pod == null || isGoing(pod, ref) ? null : pod.spec();
        }
        ViewInformer<TemplateView> informer = templates.get(ref.kind());
        TemplateView view = informer == null ? null : informer.get(ref.namespace(), ref.name());
        return view == null || isGoing(view, ref) ? null : view.podSpec();
    }

    /** A report written for what is being deleted would be deleted with it, and written again, until its namespace is gone. */
    private static boolean isGoing(View view, WorkloadRef ref) {
        return !view.uid().equals(ref.uid()) || view.meta().deletionTimestamp() != null;
    }

    private Platform platformOf(PodSpecView spec) {
        NodeView node = spec.nodeName().isEmpty() ? null : nodes.get("", spec.nodeName());
        return node == null ? defaultPlatform : node.platform(defaultPlatform);
    }

    private static String created(PodView pod) {
        String created = pod.meta().creationTimestamp();
        return created == null ? "" : created;
    }

    private static String ownerUid(View view) {
        Meta.Owner owner = view.meta().controllerOwner();
        return owner == null || owner.uid() == null ? "" : owner.uid();
    }
}
