package dev.breakwater.controller.audit;

import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.Evidence;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.naming.ReportName;
import dev.breakwater.controller.naming.ReportNames;
import dev.breakwater.controller.reports.ReportKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The kinds of reports that an audit writes, and what goes into which (checks 5). */
public enum AuditReportKind {
    CONFIG("ConfigAuditReport", "configauditreports", true),
    CLUSTER_CONFIG("ClusterConfigAuditReport", "clusterconfigauditreports", false),
    RBAC("RbacAssessmentReport", "rbacassessmentreports", true),
    CLUSTER_RBAC("ClusterRbacAssessmentReport", "clusterrbacassessmentreports", false),
    INFRA("InfraAssessmentReport", "infraassessmentreports", true);

    private static final List<String> CONTROL_PLANE =
            List.of("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd");

    private final Resource resource;

    AuditReportKind(String kind, String plural, boolean namespaced) {
        this.resource = new Resource(ReportKind.GROUP, ReportKind.VERSION, plural, kind, namespaced);
    }

    public Resource resource() {
        return resource;
    }

    /** Whether the report has {@code updateTimestamp}; the original leaves it out of the others. */
    boolean hasTimestamp() {
        return this == CONFIG || this == CLUSTER_CONFIG;
    }

    /** @param uid of the object */
    ReportName nameFor(AuditedKind kind, String name, String uid) {
        return this == INFRA
                ? ReportNames.forInfrastructure(kind.resource().kind(), name, uid)
                : ReportNames.forConfiguration(kind.resource().kind(), name, uid);
    }

    /**
     * The reports an object has: one for its configuration or its rules, and one more for a part of the control plane.
     *
     * @param mergeRbac whether findings on roles go into configuration reports
     */
    static Set<AuditReportKind> of(AuditedKind kind, String namespace, String name, boolean mergeRbac) {
        AuditReportKind main = switch (kind) {
            case ROLE -> mergeRbac ? CONFIG : RBAC;
            case CLUSTER_ROLE -> mergeRbac ? CLUSTER_CONFIG : CLUSTER_RBAC;
            case PERSISTENT_VOLUME, CLUSTER_ROLE_BINDING -> CLUSTER_CONFIG;
            default -> CONFIG;
        };
        Set<AuditReportKind> kinds = EnumSet.of(main);
        if (namespace.equals("kube-system") && CONTROL_PLANE.stream().anyMatch(name::contains)) {
            kinds.add(INFRA);
        }
        return kinds;
    }

    /** Whether the check's verdict belongs into this kind of report. Control-plane checks never enter the others. */
    boolean takes(CheckDefinition check) {
        boolean infrastructure = check.builtIn()
                && check.id().startsWith("KCV-")
                && !check.targets().contains("Ingress");
        return infrastructure == (this == INFRA);
    }

    /** Ids of the checks that such a report would be silent about for lack of what they look at. */
    List<String> notAssessed(CheckSet checks, Map<?, ?> object) {
        return this == INFRA ? Evidence.missing(checks, object) : List.of();
    }
}
