package dev.breakwater.controller.coverage;

import dev.breakwater.controller.inventory.Inventory;
import dev.breakwater.controller.inventory.Workload;
import dev.breakwater.controller.inventory.WorkloadRef;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.naming.ReportName;
import dev.breakwater.controller.naming.ReportNames;
import dev.breakwater.controller.reports.ContainerReports;
import dev.breakwater.controller.reports.ReportIndex;
import dev.breakwater.controller.reports.ReportKind;
import dev.breakwater.controller.reports.ReportView;
import io.kubernetes.client.extended.workqueue.DefaultDelayingQueue;
import io.kubernetes.client.extended.workqueue.DelayingQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes reports that describe what no longer runs although their owner still exists, so that the garbage collector leaves them: those of old
 * ReplicaSets, and of containers that the template has no more.
 *
 * <p>Threading: workloads to be checked go into a queue from any thread; one loop checks and deletes.
 */
public final class OutdatedReports implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OutdatedReports.class);
    private static final Duration RETRY = Duration.ofSeconds(30);
    /** A few deletions, each with all its attempts. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(30);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final DelayingQueue<WorkloadRef> queue = new DefaultDelayingQueue<>(threads);
    private final Inventory inventory;
    private final ReportIndex index;
    private final ContainerReports reports;
    private final Loop loop;

    public OutdatedReports(Inventory inventory, ReportIndex index, ContainerReports reports, Loops loops) {
        this.inventory = inventory;
        this.index = index;
        this.reports = reports;
        this.loop = loops.loop("outdated-reports", LONGEST_STEP, this::checkNext);
    }

    /** To be called when the workload, or a report of it, has changed. */
    public void check(WorkloadRef workload) {
        queue.add(workload);
    }

    public void start() {
        loop.start();
    }

    @Override
    public void close() {
        loop.close();
        queue.shutDown();
        threads.shutdownNow();
    }

    private Duration checkNext() throws InterruptedException {
        WorkloadRef ref = loop.idle(queue::get);
        if (ref != null) {
            try {
                checkNow(ref);
            } finally {
                queue.done(ref);
            }
        }
        return Duration.ZERO;
    }

    private void checkNow(WorkloadRef ref) {
        try {
            for (String uid : inventory.retiredSiblings(ref)) {
                deleteOwned(uid, report -> true);
            }
            Optional<Workload> workload = inventory.workload(ref.uid());
            if (workload.isPresent()) {
                Workload known = workload.get();
                deleteOwned(ref.uid(), report -> !report.container().isEmpty() && !known.has(report.container()));
                deleteSecondNames(ref);
            }
        } catch (IOException | RuntimeException e) {
            if (loop.isClosed()) {
                return;
            }
            log.warn("outdated reports of {} not deleted: {}; trying again later", ref, e.toString());
            queue.addAfter(ref, RETRY);
        }
    }

    /** Of a container that got the usual name although it had one of its own: both would be counted. */
    private void deleteSecondNames(WorkloadRef ref) throws IOException {
        for (ReportKind kind : ReportKind.values()) {
            List<ReportView> owned = index.ownedBy(kind, ref.uid());
            for (ReportView report : owned) {
                ReportName name = ReportNames.forContainer(
                        ref.kind().resource().kind(), ref.name(), report.container(), ref.uid());
                if (report.name().equals(name.own())
                        && owned.stream()
                                .anyMatch(other -> other.name().equals(name.usual())
                                        && other.container().equals(report.container()))) {
                    reports.delete(kind, report.namespace(), report.name());
                }
            }
        }
    }

    private void deleteOwned(String uid, Predicate<ReportView> outdated) throws IOException {
        for (ReportKind kind : ReportKind.values()) {
            for (ReportView report : index.ownedBy(kind, uid)) {
                if (outdated.test(report)) {
                    log.info("{} {}/{} describes what runs no more; deleted", kind, report.namespace(), report.name());
                    reports.delete(kind, report.namespace(), report.name());
                }
            }
        }
    }
}
