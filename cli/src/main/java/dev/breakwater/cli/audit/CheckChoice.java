package dev.breakwater.cli.audit;

import dev.breakwater.controller.checks.CheckId;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.ClusterVersion;
import dev.breakwater.controller.checks.DeviationChoice;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.checks.OwnChecks;
import dev.breakwater.controller.checks.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say which checks are run, and how. */
final class CheckChoice {
    @Option(
            names = "--deviations",
            paramLabel = "none|all|LIST",
            defaultValue = "all",
            description = {
                "Which corrections of Trivy's verdicts are applied (default: all).",
                "none gives Trivy's verdicts with their defects;",
                "LIST is a comma-separated list of names; docs/differences.md lists them."
            })
    String deviations = "all";

    @Option(
            names = "--kubernetes-version",
            paramLabel = "VERSION",
            description = "Version of the cluster the objects are for, as 1.31; some checks depend on it.")
    @Nullable
    String kubernetesVersion;

    @Option(
            names = "--off",
            paramLabel = "ID",
            split = ",",
            description = "Checks that are not run; any spelling: KSV-0017, AVD-KSV-0017, KSV017.")
    List<String> off = new ArrayList<>();

    @Option(
            names = "--severity",
            paramLabel = "ID=SEVERITY",
            split = ",",
            description = "Another severity for a check, as KSV-0014=LOW.")
    Map<String, String> severities = new LinkedHashMap<>();

    @Option(
            names = "--checks",
            paramLabel = "FILE|DIR",
            description =
                    "Checks of your own, beside the built-in ones; of a folder all files below. docs/checks.md explains how to write them.")
    List<Path> own = new ArrayList<>();

    CheckSet checks() throws InvalidCheck, IOException {
        CheckId ids = idsOfAllChecks();
        Set<String> off = new LinkedHashSet<>();
        for (String id : this.off) {
            off.add(resolve(ids, id, "--off"));
        }
        Map<String, Severity> severities = new HashMap<>();
        for (Map.Entry<String, String> entry : this.severities.entrySet()) {
            severities.put(
                    resolve(ids, entry.getKey(), "--severity"),
                    Severity.parse(entry.getValue())
                            .orElseThrow(() -> new InvalidCheck("--severity " + entry.getKey() + "="
                                    + entry.getValue()
                                    + ": allowed are CRITICAL, HIGH, MEDIUM, LOW and UNKNOWN.")));
        }
        CheckSet.Options options = new CheckSet.Options(
                DeviationChoice.parse(deviations), version(), off, Map.copyOf(severities), Map.of());
        CheckSet builtIn = CheckSet.builtIn(options);
        return own.isEmpty() ? builtIn : withOwn(builtIn, options);
    }

    private Optional<ClusterVersion> version() throws InvalidCheck {
        if (kubernetesVersion == null) {
            return Optional.empty();
        }
        Optional<ClusterVersion> version = ClusterVersion.parse(kubernetesVersion);
        if (version.isEmpty()) {
            throw new InvalidCheck(
                    "--kubernetes-version " + kubernetesVersion + " is no version; write it as 1.31 or v1.31.4.");
        }
        return version;
    }

    private CheckId idsOfAllChecks() throws InvalidCheck, IOException {
        if (off.isEmpty() && severities.isEmpty()) {
            return CheckId.of(List.of());
        }
        CheckSet.Options any = CheckSet.Options.defaults();
        CheckSet builtIn = CheckSet.builtIn(any);
        return (own.isEmpty() ? builtIn : withOwn(builtIn, any)).ids();
    }

    private CheckSet withOwn(CheckSet builtIn, CheckSet.Options options) throws InvalidCheck, IOException {
        Map<String, String> files = new LinkedHashMap<>();
        for (Path path : own) {
            for (Path file : CheckFiles.of(path)) {
                files.put(file.toString(), Files.readString(file));
            }
        }
        OwnChecks loaded = OwnChecks.beside(builtIn, files, options);
        if (!loaded.errors().isEmpty()) {
            throw new InvalidCheck(loaded.errors().getFirst().message());
        }
        return loaded.checks();
    }

    private static String resolve(CheckId ids, String spelling, String flag) throws InvalidCheck {
        return ids.resolve(spelling)
                .orElseThrow(() -> new InvalidCheck(
                        flag + ": there is no check " + spelling + "; docs/checks.md lists all checks by id."));
    }
}
