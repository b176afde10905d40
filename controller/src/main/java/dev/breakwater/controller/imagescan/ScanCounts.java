package dev.breakwater.controller.imagescan;

import dev.breakwater.controller.reports.ReportContent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an ImageScan says of the reports that a scan gave. */
public final class ScanCounts {
    private ScanCounts() {}

    /** {@code status.counts}: vulnerabilities by severity, secrets, components. */
    public static Map<String, Long> of(List<ReportContent> contents) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (ReportContent content : contents) {
            switch (content.kind()) {
                case VULNERABILITY -> counts.putAll(ofVulnerabilities(content.summary()));
                case EXPOSED_SECRET ->
                    counts.put(
                            "secrets",
                            content.summary().values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum());
                case SBOM -> counts.put("components", content.summary().getOrDefault("componentsCount", 0L));
            }
        }
        return counts;
    }

    /** @param summary of a VulnerabilityReport */
    public static Map<String, Long> ofVulnerabilities(Map<String, Long> summary) {
        Map<String, Long> counts = new LinkedHashMap<>();
        summary.forEach((severity, count) -> {
            if (!severity.equals("noneCount")) {
                counts.put(severity.replace("Count", ""), count);
            }
        });
        return counts;
    }
}
