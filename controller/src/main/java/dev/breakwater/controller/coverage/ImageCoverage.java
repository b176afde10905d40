package dev.breakwater.controller.coverage;

import dev.breakwater.controller.events.WorkloadEvents;
import dev.breakwater.controller.expiry.Expiry;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.imagescan.ImageScanStatus;
import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.imagescan.Phase;
import dev.breakwater.controller.imagescan.ScanCounts;
import dev.breakwater.controller.inventory.Inventory;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.registry.RegistryMirrors;
import dev.breakwater.controller.registry.RegistryPauses;
import dev.breakwater.controller.registry.credentials.PullCredentials;
import dev.breakwater.controller.reports.ContainerReports;
import dev.breakwater.controller.reports.ReportContent;
import dev.breakwater.controller.reports.ReportIndex;
import dev.breakwater.controller.reports.ReportKind;
import dev.breakwater.controller.reports.ReportView;
import dev.breakwater.controller.scan.FailureReason;
import dev.breakwater.controller.scan.ScanFailure;
import dev.breakwater.controller.scan.ScanJobs;
import dev.breakwater.controller.scan.ScanResult;
import dev.breakwater.controller.scan.ScanTarget;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
 * Covers one image: every container that runs it gets its reports, from a report that exists, or else from a scan.
 *
 * <p>The reports themselves are the memory of what has been scanned: nothing else has to be kept, and deleting the last report of an image is how to ask
 * for a new scan.
 *
 * <p>Threading: {@link #cover} blocks its caller, one virtual thread per image, and must not be called twice at a time for one image. A semaphore limits
 * how many images write reports at a time, so that a restart does not flood the API server.
 */
public final class ImageCoverage {
    private static final Logger log = LoggerFactory.getLogger(ImageCoverage.class);
    private static final int CONCURRENT_WRITERS = 4;
    /** After that the index knows what was written. */
    private static final Duration INDEX_LAG = Duration.ofSeconds(30);

    private final Inventory inventory;
    private final ReportIndex index;
    private final ContainerReports reports;
    private final ScanJobs jobs;
    private final ScanTries tries;
    private final Expiry expiry;
    private final ImageScans scans;
    private final WorkloadEvents events;
    private final String settingsHash;
    private final RetrySettings retry;
    private final InstantSource clock;
    private final Semaphore writers = new Semaphore(CONCURRENT_WRITERS, true);
    /** Half of the Jobs, so that an image that has no reports yet does not wait behind thousands that have old ones. */
    private final Semaphore renewals;

    public ImageCoverage(
            Inventory inventory,
            ReportIndex index,
            ContainerReports reports,
            ScanJobs jobs,
            PullCredentials credentials,
            RegistryMirrors mirrors,
            RegistryPauses pauses,
            Expiry expiry,
            ImageScans scans,
            WorkloadEvents events,
            String settingsHash,
            RetrySettings retry,
            InstantSource clock) {
        this.inventory = inventory;
        this.index = index;
        this.reports = reports;
        this.jobs = jobs;
        this.tries = new ScanTries(jobs, credentials, mirrors, pauses, settingsHash);
        this.expiry = expiry;
        this.renewals = new Semaphore(Math.max(1, jobs.turns() / 2), true);
        this.scans = scans;
        this.events = events;
        this.settingsHash = settingsHash;
        this.retry = retry;
        this.clock = clock;
    }

    /** Name of the scan that covers an image. */
    public String scanOf(RunningImage image) {
        return ScanTarget.name(image, settingsHash);
    }

    /**
     * Brings the image's containers up to date.
     *
     * @return when to come again although nothing changes; empty when there is no need
     * @throws IOException where the API server cannot be reached or refuses; worth another try
     */
    public Optional<Duration> cover(RunningImage image) throws IOException, InterruptedException {
        Set<ReportKind> without = copyWhereKnown(image);
        List<RunningContainer> containers = inventory.running(image);
        if (containers.isEmpty()) {
            return Optional.empty();
        }
        @Nullable
        Instant staleSince = expiry.overSince(containers, scanOf(image)).orElse(null);
        if (without.isEmpty() && staleSince == null) {
            return Optional.empty();
        }
        return scan(tries.target(image, containers), containers, new Need(!without.isEmpty(), staleSince));
    }

    /**
     * Why an image is scanned. Reports that are there stay as they are until the new ones come.
     *
     * @param missing whether a report is missing
     * @param staleSince since when those that are there are too old; null where they are not, or where there are none
     */
    private record Need(boolean missing, @Nullable Instant staleSince) {}

    /** Gives containers what another report already says; returns the kinds that some container lacks and no report has. */
    private Set<ReportKind> copyWhereKnown(RunningImage image) throws IOException, InterruptedException {
        String scan = scanOf(image);
        Set<ReportKind> unknown = EnumSet.noneOf(ReportKind.class);
        for (ReportKind kind : ReportKind.values()) {
            List<RunningContainer> running = inventory.running(image);
            for (RunningContainer container : running) {
                reports.label(kind, container, scan);
            }
            Optional<Instant> newest = index.current(kind, running, scan).stream()
                    .map(ReportView::scannedAt)
                    .max(Comparator.naturalOrder());
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

    private Optional<Duration> scan(ScanTarget target, List<RunningContainer> running, Need need)
            throws IOException, InterruptedException {
        ImageScanStatus last = scans.read(target.name());
        if (!need.missing() && isRenewed(last, need.staleSince())) {
            return Optional.of(INDEX_LAG);
        }
        ImageScanStatus known = last.again().stale(need.staleSince());
        Instant next = known.nextTry();
        boolean adopted = adopts(target, need.staleSince());
        if (known.phase() == Phase.UNSUPPORTED) {
            return Optional.empty();
        }
        if (next != null && next.isAfter(clock.instant()) && !adopted) {
            return Optional.of(Duration.between(clock.instant(), next));
        }
        if (!target.image().platform().os().equals("linux")) {
            return failed(
                    target,
                    known,
                    new ScanFailure(
                            FailureReason.WINDOWS_IMAGE,
                            "images for " + target.image().platform().os() + " cannot be scanned"));
        }
        Optional<ScanTries.Paused> paused = adopted ? Optional.empty() : tries.paused(target.image(), running);
        if (paused.isPresent()) {
            return waits(target, known, paused.get());
        }
        if (known.phase() != Phase.RUNNING) {
            record(target, known);
        }
        try (Renewal renewal = need.missing() ? Renewal.NONE : Renewal.of(renewals);
                ScanJobs.Turn turn = jobs.awaitTurn()) {
            // The image may have stopped running while it waited.
            List<RunningContainer> containers = inventory.running(target.image());
            if (containers.isEmpty()) {
                return Optional.empty();
            }
            // So may the registry have got into trouble.
            Optional<ScanTries.Paused> late = adopted ? Optional.empty() : tries.paused(target.image(), containers);
            return late.isPresent()
                    ? waits(target, known, late.get())
                    : scanInTurn(target, containers, known, adopted && known.phase() == Phase.RUNNING);
        }
    }

    /** The index lags behind: without this each look at an image that was just scanned would begin another Job. */
    private boolean isRenewed(ImageScanStatus last, @Nullable Instant staleSince) {
        Instant ended = last.finishedAt();
        return last.phase() == Phase.SUCCEEDED
                && ended != null
                && staleSince != null
                && expiry.isFresh(ended, staleSince);
    }

    /** The right to take a turn for what has reports already. */
    private record Renewal(Optional<Semaphore> taken) implements AutoCloseable {
        static final Renewal NONE = new Renewal(Optional.empty());

        static Renewal of(Semaphore renewals) throws InterruptedException {
            renewals.acquire();
            return new Renewal(Optional.of(renewals));
        }

        @Override
        public void close() {
            taken.ifPresent(Semaphore::release);
        }
    }

    /** Whether the scan has a Job already. One that was left behind with the results that have become too old is none, and goes. */
    private boolean adopts(ScanTarget target, @Nullable Instant staleSince) throws IOException {
        Optional<Instant> begun = jobs.begun(target.name());
        if (begun.isPresent() && staleSince != null && begun.get().isBefore(staleSince)) {
            jobs.finish(target);
            return false;
        }
        return begun.isPresent();
    }

    /**
     * @param goesOn whether a controller before us began the attempt: it is not counted twice
     */
    private Optional<Duration> scanInTurn(
            ScanTarget target, List<RunningContainer> containers, ImageScanStatus known, boolean goesOn)
            throws IOException, InterruptedException {
        Status status = new Status(known);
        ScanTries.Outcome outcome =
                tries.run(target.image(), containers, goesOn ? known.attempts() : known.attempts() + 1, job -> {
                    if (!goesOn) {
                        status.now = known.running(clock.instant(), job);
                        record(target, status.now);
                    }
                });
        ImageScanStatus now = status.now.with(outcome.credentials());
        return switch (outcome.result()) {
            case ScanResult.Failed failure -> failed(target, now, failure.failure());
            case ScanResult.Succeeded success -> {
                try (success) {
                    yield succeeded(target, now, success);
                }
            }
        };
    }

    /** No attempt: the registry is left alone, whatever image is asked for. */
    private Optional<Duration> waits(ScanTarget target, ImageScanStatus known, ScanTries.Paused paused)
            throws IOException {
        record(target, known.paused(paused.registry(), paused.until()));
        return Optional.of(Duration.between(clock.instant(), paused.until()).plusSeconds(1));
    }

    private Optional<Duration> succeeded(ScanTarget target, ImageScanStatus status, ScanResult.Succeeded result)
            throws IOException, InterruptedException {
        if (!result.omissions().isEmpty()) {
            log.warn("scan {}: not all of its result could be taken: {}", target.name(), result.omissions());
        }
        try {
            publish(target, result.contents());
        } catch (ApiRefusal refusal) {
            // Reading the log again would end the same way; a server that is only busy has been asked five times by
            // now.
            if (refusal.code() < 500 && refusal.code() != 429) {
                jobs.finish(target);
                return failed(target, status, new ScanFailure(FailureReason.REPORT_REFUSED, refusal.toString()));
            }
            throw refusal;
        }
        jobs.finish(target);
        record(target, status.succeeded(clock.instant(), ScanCounts.of(result.contents()), omitted(result)));
        return Optional.empty();
    }

    private static String omitted(ScanResult.Succeeded result) {
        return result.omissions().isEmpty()
                ? ""
                : "the reports lack what could not be read of the result: " + result.omissions();
    }

    /** The status as of the last write; a holder, because it changes in the middle of a scan. */
    private static final class Status {
        private ImageScanStatus now;

        Status(ImageScanStatus known) {
            now = known;
        }
    }

    /** Fails only where no container got its reports: as soon as one has them, the others can copy. */
    private void publish(ScanTarget target, List<ReportContent> contents) throws IOException, InterruptedException {
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

    private Optional<Duration> failed(ScanTarget target, ImageScanStatus status, ScanFailure failure)
            throws IOException {
        Instant now = clock.instant();
        Duration pause = retry.after(Math.max(1, status.attempts()));
        boolean again = failure.reason().isRetried();
        log.warn(
                "scan {} of {} failed: {}: {}",
                target.name(),
                target.pullReference(),
                failure.reason().word(),
                failure.message());
        record(target, status.failed(failure.reason().word(), failure.message(), now, again ? now.plus(pause) : null));
        for (RunningContainer container : inventory.running(target.image())) {
            try {
                events.scanFailed(
                        container, failure.reason().word(), failure.message(), Math.max(1, status.attempts()));
            } catch (IOException e) {
                // An Event is a courtesy; the ImageScan has the reason.
                log.warn("no event on {}: {}", container.workload(), e.toString());
            }
        }
        return again ? Optional.of(pause) : Optional.empty();
    }

    private void record(ScanTarget target, ImageScanStatus status) throws IOException {
        scans.write(target.name(), target.image(), target.pullReference(), settingsHash, status);
    }
}
