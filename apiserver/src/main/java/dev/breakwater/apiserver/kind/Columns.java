package dev.breakwater.apiserver.kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The column sets of trivy-operator 1.2, behind the {@code Name} column that every kind has. */
final class Columns {
    private static final Column AGE =
            new Column("Age", "date", "Time since the object was created", "metadata.creationTimestamp", 0);
    private static final Column SCANNER =
            new Column("Scanner", "string", "Name of the scanner", "report.scanner.name", 0);

    private Columns() {}

    static List<Column> vulnerabilities() {
        return image(counts("vulnerabilities", "Critical", "High", "Medium", "Low", "Unknown"));
    }

    static List<Column> secrets() {
        return image(counts("secrets", "Critical", "High", "Medium", "Low"));
    }

    static List<Column> components() {
        return image(List.of(
                new Column("Components", "integer", "Number of components", "report.summary.componentsCount", 1),
                new Column(
                        "Dependencies",
                        "integer",
                        "Number of components whose dependencies are known",
                        "report.summary.dependenciesCount",
                        1)));
    }

    static List<Column> checks() {
        List<Column> columns = new ArrayList<>(List.of(SCANNER, AGE));
        columns.addAll(counts("failed checks", "Critical", "High", "Medium", "Low"));
        return List.copyOf(columns);
    }

    static List<Column> compliance() {
        return List.of(
                AGE,
                new Column("Fail", "integer", "Number of controls that fail", "status.summary.failCount", 1),
                new Column("Pass", "integer", "Number of controls that pass", "status.summary.passCount", 1));
    }

    static List<Column> imageScans() {
        return List.of(
                new Column("Repository", "string", "A repository that holds the digest", "spec.repository", 0),
                new Column("Phase", "string", "Where the scan stands", "status.phase", 0),
                new Column("Reason", "string", "Why it stands there, in one word", "status.reason", 0),
                new Column("Attempts", "integer", "Number of attempts so far", "status.attempts", 0),
                AGE,
                new Column("Digest", "string", "Digest of the image", "spec.digest", 1),
                new Column("Platform", "string", "Operating system and architecture", "spec.platform", 1),
                new Column("Message", "string", "Why it stands there, in a sentence", "status.message", 1));
    }

    static List<Column> checkSources() {
        return List.of(
                new Column("Source", "string", "The place that checks come from", "spec.source", 0),
                new Column("Ready", "string", "Whether everything in it is in force", "status.ready", 0),
                new Column("Reason", "string", "Why not, in one word", "status.reason", 0),
                new Column("Checks", "integer", "Checks in YAML that are in force", "status.checks", 0),
                new Column("Policies", "integer", "Policies in Rego that are in force", "status.policies", 0),
                new Column("Broken", "integer", "Those that cannot be used", "status.broken", 0),
                AGE,
                new Column("Undecided", "integer", "Those that fail on some objects", "status.undecided", 1),
                new Column("Revision", "string", "What is in force", "status.revision", 1),
                new Column("Message", "string", "Why not everything, in a sentence", "status.message", 1));
    }

    private static List<Column> image(List<Column> wide) {
        List<Column> columns = new ArrayList<>(List.of(
                new Column(
                        "Repository",
                        "string",
                        "Repository of the image within its registry",
                        "report.artifact.repository",
                        0),
                new Column("Tag", "string", "Tag by which the workload names the image", "report.artifact.tag", 0),
                SCANNER,
                AGE));
        columns.addAll(wide);
        return List.copyOf(columns);
    }

    private static List<Column> counts(String what, String... severities) {
        List<Column> columns = new ArrayList<>();
        for (String severity : severities) {
            columns.add(new Column(
                    severity,
                    "integer",
                    "Number of " + what + " of severity " + severity.toUpperCase(Locale.ROOT),
                    "report.summary." + severity.toLowerCase(Locale.ROOT) + "Count",
                    1));
        }
        return columns;
    }
}
