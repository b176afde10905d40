package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.gson.Gson;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.Evidence;
import dev.breakwater.controller.checks.Verdict;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.kube.ViewInformer;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.naming.ReportName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a ClusterInfraAssessmentReport of every node: made when the node comes or the checks change, made anew when the facts have become old. A report
 * stays until the next one is there.
 *
 * <p>A node that cannot be read keeps its old report, gets an Event with the reason, and is tried again after a pause that doubles.
 *
 * <p>Threading: one loop decides what is due, one more per node in work, of which a semaphore lets a few run; informer threads only fill their
 * caches.
 */
public final class NodeAssessments implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeAssessments.class);
    /** Of the reports that are written. */
    public static final Resource REPORTS = NodeReport.RESOURCE;

    private static final Resource NODES = new Resource("", "v1", "nodes", "Node", false);
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration ROUND = Duration.ofSeconds(1);
    /** A look at what is in memory. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(5);
    /** How far the watch of reports may be behind our own writes. */
    private static final Duration WATCH_LAG = Duration.ofSeconds(10);

    private final KubeApi api;
    private final CollectorSettings settings;
    private final Supplier<CheckSet> checks;
    private final Supplier<String> configHash;
    private final AuditSettings recording;
    private final InstantSource clock;
    private final CollectorJobs jobs;
    private final NodeEvents events;
    private final KubeletSettings kubelet = new KubeletSettings();
    private final ViewInformer<ClusterNode> nodes;
    private final ViewInformer<NodeReportView> reports;
    private final Semaphore slots;
    private final Set<String> inWork = ConcurrentHashMap.newKeySet();
    private final Map<String, Failure> failures = new ConcurrentHashMap<>();
    private final Map<String, Written> written = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Loop decider;

    private record Failure(String uid, int times, Instant next) {}

    private record Written(String uid, String configHash, Instant at) {}

    /**
     * @param namespace of the Jobs where the settings name none
     * @param checks asked anew for each node
     * @param configHash the value of a report's label plugin-config-hash; asked often
     * @param recording which verdicts are recorded
     */
    public NodeAssessments(
            KubeApi api,
            Gson gson,
            String namespace,
            CollectorSettings settings,
            Supplier<CheckSet> checks,
            Supplier<String> configHash,
            AuditSettings recording,
            Loops loops,
            InstantSource clock,
            Pause pause) {
        this.api = api;
        this.settings = settings;
        this.checks = checks;
        this.configHash = configHash;
        this.recording = recording;
        this.clock = clock;
        this.decider = loops.loop("nodes", LONGEST_STEP, this::round);
        String where = settings.namespace().isEmpty() ? namespace : settings.namespace();
        this.jobs = new CollectorJobs(api, where, settings, clock, pause);
        this.events = new NodeEvents(api, clock);
        this.slots = new Semaphore(settings.concurrent(), true);
        this.nodes = new ViewInformer<>(
                api,
                loops,
                gson,
                ClusterNode.class,
                NODES,
                false,
                settings.selector().isEmpty() ? Map.of() : Map.of("labelSelector", settings.selector()),
                Map.of());
        this.reports = new ViewInformer<>(
                api, loops, gson, NodeReportView.class, NodeReport.RESOURCE, true, Map.of(), Map.of());
    }

    public void start() {
        if (!settings.enabled()) {
            return;
        }
        nodes.start();
        reports.start();
        decider.start();
    }

    /** Whether every node has a report of the checks as they are, or is waiting for its next try. */
    public boolean isSettled() {
        return !settings.enabled()
                || (nodes.hasSynced()
                        && reports.hasSynced()
                        && inWork.isEmpty()
                        && nodes.all().stream().noneMatch(this::isDue));
    }

    @Override
    public void close() {
        decider.close();
        nodes.close();
        reports.close();
        threads.shutdownNow();
        try {
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration round() {
        if (nodes.hasSynced() && reports.hasSynced()) {
            List<ClusterNode> known = nodes.all();
            forgetAllBut(known.stream().map(ClusterNode::name).collect(Collectors.toSet()));
            known.forEach(this::beginWhereDue);
        }
        return ROUND;
    }

    /** Where clusters grow and shrink, nodes have new names every day. */
    private void forgetAllBut(Set<String> names) {
        failures.keySet().retainAll(names);
        written.keySet().retainAll(names);
    }

    private void beginWhereDue(ClusterNode node) {
        try {
            if (isDue(node)) {
                begin(node);
            }
        } catch (RuntimeException e) {
            // One node that nobody thought of must not keep the others from being looked at.
            log.error("node {} not assessed; trying again", node.name(), e);
            later(node);
        }
    }

    private boolean isDue(ClusterNode node) {
        Instant now = clock.instant();
        Failure failure = failures.get(node.name());
        if (inWork.contains(node.name())
                || (failure != null && failure.uid().equals(node.uid()) && now.isBefore(failure.next()))) {
            return false;
        }
        Written last = written.get(node.name());
        if (last != null
                && last.uid().equals(node.uid())
                && last.configHash().equals(configHash.get())
                && now.isBefore(last.at().plus(WATCH_LAG))) {
            return false;
        }
        NodeReportView report = reportOf(node);
        return report == null
                || !report.configHash().equals(configHash.get())
                || !report.recordingHash().equals(recording.recordingHash(""))
                || !report.collectedAt().plus(settings.refresh()).isAfter(now);
    }

    /** By whichever of its names; null where it has none. */
    private @Nullable NodeReportView reportOf(ClusterNode node) {
        ReportName names = NodeReport.namesOf(node);
        NodeReportView usual = reports.get("", names.usual());
        return usual != null && usual.isOwnedBy(node.uid()) ? usual : reportOfOwnName(node);
    }

    private @Nullable NodeReportView reportOfOwnName(ClusterNode node) {
        NodeReportView own = reports.get("", NodeReport.namesOf(node).own());
        return own != null && own.isOwnedBy(node.uid()) ? own : null;
    }

    private boolean lives(String uid) {
        return nodes.all().stream().anyMatch(node -> node.uid().equals(uid));
    }

    private void begin(ClusterNode node) {
        if (inWork.add(node.name())) {
            threads.execute(() -> {
                try {
                    slots.acquire();
                    try {
                        assess(node);
                    } finally {
                        slots.release();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    inWork.remove(node.name());
                }
            });
        }
    }

    private void assess(ClusterNode node) throws InterruptedException {
        try {
            switch (collect(node)) {
                case Collected.Read(NodeFacts facts) -> {
                    write(node, facts);
                    failures.remove(node.name());
                }
                case Collected.Unreadable(String reason, String message) -> failed(node, reason, message);
            }
        } catch (IOException | RuntimeException | StackOverflowError e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            log.warn("node {} not assessed: {}", node.name(), e.toString());
            later(node);
        }
    }

    private Collected collect(ClusterNode node) throws IOException, InterruptedException {
        Map<String, List<Object>> configuration = settings.readConfigz() ? configz(node) : Map.of();
        if (settings.image().isEmpty()) {
            return configuration.isEmpty()
                    ? new Collected.Unreadable(
                            "NothingToRead",
                            "no image is set to look at the node with (nodes.image), and its kubelet's configuration cannot be read")
                    : new Collected.Read(new NodeFacts("worker", configuration, List.of()));
        }
        return switch (jobs.collect(node)) {
            // What the kubelet says it runs with goes before what a file says.
            case Collected.Read(NodeFacts facts) -> new Collected.Read(facts.with(configuration));
            case Collected.Unreadable unreadable -> unreadable;
        };
    }

    /** The kubelet's configuration through the API server; nothing where that is not allowed or the node does not answer. */
    private Map<String, List<Object>> configz(ClusterNode node) {
        try {
            Optional<JsonNode> answer =
                    api.get(NODES.named("", node.name()) + "/proxy/configz", Map.of(), KubeApi.JSON, MAPPER::readTree);
            return answer.map(json -> kubelet.ofConfiguration(json.path("kubeletconfig")))
                    .orElse(Map.of());
        } catch (IOException e) {
            log.debug("node {}: no configz: {}", node.name(), e.toString());
            return Map.of();
        }
    }

    private void write(ClusterNode node, NodeFacts facts) throws IOException {
        facts.unread().forEach(reason -> log.info("node {}: {}", node.name(), reason));
        CheckSet current = checks.get();
        Map<String, Object> subject = facts.subject(node.name());
        List<CheckResult> results = current.audit(subject);
        results.forEach(result -> {
            if (result.verdict() instanceof Verdict.Undecided(String reason)) {
                log.warn("node {}: check {}: {}", node.name(), result.check().id(), reason);
            }
        });
        String hash = configHash.get();
        Instant now = clock.instant();
        new NodeReport(node, results, Evidence.missing(current, subject), hash, now, recording)
                .write(api, reportOfOwnName(node) != null, this::lives);
        written.put(node.name(), new Written(node.uid(), hash, now));
        log.info("node {} assessed: {} facts", node.name(), facts.facts().size());
    }

    private void failed(ClusterNode node, String reason, String message) throws IOException {
        log.warn("node {} not assessed: {}", node.name(), message);
        events.unreadable(node, reason, message, later(node).times());
    }

    private Failure later(ClusterNode node) {
        Failure before = failures.get(node.name());
        int times = before == null || !before.uid().equals(node.uid()) ? 1 : before.times() + 1;
        Duration wait = settings.retry().multipliedBy(1L << Math.min(times - 1, 20));
        Duration bounded = wait.compareTo(settings.refresh()) > 0 ? settings.refresh() : wait;
        Failure failure = new Failure(node.uid(), times, clock.instant().plus(bounded));
        failures.put(node.name(), failure);
        return failure;
    }
}
