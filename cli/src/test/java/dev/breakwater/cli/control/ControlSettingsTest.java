package dev.breakwater.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.cli.settings.LayeredSettings;
import dev.breakwater.controller.ControllerSettings;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.audit.AuditedKind;
import dev.breakwater.controller.checks.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** What becomes of flags, file and environment: settings of audits, nodes and compliance. */
class ControlSettingsTest {
    @TempDir
    Path folder;

    @Command(name = "breakwater")
    static final class Root {}

    @Test
    void withoutAWordTheSettingsAreTheDefaults() {
        ControllerSettings settings = settings(Map.of());
        ControllerSettings defaults = ControllerSettings.defaults();
        AuditSettings audit = settings.audit();
        assertThat(audit.kinds()).isEqualTo(defaults.audit().kinds()).doesNotContain(AuditedKind.CONFIG_MAP);
        assertThat(audit.recorded()).isEqualTo(defaults.audit().recorded());
        assertThat(audit.failedOnly()).isTrue();
        assertThat(audit.mergeRbac()).isFalse();
        assertThat(audit.off()).isEmpty();
        assertThat(audit.policies()).isEqualTo("trivy-operator-policies-config");
        assertThat(settings.nodes()).isEqualTo(defaults.nodes());
        assertThat(settings.compliance()).isEqualTo(defaults.compliance());
    }

    @Test
    void theFileNestsWhatTheFlagsSpellOut() throws IOException {
        Path file = Files.writeString(folder.resolve("breakwater.yaml"), """
                control:
                  audit:
                    kinds: [Workload, Service, configmap]
                    checksOff: [ksv-14, AVD-KSV-0013, TEAM-1]
                    checksOffInNamespace:
                      shop: [KSV017, KSV-0012]
                      ci: [KSV-0009]
                    severities: {KSV-0125: high, TEAM-2: LOW}
                    recordedSeverities: [HIGH, CRITICAL]
                    mergeRbac: true
                    reportTtl: 12h
                    concurrent: 2
                    policies: our-checks
                  failedChecksOnly: false
                  scanner: {reportTtl: 6h}
                  nodes:
                    folders: [/etc/kubernetes]
                    limits: {memory: 512Mi}
                    readConfigz: false
                  compliance:
                    frameworks: [k8s-nsa-1.0]
                    zone: Europe/Berlin
                """);
        ControllerSettings settings = settings(Map.of(), "--config=" + file);
        AuditSettings audit = settings.audit();
        assertThat(audit.kinds())
                .contains(AuditedKind.POD, AuditedKind.JOB, AuditedKind.SERVICE, AuditedKind.CONFIG_MAP)
                .doesNotContain(AuditedKind.ROLE, AuditedKind.INGRESS);
        assertThat(audit.off()).containsExactlyInAnyOrder("KSV-0014", "KSV-0013", "TEAM-1");
        assertThat(audit.offInNamespace())
                .isEqualTo(Map.of("shop", Set.of("KSV-0017", "KSV-0012"), "ci", Set.of("KSV-0009")));
        assertThat(audit.severities()).isEqualTo(Map.of("KSV-0125", Severity.HIGH, "TEAM-2", Severity.LOW));
        assertThat(audit.recorded()).containsExactlyInAnyOrder(Severity.HIGH, Severity.CRITICAL);
        assertThat(audit.mergeRbac()).isTrue();
        assertThat(audit.ttl()).isEqualTo(Duration.ofHours(12));
        assertThat(audit.concurrent()).isEqualTo(2);
        assertThat(audit.policies()).isEqualTo("our-checks");
        assertThat(audit.failedOnly()).isFalse();
        assertThat(settings.expiry().reportTtl()).isEqualTo(Duration.ofHours(6));
        assertThat(settings.nodes().folders()).containsExactly("/etc/kubernetes");
        assertThat(settings.nodes().limits()).isEqualTo(Map.of("memory", "512Mi"));
        assertThat(settings.nodes().readConfigz()).isFalse();
        assertThat(settings.compliance().frameworks()).containsExactly("k8s-nsa-1.0");
        assertThat(settings.compliance().zone().getId()).isEqualTo("Europe/Berlin");
    }

