package dev.breakwater.controller.coverage;

import dev.breakwater.controller.inventory.Inventory;
import dev.breakwater.controller.inventory.Workload;
import dev.breakwater.controller.inventory.WorkloadRef;
import dev.breakwater.controller.reports.ContainerReports;
import dev.breakwater.controller.reports.ReportIndex;
import dev.breakwater.controller.reports.ReportKind;
import dev.breakwater.controller.reports.ReportView;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes reports that describe what no longer runs although their owner still exists, so that the garbage collector leaves them: those of old
 * ReplicaSets, and of containers that the template has no more.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
public final class OutdatedReports {
    private static final Logger log = LoggerFactory.getLogger(OutdatedReports.class);

    private final Inventory inventory;
    private final ReportIndex index;
    private final ContainerReports reports;

    public OutdatedReports(Inventory inventory, ReportIndex index, ContainerReports reports) {
        this.inventory = inventory;
        this.index = index;
        this.reports = reports;
    }

    public void deleteAround(WorkloadRef ref) throws IOException {
        for (String uid : inventory.retiredSiblings(ref)) {
            deleteOwned(uid, report -> true);
        }
        Optional<Workload> workload = inventory.workload(ref.uid());
        if (workload.isPresent()) {
            Workload known = workload.get();
            deleteOwned(ref.uid(), report -> !report.container().isEmpty() && !known.has(report.container()));
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
