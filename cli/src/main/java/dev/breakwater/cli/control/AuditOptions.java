package dev.breakwater.cli.control;

import dev.breakwater.cli.values.DurationWords;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.checks.DeviationChoice;
import dev.breakwater.controller.compliance.ComplianceSettings;
import dev.breakwater.controller.compliance.Deviation;
import dev.breakwater.controller.nodes.CollectorSettings;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is audited, and how compliance is compiled from it. */
final class AuditOptions {
    private static final AuditSettings AUDIT = AuditSettings.defaults();
    private static final ComplianceSettings COMPLIANCE = ComplianceSettings.defaults();
    private static final CollectorSettings NODES = CollectorSettings.defaults();

    @Option(
            names = "--audit",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Audit objects and nodes, and compile compliance (default: yes).")
    boolean audit = true;

    @Option(
            names = "--deviations",
            paramLabel = "LIST",
            description =
                    "Corrections of the original that are wanted: all, none, or names of docs/differences.md (default: all).")
    String deviations = "all";

    @Option(
            names = "--failed-checks-only",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Leave passed checks out of reports (default: yes).")
    boolean failedOnly = true;

    @Option(
            names = "--compliance-frameworks",
            paramLabel = "LIST",
            split = ",",
            description =
                    "Built-in frameworks that are created when missing (default: CIS, NSA and both of Pod Security).")
    List<String> frameworks = new ArrayList<>(COMPLIANCE.frameworks());

    @Option(
            names = "--compliance-zone",
            paramLabel = "ZONE",
            description = "Time zone in which the cron of every framework is read (default: UTC).")
    ZoneId zone = COMPLIANCE.zone();

    @Option(
            names = "--compliance-fail-entries-limit",
            paramLabel = "N",
            description = "Findings listed per control in full reports (default: 10).")
    int entryLimit = COMPLIANCE.entryLimit();

    @Option(
            names = "--nodes",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Look at nodes (default: yes).")
    boolean nodes = true;

    @Option(
            names = "--nodes-image",
            paramLabel = "IMAGE",
            description =
                    "Breakwater's own image, for the Jobs that look at nodes; without it only kubelets are asked.")
    String nodesImage = NODES.image();

    @Option(
            names = "--nodes-concurrent",
            paramLabel = "N",
            description = "Nodes looked at at a time, 1 or more (default: 1).")
    int nodesConcurrent = NODES.concurrent();

    @Option(
            names = "--nodes-refresh",
            paramLabel = "DURATION",
            description = "After which a node is looked at again (default: 24h).",
            converter = DurationWords.class)
    Duration nodesRefresh = NODES.refresh();

    AuditSettings audit(String scannerVersion) {
        return new AuditSettings(
                audit,
                AUDIT.kinds(),
                Deviation.withoutOurs(DeviationChoice.parse(deviations)),
                failedOnly,
                AUDIT.mergeRbac(),
                AUDIT.recorded(),
                AUDIT.severities(),
                AUDIT.off(),
                AUDIT.offInNamespace(),
                AUDIT.ttl(),
                AUDIT.concurrent(),
                AUDIT.policies(),
                scannerVersion);
    }

    ComplianceSettings compliance() {
        return new ComplianceSettings(
                frameworks, zone, entryLimit, Deviation.among(DeviationChoice.parse(deviations)), COMPLIANCE.retry());
    }

    CollectorSettings nodes() {
        CollectorSettings chosen = NODES.withImage(nodesImage).withPace(nodesConcurrent, nodesRefresh);
        return nodes ? chosen : chosen.disabled();
    }
}
