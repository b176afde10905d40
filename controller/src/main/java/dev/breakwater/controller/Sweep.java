package dev.breakwater.controller;

import dev.breakwater.controller.coverage.ImageCoverage;
import dev.breakwater.controller.coverage.UnidentifiedImages;
import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.inventory.Inventory;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.scan.ScanJobs;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what is left of images that run no more: once their Jobs, of a controller before this one; every hour their ImageScans.
 *
 * <p>Threading: one loop.
 */
final class Sweep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Sweep.class);
    private static final Duration EVERY = Duration.ofHours(1);
    /** After the last attempt to scan an image: one that runs once a day is the same image every time. */
    private static final Duration KEPT = Duration.ofHours(24);
    /** Every ImageScan of a cluster, page by page and one deletion after the other. */
    private static final Duration LONGEST_STEP = Duration.ofHours(1);

    private final ScanJobs jobs;
    private final ImageScans scans;
    private final Inventory inventory;
    private final ImageCoverage coverage;
    private final UnidentifiedImages unidentified;
    private final InstantSource clock;
    private final Loop loop;
    private boolean orphansGone;

    Sweep(
            ScanJobs jobs,
            ImageScans scans,
            Inventory inventory,
            ImageCoverage coverage,
            UnidentifiedImages unidentified,
            Loops loops,
            InstantSource clock) {
        this.jobs = jobs;
        this.scans = scans;
        this.inventory = inventory;
        this.coverage = coverage;
        this.unidentified = unidentified;
        this.clock = clock;
        this.loop = loops.loop("sweep", LONGEST_STEP, this::step);
    }

    /** To be called when the inventory knows what runs. */
    void start() {
        loop.start();
    }

    @Override
    public void close() {
        loop.close();
    }

    private Duration step() throws IOException {
        if (!orphansGone) {
            // Asked anew for each Job: by now Jobs of images may run that ran nowhere a moment ago.
            jobs.deleteOrphans(scan -> wanted().contains(scan));
            orphansGone = true;
        }
        Set<String> wanted = wanted();
        int gone = scans.deleteUnwanted(
                name -> wanted.contains(name) || unidentified.wants(name),
                clock.instant().minus(KEPT));
        if (gone > 0) {
            log.info("{} ImageScans of images that run no more; deleted", gone);
        }
        return EVERY;
    }

    private Set<String> wanted() {
        return inventory.images().stream().map(coverage::scanOf).collect(Collectors.toSet());
    }
}
