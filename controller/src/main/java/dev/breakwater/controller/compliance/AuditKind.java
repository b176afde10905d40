package dev.breakwater.controller.compliance;

/** The kinds of reports that compliance is compiled from. */
public enum AuditKind {
    CONFIG("ConfigAuditReport", "configauditreports", false),
    CLUSTER_CONFIG("ClusterConfigAuditReport", "clusterconfigauditreports", false),
    RBAC("RbacAssessmentReport", "rbacassessmentreports", false),
    CLUSTER_RBAC("ClusterRbacAssessmentReport", "clusterrbacassessmentreports", false),
    INFRA("InfraAssessmentReport", "infraassessmentreports", true),
    CLUSTER_INFRA("ClusterInfraAssessmentReport", "clusterinfraassessmentreports", true);

    private final String kind;
    private final String plural;
    private final boolean infrastructure;

    AuditKind(String kind, String plural, boolean infrastructure) {
        this.kind = kind;
        this.plural = plural;
        this.infrastructure = infrastructure;
    }

    /** As in an object's {@code kind}. */
    public String kind() {
        return kind;
    }

    /** As in the API's paths. */
    public String plural() {
        return plural;
    }

    /** Whether these reports tell of the control plane and the nodes, not of what runs on them. */
    boolean isInfrastructure() {
        return infrastructure;
    }
}
