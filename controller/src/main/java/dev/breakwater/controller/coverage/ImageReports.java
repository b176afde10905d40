package dev.breakwater.controller.coverage;

import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.inventory.Inventory;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.reports.ContainerReports;
import dev.breakwater.controller.reports.ReportContent;
import dev.breakwater.controller.reports.ReportIndex;
import dev.breakwater.controller.reports.ReportKind;
import dev.breakwater.controller.reports.ReportView;
import dev.breakwater.controller.scan.ScanTarget;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reports of all containers that run one image: one content, written for each.
 *
 * <p>Threading: any thread, and blocks. A semaphore limits how many images write reports at a time, so that a restart does not flood the API server.
 */
final class ImageReports {
    private static final Logger log = LoggerFactory.getLogger(ImageReports.class);
    private static final int CONCURRENT_WRITERS = 4;

    private final Inventory inventory;
    private final ReportIndex index;
    private final ContainerReports reports;
    private final Semaphore writers = new Semaphore(CONCURRENT_WRITERS, true);

    ImageReports(Inventory inventory, ReportIndex index, ContainerReports reports) {
        this.inventory = inventory;
        this.index = index;
        this.reports = reports;
    }

    /** When the newest of the containers' reports of a scan was found; empty where there is none. */
    Optional<Instant> newest(ReportKind kind, List<RunningContainer> containers, String scan) {
        return index.current(kind, containers, scan).stream()
                .map(ReportView::scannedAt)
                .max(Comparator.naturalOrder());
    }

    /** Gives containers what another report already says; returns the kinds that some container lacks and no report has. */
    Set<ReportKind> copyWhereKnown(RunningImage image, String scan) throws IOException, InterruptedException {
        Set<ReportKind> unknown = EnumSet.noneOf(ReportKind.class);
        for (ReportKind kind : ReportKind.values()) {
            List<RunningContainer> running = inventory.running(image);
            for (RunningContainer container : running) {
                reports.label(kind, container, scan);
            }
            Optional<Instant> newest = newest(kind, running, scan);
            List<RunningContainer> lacking = running.stream()
                    .filter(container -> !shows(index.current(kind, container, scan), newest))
                    .toList();
            if (lacking.isEmpty()) {
                continue;
            }
            writers.acquire();
            try {
                Optional<ReportContent> known = reports.anyOf(kind, scan, newest);
                if (known.isEmpty()) {
                    unknown.add(kind);
                    continue;
                }
                try (ReportContent content = known.get()) {
                    for (RunningContainer container : lacking) {
                        write(container, scan, content, false);
                    }
                }
            } finally {
                writers.release();
            }
        }
        return unknown;
    }

    /** One that is older than another of the same scan missed a renewal: its own write failed then. */
    private static boolean shows(@Nullable ReportView report, Optional<Instant> newest) {
        return report != null && !report.scannedAt().isBefore(newest.orElse(Instant.MIN));
    }

    /** Fails only where no container got its reports: as soon as one has them, the others can copy. */
    void publish(ScanTarget target, List<ReportContent> contents) throws IOException, InterruptedException {
        Optional<IOException> failure = Optional.empty();
        int served = 0;
        writers.acquire();
        try {
            // Asked again now: workloads of the image may have come while it was scanned.
            for (RunningContainer container : inventory.running(target.image())) {
                try {
                    for (ReportContent content : contents) {
                        write(container, target.name(), content, true);
                    }
                    served++;
                } catch (IOException e) {
                    log.warn("reports of {} not written: {}", container.workload(), e.toString());
                    failure = Optional.of(e);
                }
            }
        } finally {
            writers.release();
        }
        if (failure.isPresent() && served == 0) {
            throw failure.get();
        }
    }

    private void write(RunningContainer container, String scan, ReportContent content, boolean fresh)
            throws IOException {
        ContainerReports.Written written = reports.write(container, scan, content, fresh);
        log.debug("{} of {} container {}: {}", content.kind(), container.workload(), container.container(), written);
    }
}
