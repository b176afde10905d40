package dev.breakwater.cli.audit;

import dev.breakwater.controller.checks.Severity;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** For a person: grouped by object, the worst first; objects without findings are only counted. */
final class TableOutput implements AuditOutput {
    private static final List<Severity> WORST_FIRST =
            List.of(Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.UNKNOWN);

    private final PrintWriter out;
    private final boolean colours;

    TableOutput(PrintWriter out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    @Override
    public void begin() {}

    @Override
    public void object(Audited audited) {
        if (audited.findings().isEmpty() && audited.undecided().isEmpty()) {
            return;
        }
        Manifest manifest = audited.manifest();
        String where = manifest.namespace().isEmpty() ? manifest.name() : manifest.namespace() + "/" + manifest.name();
        out.println(painted("1", manifest.kind() + " " + where) + "  " + manifest.file() + ":" + manifest.line());
        audited.findings().stream()
                .sorted(Comparator.comparing(Audited.Finding::severity).reversed())
                .forEach(finding -> out.println("  "
                        + painted(colour(finding.severity()), "%-8s".formatted(finding.severity()))
                        + "  %-10s  %s".formatted(finding.check().id(), finding.message())));
        for (Audited.Undecided undecided : audited.undecided()) {
            out.println("  %-8s  %-10s  could not be decided: %s"
                    .formatted("ERROR", undecided.check().id(), oneLine(undecided.reason())));
        }
        out.println();
    }

    @Override
    public void end(Totals totals) {
        int findings = WORST_FIRST.stream().mapToInt(totals::of).sum();
        String bySeverity = WORST_FIRST.stream()
                .filter(severity -> totals.of(severity) > 0)
                .map(severity -> totals.of(severity) + " " + severity.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        String undecided = totals.undecided() == 0 ? "" : counted(totals.undecided(), "check") + " undecided";
        String unread = totals.unread() == 0 ? "" : totals.unread() + " unreadable";
        out.println(Stream.of(
                        counted(totals.judged(), "object") + " audited",
                        findings == 0
                                ? "no findings"
                                : counted(findings, "finding") + " in " + totals.objectsWithFindings() + " ("
                                        + bySeverity + ")",
                        undecided,
                        unread)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", ")));
        if (!totals.notJudged().isEmpty()) {
            out.println(totals.notJudged());
        }
        out.flush();
    }

    private static String counted(int count, String noun) {
        return count == 1 ? "1 " + noun : count + " " + noun + "s";
    }

    private static String oneLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static String colour(Severity severity) {
        return switch (severity) {
            case CRITICAL -> "1;31";
            case HIGH -> "31";
            case MEDIUM -> "33";
            case LOW -> "36";
            case UNKNOWN -> "2";
        };
    }

    private String painted(String colour, String text) {
        return colours ? "\u001B[" + colour + "m" + text + "\u001B[0m" : text;
    }
}
