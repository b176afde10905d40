package dev.breakwater.cli.demo;

import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.imagescan.ImageScanStatus;
import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.imagescan.ScanCounts;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.reports.ContainerReports;
import dev.breakwater.controller.reports.CycloneDxResult;
import dev.breakwater.controller.reports.ReportContent;
import dev.breakwater.controller.reports.TrivyResult;
import dev.breakwater.controller.scan.ScanTarget;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the reports of recorded scans exactly as the controller writes those of fresh ones: read once per digest, written per container. */
final class ScanReports {
    private final ContainerReports reports;
    private final ImageScans scans;
    private final SampleImages images;
    private final String settingsHash;
    private final Path folder;

    ScanReports(ContainerReports reports, ImageScans scans, SampleImages images, String settingsHash, Path folder) {
        this.reports = reports;
        this.scans = scans;
        this.images = images;
        this.settingsHash = settingsHash;
        this.folder = folder;
    }

    /** Returns how many reports were written. */
    int write(List<RunningContainer> containers, SampleFill.Progress progress) throws IOException {
        Map<RunningImage, List<RunningContainer>> byImage = new LinkedHashMap<>();
        for (RunningContainer container : containers) {
            byImage.computeIfAbsent(container.running(), image -> new ArrayList<>())
                    .add(container);
        }
        int written = 0;
        int digests = 0;
        for (List<RunningContainer> sharing : byImage.values()) {
            progress.goesOn();
            progress.scanned(++digests, byImage.size());
            written += writeFor(sharing);
        }
        return written;
    }

    private int writeFor(List<RunningContainer> sharing) throws IOException {
        RunningContainer any = sharing.getFirst();
        SampleImages.SampleImage image = images.of(any.image());
        String scan = ScanTarget.name(any.running(), settingsHash);
        String when = images.recorded();
        int written = 0;
        try (InputStream trivy = SampleImages.result(image.trivy());
                InputStream sbom = SampleImages.result(image.sbom())) {
            TrivyResult.Contents found = TrivyResult.read(trivy, folder, images.trivyVersion(), when, Set.of());
            try (ReportContent vulnerabilities = found.vulnerabilities();
                    ReportContent secrets = found.secrets();
                    ReportContent components = CycloneDxResult.read(sbom, folder, images.trivyVersion(), when)
                            .components()) {
                List<ReportContent> contents = List.of(vulnerabilities, secrets, components);
                Instant at = Instant.parse(when);
                scans.write(
                        scan,
                        any.running(),
                        any.image(),
                        settingsHash,
                        ImageScanStatus.pending().running(at, "").succeeded(at, ScanCounts.of(contents), ""));
                for (RunningContainer container : sharing) {
                    for (ReportContent content : contents) {
                        reports.write(container, scan, content, true);
                        written++;
                    }
                }
            }
        }
        return written;
    }
}