    @Test
    void variablesAndFlagsSayTheSame() {
        AuditSettings fromVariables = settings(Map.of(
                        "BREAKWATER_AUDIT_CHECKS_OFF", "KSV-0014,KSV-0013",
                        "BREAKWATER_AUDIT_CHECKS_OFF_IN_NAMESPACE", "shop=KSV-0017,shop=KSV-0012",
                        "BREAKWATER_AUDIT_SEVERITIES", "KSV-0125=HIGH",
                        "BREAKWATER_NODES_POD", "breakwater-controller-x"))
                .audit();
        AuditSettings fromFlags = settings(
                        Map.of(),
                        "--audit-checks-off=KSV-0014,KSV-0013",
                        "--audit-checks-off-in-namespace=shop=KSV-0017",
                        "--audit-checks-off-in-namespace=shop=KSV-0012",
                        "--audit-severities=KSV-0125=HIGH")
                .audit();
        assertThat(fromVariables).isEqualTo(fromFlags);
        assertThat(settings(Map.of(), "--audit-merge-rbac", "--no-failed-checks-only")
                        .audit()
                        .mergeRbac())
                .isTrue();
    }

    @Test
    void aWordThatNobodyKnowsStopsTheStart() {
        refused("--audit-checks-off=KSV-9999", "--audit-checks-off", "KSV-9999", "docs/checks.md");
        refused("--audit-checks-off-in-namespace=KSV-0014", "shop=KSV-0014");
        refused("--audit-severities=KSV-0014=BAD", "KSV-0014=BAD", "CRITICAL, HIGH, MEDIUM, LOW and UNKNOWN");
        refused("--audit-kinds=Deployment", "'Deployment'", "Workload", "judged by its ReplicaSet");
        refused("--audit-recorded-severities=BAD", "BAD", "CRITICAL");
        refused("--audit-concurrent=0", "--audit-concurrent", "1 to 200");
        refused("--nodes-concurrent=0", "--nodes-concurrent", "1 to 100");
        refused("--deviations=selinux-type", "selinux-type", "selinux-types");
        refused("--compliance-frameworks=k8s-cis-9", "k8s-cis-9", "k8s-cis-1.23");
    }

    @Test
    void theHelpExplainsEveryFlagAndShowsTheKeysOfTheFile() {
        CommandLine control = new CommandLine(new ControlCommand());
        LayeredSettings.install(
                new CommandLine(new Root()).addSubcommand(control), List.of(), List.of("control"), Map.of());
        control.setUsageHelpWidth(250);
        String help = control.getUsageMessage(CommandLine.Help.Ansi.OFF);
        assertThat(help.lines().findFirst().orElseThrow()).isEqualTo("Usage: breakwater control [OPTIONS]");
        assertThat(help).contains("control: {audit: {checksOff: [KSV-0014]}}", "breakwater.dev/checks-off");
        control.getCommandSpec()
                .options()
                .forEach(option -> assertThat(option.description())
                        .as(option.longestName())
                        .isNotEmpty());
    }

    private void refused(String flag, String... words) {
        assertThatThrownBy(() -> settings(Map.of(), flag))
                .as(flag)
                .isInstanceOf(ParameterException.class)
                .hasMessageContainingAll(words);
    }

    private static ControllerSettings settings(Map<String, String> environment, String... flags) {
        ControlCommand control = new ControlCommand();
        CommandLine root = new CommandLine(new Root()).addSubcommand(control);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        List<String> arguments =
                Stream.concat(Stream.of("control"), Stream.of(flags)).toList();
        LayeredSettings layers = LayeredSettings.install(root, List.of(), arguments, environment);
        layers.configure(root.parseArgs(arguments.toArray(String[]::new))
                .subcommand()
                .commandSpec()
                .commandLine());
        return control.settings();
    }
}
