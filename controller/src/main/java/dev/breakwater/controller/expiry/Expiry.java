package dev.breakwater.controller.expiry;

import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.reports.ReportIndex;
import dev.breakwater.controller.reports.ReportKind;
import dev.breakwater.controller.reports.ReportView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether what reports say of an image is too old. Of each kind the newest report of the scan counts: the others take their content from it. Where a report
 * has the annotation of the Trivy Operator, the shorter of it and of the setting counts.
 *
 * <p>Threading: any thread.
 */
public final class Expiry {
    private final Duration ttl;
    private final ReportIndex index;
    private final InstantSource clock;

    public Expiry(ExpirySettings settings, ReportIndex index, InstantSource clock) {
        this.ttl = settings.reportTtl();
        this.index = index;
        this.clock = clock;
    }

    /** Whether reports grow too old at all. */
    boolean isOn() {
        return !ttl.isZero();
    }

    /**
     * Since when the reports of a scan are too old; empty where they are not, or where there are none.
     *
     * @param kinds those that count
     */
    public Optional<Instant> overSince(List<RunningContainer> containers, String imageScan, Set<ReportKind> kinds) {
        if (!isOn()) {
            return Optional.empty();
        }
        Optional<Instant> first = Optional.empty();
        for (ReportKind kind : kinds) {
            List<ReportView> reports = index.current(kind, containers, imageScan);
            Optional<Instant> over = reports.stream()
                    .map(ReportView::scannedAt)
                    .max(Comparator.naturalOrder())
                    .map(newest -> newest.plus(allowed(reports)));
            if (over.isPresent() && (first.isEmpty() || over.get().isBefore(first.get()))) {
                first = over;
            }
        }
        return first.filter(over -> !over.isAfter(clock.instant()));
    }

    /**
     * Whether a scan that ended then is still good, whatever the reports seem to be: those that it wrote may not be in the index yet, and each look at
     * an image would begin another Job.
     */
    public boolean isFresh(Instant ended, Instant overSince) {
        return ended.isAfter(overSince) && ended.plus(ttl).isAfter(clock.instant());
    }

    /** How long to rest between two looks at the reports of all images. */
    Duration rest() {
        Duration part = ttl.dividedBy(20);
        return part.compareTo(LONGEST_REST) < 0 ? part : LONGEST_REST;
    }

    private static final Duration LONGEST_REST = Duration.ofMinutes(5);

    private Duration allowed(List<ReportView> reports) {
        return reports.stream()
                .map(ReportView::ttl)
                .flatMap(Optional::stream)
                // The Trivy Operator takes 0s for "at once"; here the annotation stays, and it would be so for ever.
                .filter(own -> own.compareTo(ExpirySettings.SHORTEST) >= 0)
                .filter(own -> own.compareTo(ttl) < 0)
                .min(Comparator.naturalOrder())
                .orElse(ttl);
    }
}
