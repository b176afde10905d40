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
import dev.breakwater.controller.rematch.Rematch;
import dev.breakwater.controller.reports.ContainerReports;
import dev.breakwater.controller.reports.ReportIndex;
import dev.breakwater.controller.reports.ReportKind;
import dev.breakwater.controller.scan.FailureReason;
import dev.breakwater.controller.scan.ScanFailure;
import dev.breakwater.controller.scan.ScanJobs;
import dev.breakwater.controller.scan.ScanResult;
import dev.breakwater.controller.scan.ScanTarget;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
 * <p>Threading: {@link #cover} blocks its caller, one virtual thread per image, and must not be called twice at a time for one image.
 */
public final class ImageCoverage {
    private static final Logger log = LoggerFactory.getLogger(ImageCoverage.class);
    /** After that the index knows what was written. */
    private static final Duration INDEX_LAG = Duration.ofSeconds(30);

    private final Inventory inventory;
    private final ImageReports reports;
    private final ScanJobs jobs;
    private final ScanTries tries;
    private final Expiry expiry;
    private final Rematch rematch;
    private final ImageScans scans;
    private final WorkloadEvents events;
    private final String settingsHash;
    private final RetrySettings retry;
    private final InstantSource clock;
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
            Rematch rematch,
            ImageScans scans,
            WorkloadEvents events,
            String settingsHash,
            RetrySettings retry,
            InstantSource clock) {
        this.inventory = inventory;
        this.reports = new ImageReports(inventory, index, reports);
        this.jobs = jobs;
        this.tries = new ScanTries(jobs, credentials, mirrors, pauses, settingsHash);
        this.expiry = expiry;
        this.rematch = rematch;
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
        Set<ReportKind> without = reports.copyWhereKnown(image, scanOf(image));
        List<RunningContainer> containers = inventory.running(image);
        if (containers.isEmpty()) {
            return Optional.empty();
        }
        Optional<Instant> stale = staleSince(image, containers);
        if (without.isEmpty() && (rematch.isDue(image) || stale.isPresent())) {
            switch (rematched(image, containers)) {
                case Rematch.Outcome.Same same -> {
                    return Optional.empty();
                }
                case Rematch.Outcome.Written written -> {
                    return Optional.empty();
                }
                case Rematch.Outcome.Later later -> {
                    return Optional.of(Rematch.PAUSE);
                }
                // Without a list to match, secrets and packages count too.
                case Rematch.Outcome.NoList none -> stale = staleSince(image, containers);
            }
        }
        if (without.isEmpty() && stale.isEmpty()) {
            return Optional.empty();
        }
        return scan(tries.target(image, containers), containers, new Need(!without.isEmpty(), stale.orElse(null)));
    }

    /** Whether an image's reports are too old. */
    public boolean isExpired(RunningImage image) {
        return staleSince(image, inventory.running(image)).isPresent();
    }

    private Optional<Instant> staleSince(RunningImage image, List<RunningContainer> containers) {
        String scan = scanOf(image);
        return expiry.overSince(
                containers,
                scan,
                rematch.keeps(scan) ? EnumSet.of(ReportKind.VULNERABILITY) : EnumSet.allOf(ReportKind.class));
    }

    /** Brings the findings of the Trivy server's present database into the reports, without a Job. */
    private Rematch.Outcome rematched(RunningImage image, List<RunningContainer> containers)
            throws IOException, InterruptedException {
        String scan = scanOf(image);
        Optional<Instant> newest = reports.newest(ReportKind.VULNERABILITY, containers, scan);
        boolean stale = expiry.overSince(containers, scan, EnumSet.of(ReportKind.VULNERABILITY))
                .isPresent();
        Rematch.Outcome outcome = rematch.renew(image, scan, containers, newest, stale);
        if (outcome instanceof Rematch.Outcome.Written written) {
            record(
                    tries.target(image, containers),
                    scans.read(scan).rematched(ScanCounts.ofVulnerabilities(written.summary())));
        }
        return outcome;
    }

    /**
     * Why an image is scanned. Reports that are there stay as they are until the new ones come.
     *
     * @param missing whether a report is missing
     * @param staleSince since when those that are there are too old; null where they are not, or where there are none
     */
    private record Need(boolean missing, @Nullable Instant staleSince) {}

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
            reports.publish(target, result.contents());
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
