package dev.breakwater.cli.control;

import dev.breakwater.cli.values.ZoneWords;
import dev.breakwater.controller.checks.DeviationChoice;
import dev.breakwater.controller.compliance.ComplianceSettings;
import dev.breakwater.controller.compliance.Deviation;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How compliance is compiled from what audits found. */
final class ComplianceOptions {
    private static final ComplianceSettings DEFAULTS = ComplianceSettings.defaults();

    @Option(
            names = "--compliance-frameworks",
            paramLabel = "LIST",
            split = ",",
            description = {
                "Built-in frameworks that are created when missing (default: CIS, NSA and both of Pod Security), any of",
                "k8s-cis-1.23,k8s-nsa-1.0,k8s-pss-baseline-0.1,k8s-pss-restricted-0.1,eks-cis-1.4,rke2-cis-1.24"
            })
    List<String> frameworks = new ArrayList<>(DEFAULTS.frameworks());

    @Option(
            names = "--compliance-zone",
            paramLabel = "ZONE",
            description = "Time zone in which the cron of every framework is read (default: UTC).",
            converter = ZoneWords.class)
    ZoneId zone = DEFAULTS.zone();

    @Option(
            names = "--compliance-fail-entries-limit",
            paramLabel = "N",
            description = "Findings listed per control in full reports (default: 10).")
    int entryLimit = DEFAULTS.entryLimit();

    /** @throws IllegalArgumentException for values that are not allowed */
    ComplianceSettings settings(String deviations) {
        return new ComplianceSettings(
                frameworks, zone, entryLimit, Deviation.among(DeviationChoice.parse(deviations)), DEFAULTS.retry());
    }
}
