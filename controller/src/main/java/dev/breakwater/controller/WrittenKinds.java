package dev.breakwater.controller;

import dev.breakwater.controller.audit.AuditReportKind;
import dev.breakwater.controller.checksource.CheckSources;
import dev.breakwater.controller.compliance.ComplianceReports;
import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.nodes.NodeAssessments;
import dev.breakwater.controller.reports.ReportKind;
import java.util.ArrayList;
import java.util.List;

/** The kinds of our own API server that the controller writes, stated here because it does not know the server's table. */
public final class WrittenKinds {
    private WrittenKinds() {}

    public static List<Resource> all() {
        List<Resource> kinds = new ArrayList<>();
        for (ReportKind kind : ReportKind.values()) {
            kinds.add(kind.resource());
        }
        kinds.add(ImageScans.RESOURCE);
        kinds.add(CheckSources.RESOURCE);
        for (AuditReportKind kind : AuditReportKind.values()) {
            kinds.add(kind.resource());
        }
        kinds.add(NodeAssessments.REPORTS);
        kinds.add(ComplianceReports.RESOURCE);
        return List.copyOf(kinds);
    }
}
