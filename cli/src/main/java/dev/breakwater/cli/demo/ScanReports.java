package dev.breakwater.cli.demo;

import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.naming.SafeHash;
import dev.breakwater.controller.reports.ContainerReports;
import dev.breakwater.controller.reports.CycloneDxResult;
import dev.breakwater.controller.reports.ReportContent;
import dev.breakwater.controller.reports.TrivyResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the reports of recorded scans exactly as the controller writes those of fresh ones: read once per digest, written per container. */
final class ScanReports {
    private final ContainerReports reports;
    private final SampleImages images;
    private final Path folder;

    ScanReports(ContainerReports reports, SampleImages images, Path folder) {
        this.reports = reports;
        this.images = images;
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
            progress.scanned(++digests, byImage.size());
            written += writeFor(sharing);
        }
        return written;
    }

    private int writeFor(List<RunningContainer> sharing) throws IOException {
        RunningContainer any = sharing.getFirst();
        SampleImages.SampleImage image = images.of(any.image());
        // What the controller derives from digest, platform and scanner settings.
        String scan = SafeHash.ofBytes(
                (any.running().digestLabel() + images.trivyVersion()).getBytes(StandardCharsets.UTF_8));
        String when = images.recorded();
        int written = 0;
        try (InputStream trivy = SampleImages.result(image.trivy());
                InputStream sbom = SampleImages.result(image.sbom())) {
            TrivyResult.Contents found = TrivyResult.read(trivy, folder, images.trivyVersion(), when, Set.of());
            try (ReportContent vulnerabilities = found.vulnerabilities();
                    ReportContent secrets = found.secrets();
                    ReportContent components = CycloneDxResult.read(sbom, folder, images.trivyVersion(), when)
                            .components()) {
                for (RunningContainer container : sharing) {
                    for (ReportContent content : List.of(vulnerabilities, secrets, components)) {
                        reports.write(container, scan, content, true);
                        written++;
                    }
                }
            }
        }
        return written;
    }
}
