package dev.breakwater.controller;

import dev.breakwater.controller.audit.AuditReportKind;
import dev.breakwater.controller.audit.AuditedKind;
import dev.breakwater.controller.checksource.CheckSources;
import dev.breakwater.controller.compliance.ComplianceReports;
import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.inventory.WorkloadKind;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.kube.Rights.Right;
import dev.breakwater.controller.nodes.NodeAssessments;
import dev.breakwater.controller.reports.ReportKind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the controller asks of the API server, by its settings: what the roles of the manifests give. */
final class NeededRights {
    private static final List<String> WATCHED = List.of("list", "watch");
    private static final List<String> KEPT = List.of("list", "watch", "get", "create", "update", "delete");

    private NeededRights() {}

    /** In the whole cluster. */
    static Set<Right> ofCluster(ControllerSettings settings) {
        Set<Right> rights = new LinkedHashSet<>();
        for (WorkloadKind kind : WorkloadKind.values()) {
            add(rights, kind.resource(), WATCHED);
        }
        add(rights, Resource.core("nodes", "Node"), WATCHED);
        add(rights, Resource.core("events", "Event"), List.of("create", "patch"));
        for (ReportKind kind : ReportKind.values()) {
            add(rights, kind.resource(), KEPT);
        }
        add(rights, ImageScans.RESOURCE, List.of("get", "list", "create", "delete"));
        addStatus(rights, ImageScans.RESOURCE, "patch");
        if (settings.audit().enabled()) {
            for (AuditedKind kind : settings.audit().kinds()) {
                add(rights, kind.resource(), WATCHED);
                add(rights, kind.resource(), List.of("get"));
            }
            for (AuditReportKind kind : AuditReportKind.values()) {
                add(rights, kind.resource(), KEPT);
            }
            add(rights, CheckSources.RESOURCE, List.of("get", "create", "patch", "delete"));
            addStatus(rights, CheckSources.RESOURCE, "patch");
            add(rights, ComplianceReports.RESOURCE, List.of("get", "list", "watch", "create", "update"));
            addStatus(rights, ComplianceReports.RESOURCE, "update");
        }
        if (settings.audit().enabled() && settings.nodes().enabled()) {
            add(rights, NodeAssessments.REPORTS, KEPT);
        }
        return rights;
    }

    /** In the namespace of the scan Jobs. */
    static Set<Right> ofJobs() {
        Set<Right> rights = new LinkedHashSet<>();
        add(rights, new Resource("batch", "v1", "jobs", "Job", true), List.of("get", "create", "delete"));
        add(rights, Resource.core("pods", "Pod"), List.of("get", "list"));
        rights.add(new Right("get", "", "pods/log"));
        return rights;
    }

    /** In the controller's own namespace. */
    static Set<Right> ofOwn() {
        Set<Right> rights = new LinkedHashSet<>();
        add(
                rights,
                new Resource("coordination.k8s.io", "v1", "leases", "Lease", true),
                List.of("get", "create", "update"));
        return rights;
    }

    private static void add(Set<Right> rights, Resource resource, List<String> verbs) {
        verbs.forEach(verb -> rights.add(new Right(verb, resource.group(), resource.plural())));
    }

    private static void addStatus(Set<Right> rights, Resource resource, String verb) {
        rights.add(new Right(verb, resource.group(), resource.plural() + "/status"));
    }
}
