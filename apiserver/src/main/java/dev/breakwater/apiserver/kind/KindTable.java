package dev.breakwater.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.storage.KindId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every kind that is served (trivy-operator 1.1). The twelve report kinds have the names, scopes and columns that their custom
 * resource definitions gave them, so that what reads them notices no difference; the original declares no categories. The
 * descriptions are our own.
 *
 * <p>The number of a kind is part of every database: a number is never given to another kind, and a kind that is no longer served
 * keeps it.
 */
public final class KindTable {
    /** Group of the report kinds. */
    public static final String REPORTS = "aquasecurity.github.io";

    /** Group of Breakwater's own kinds. */
    public static final String OWN = "breakwater.dev";

    private static final String VERSION = "v1alpha1";
    private static final boolean OPEN = true;
    private static final boolean CLOSED = false;
    private static final List<String> VULNERABILITIES = List.of("report", "vulnerabilities");
    private static final List<String> CHECKS = List.of("report", "checks");
    private static final List<String> COMPONENTS = List.of("report", "components");

    private final List<ReportKind> all;

    private KindTable(List<ReportKind> all) {
        this.all = List.copyOf(all);
    }

    /** The table of this build; reads the schemas, so that one is made per process. */
    public static KindTable load() {
        Schemas schemas = new Schemas();
        return new KindTable(List.of(
                namespaced(
                        1,
                        "VulnerabilityReport",
                        List.of("vuln", "vulns"),
                        VULNERABILITIES,
                        Columns.vulnerabilities(),
                        schemas.root("vulnerability", "Known vulnerabilities of a container image.", OPEN)),
                cluster(
                        2,
                        "ClusterVulnerabilityReport",
                        List.of("clustervuln"),
                        VULNERABILITIES,
                        Columns.vulnerabilities(),
                        schemas.root("vulnerability", "Known vulnerabilities of the cluster's own software.", OPEN)),
                namespaced(
                        3,
                        "ConfigAuditReport",
                        List.of("configaudit", "configaudits"),
                        CHECKS,
                        Columns.checks(),
                        schemas.root(
                                "config-audit",
                                "How a namespaced resource measures up to configuration checks.",
                                OPEN)),
                cluster(
                        4,
                        "ClusterConfigAuditReport",
                        List.of("clusterconfigaudit"),
                        CHECKS,
                        Columns.checks(),
                        schemas.root(
                                "config-audit",
                                "How a cluster-scoped resource measures up to configuration checks.",
                                OPEN)),
                namespaced(
                        5,
                        "ExposedSecretReport",
                        List.of("exposedsecret", "exposedsecrets"),
                        List.of("report", "secrets"),
                        Columns.secrets(),
                        schemas.root("exposed-secret", "Secrets that lie readable in a container image.", OPEN)),
                namespaced(
                        6,
                        "RbacAssessmentReport",
                        List.of("rbacassessment", "rbacassessments"),
                        CHECKS,
                        Columns.checks(),
                        schemas.root("assessment", "What a role allows beyond what is wise.", OPEN)),
                cluster(
                        7,
                        "ClusterRbacAssessmentReport",
                        List.of("clusterrbacassessmentreport"),
                        CHECKS,
                        Columns.checks(),
                        schemas.root("assessment", "What a cluster role allows beyond what is wise.", OPEN)),
                namespaced(
                        8,
                        "InfraAssessmentReport",
                        List.of("infraassessment", "infraassessments"),
                        CHECKS,
                        Columns.checks(),
                        schemas.root(
                                "assessment", "How a component of the control plane measures up to checks.", CLOSED)),
                cluster(
                        9,
                        "ClusterInfraAssessmentReport",
                        List.of("clusterinfraassessment"),
                        CHECKS,
                        Columns.checks(),
                        schemas.root("assessment", "How a node measures up to checks.", OPEN)),
                namespaced(
                        10,
                        "SbomReport",
                        List.of("sbom", "sboms"),
                        COMPONENTS,
                        Columns.components(),
                        schemas.root("sbom", "Software bill of materials of a container image.", OPEN)),
                cluster(
                        11,
                        "ClusterSbomReport",
                        List.of("clustersbom"),
                        COMPONENTS,
                        Columns.components(),
                        schemas.root("sbom", "Software bill of materials of the cluster itself.", CLOSED)),
                kind(
                        12,
                        REPORTS,
                        "ClusterComplianceReport",
                        List.of("compliance"),
                        false,
                        List.of("status", "detailReport"),
                        Columns.compliance(),
                        true,
                        schemas.root("compliance", "How the cluster measures up to a compliance framework.", OPEN)),
                kind(
                        13,
                        OWN,
                        "ImageScan",
                        List.of(),
                        false,
                        List.of(),
                        Columns.imageScans(),
                        true,
                        schemas.root("imagescan", "What became of scanning one image digest.", CLOSED)),
                kind(
                        14,
                        OWN,
                        "CheckSource",
                        List.of(),
                        false,
                        List.of(),
                        Columns.checkSources(),
                        true,
                        schemas.root("checksource", "What became of users' own checks.", CLOSED))));
    }

    /** In the order of the numbers. */
    public List<ReportKind> all() {
        return all;
    }

    /** The kinds of one group, in the order of the numbers. */
    public List<ReportKind> in(String group) {
        return all.stream().filter(kind -> kind.group().equals(group)).toList();
    }

    /** Groups that are served, the reports first. */
    public List<String> groups() {
        return all.stream().map(ReportKind::group).distinct().toList();
    }

    public Optional<ReportKind> resource(String group, String version, String plural) {
        return all.stream()
                .filter(kind -> kind.plural().equals(plural)
                        && kind.group().equals(group)
                        && kind.version().equals(version))
                .findFirst();
    }

    private static ReportKind namespaced(
            int number,
            String kind,
            List<String> shortNames,
            List<String> bulkPath,
            List<Column> columns,
            JsonNode schema) {
        return kind(number, REPORTS, kind, shortNames, true, bulkPath, columns, false, schema);
    }

    private static ReportKind cluster(
            int number,
            String kind,
            List<String> shortNames,
            List<String> bulkPath,
            List<Column> columns,
            JsonNode schema) {
        return kind(number, REPORTS, kind, shortNames, false, bulkPath, columns, false, schema);
    }

    private static ReportKind kind(
            int number,
            String group,
            String kind,
            List<String> shortNames,
            boolean namespaced,
            List<String> bulkPath,
            List<Column> columns,
            boolean statusSubresource,
            JsonNode schema) {
        String singular = kind.toLowerCase(Locale.ROOT);
        return new ReportKind(
                new KindId(number),
                group,
                VERSION,
                kind,
                singular + "s",
                singular,
                shortNames,
                namespaced,
                bulkPath,
                columns,
                statusSubresource,
                schema);
    }
}
