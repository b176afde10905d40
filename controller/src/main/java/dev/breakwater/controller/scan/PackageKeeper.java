package dev.breakwater.controller.scan;

import dev.breakwater.controller.reports.ReportContent;
import dev.breakwater.controller.reports.Spool;
import java.util.Map;

/** What is kept of a scan's packages beside its SBOM, so that a new database needs no Job. */
@FunctionalInterface
public interface PackageKeeper {
    PackageKeeper NOTHING = (report, vulnerabilities, imageScan) -> Map.of();

    /**
     * Blocks its caller for a question to a server at most.
     *
     * @param report Trivy's result
     * @param vulnerabilities what was made of it
     * @return properties of the CycloneDX document by their names; empty for none
     */
    Map<String, String> keep(Spool report, ReportContent vulnerabilities, String imageScan);
}
