package dev.breakwater.cli.audit;

import dev.breakwater.controller.checks.Severity;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Running counts over all audited objects. */
final class Totals {
    private final Map<Severity, Integer> bySeverity = new EnumMap<>(Severity.class);
    private int objects;
    private int objectsWithFindings;
    private int undecided;
    private int unread;
    private int withoutKind;
    private final Map<String, Integer> notJudged = new TreeMap<>();

    void add(Audited audited) {
        if (audited.manifest().kind().isEmpty()) {
            // Values of a chart, a pipeline of CI: no Kubernetes object, however much it looks like YAML.
            withoutKind++;
        } else {
            objects++;
        }
        if (!audited.judged() && !audited.manifest().kind().isEmpty()) {
            notJudged.merge(audited.manifest().kind(), 1, Integer::sum);
        }
        objectsWithFindings += audited.findings().isEmpty() ? 0 : 1;
        undecided += audited.undecided().size();
        audited.findings().forEach(finding -> bySeverity.merge(finding.severity(), 1, Integer::sum));
    }

    void add(Unread unread) {
        this.unread++;
    }

    /** That have a kind, judged or not. */
    int objects() {
        return objects;
    }

    int objectsWithFindings() {
        return objectsWithFindings;
    }

    int judged() {
        return objects - notJudged.values().stream().mapToInt(Integer::intValue).sum();
    }

    int unread() {
        return unread;
    }

    /** What no check was about, in one line; empty where there is nothing of the sort. */
    String notJudged() {
        int count = notJudged.values().stream().mapToInt(Integer::intValue).sum();
        String kinds = notJudged.entrySet().stream()
                .map(kind -> kind.getKey() + (kind.getValue() == 1 ? "" : " (" + kind.getValue() + ")"))
                .collect(Collectors.joining(", "));
        String unjudged =
                count == 0 ? "" : "Not judged, as no check is about " + kinds + ": " + counted(count, "object");
        String others =
                withoutKind == 0 ? "" : "No Kubernetes object, as it has no kind: " + counted(withoutKind, "document");
        return unjudged.isEmpty() || others.isEmpty() ? unjudged + others : unjudged + ". " + others;
    }

    private static String counted(int count, String noun) {
        return count == 1 ? "1 " + noun : count + " " + noun + "s";
    }

    int undecided() {
        return undecided;
    }

    int of(Severity severity) {
        return bySeverity.getOrDefault(severity, 0);
    }

    /** Whether there is a finding of this severity or a worse one. */
    boolean reach(Severity severity) {
        return bySeverity.keySet().stream().anyMatch(found -> found.compareTo(severity) >= 0);
    }
}
