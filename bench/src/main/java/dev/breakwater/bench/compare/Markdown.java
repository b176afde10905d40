package dev.breakwater.bench.compare;

import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes outcomes as tables that can be pasted into a page. */
final class Markdown {
    private static final double MIB = 1024 * 1024;

    private final int reports;

    Markdown(int reports) {
        this.reports = reports;
    }

    /**
     * @param coldCrds of servers that have just started; {@code null} where that was not measured
     * @param coldOurs the same of ours
     */
    String compare(Outcome crds, Outcome ours, @Nullable Outcome coldCrds, @Nullable Outcome coldOurs) {
        StringBuilder table = new StringBuilder();
        line(table, "work", crds.side(), ours.side(), "ratio", "goal", "met", "ratio, cold");
        line(table, "---", "---", "---", "---", "---", "---", "---");
        for (Row row : crds.measured().keySet()) {
            Measured theirs = crds.measured().get(row);
            Measured own = ours.measured().get(row);
            if (theirs != null && own != null) {
                goal(
                        table,
                        title(row),
                        cell(row, theirs),
                        cell(row, own),
                        Goal.of(row, theirs, own),
                        cold(row, coldCrds, coldOurs));
            }
        }
        goal(
                table,
                "memory of the server, peak",
                memory(crds),
                memory(ours),
                Goal.memory(crds.peakSum(), ours.peakSum()),
                coldCrds == null || coldOurs == null
                        ? ""
                        : Goal.memory(coldCrds.peakSum(), coldOurs.peakSum()).ratio());
        goal(
                table,
                "disk",
                mebibytes(crds.diskBytes()),
                mebibytes(ours.diskBytes()),
                Goal.disk(crds.diskBytes(), ours.diskBytes()),
                "");
        return table.toString();
    }

    /** One side alone. */
    String single(Outcome outcome) {
        StringBuilder table = new StringBuilder();
        line(table, "work", outcome.side());
        line(table, "---", "---");
        outcome.measured().forEach((row, measured) -> line(table, title(row), cell(row, measured)));
        line(table, "memory of the server, peak", memory(outcome));
        line(table, "disk", mebibytes(outcome.diskBytes()));
        return table.toString();
    }

    private String title(Row row) {
        return switch (row) {
            case CREATE -> "create %,d".formatted(reports);
            case RESCAN -> "daily rescan (GET, new timestamp, PUT), %,d".formatted(reports);
            case TABLE -> "`kubectl get -A` (Table, pages of 500)";
            case METADATA -> "metadata only, one request";
            case PAGES -> "full list, gzip, pages of 500";
            case LIST -> "full list, gzip, one request";
            case SELECTOR -> "label selector, 10 of %,d".formatted(reports);
            case GET -> "get one, 8 at a time";
            case WATCH -> "update to watch event, 10 watchers";
        };
    }

    private String cell(Row row, Measured m) {
        String cpu = "%s ms of CPU".formatted(number(m.cpu()));
        return switch (row) {
            case CREATE, RESCAN ->
                "%s/s, p99 %s ms, %s each"
                        .formatted(number(m.rate()), number(m.latencies().percentile(99)), cpu);
            case TABLE, METADATA ->
                "%s ms, %s us a row, %s".formatted(number(m.median()), number(m.median() * 1000 / reports), cpu);
            case PAGES -> "%s ms, %s on the wire, %s".formatted(number(m.median()), megabytes(m), cpu);
            case LIST ->
                "%s ms, first byte %s ms, %s on the wire, %s"
                        .formatted(number(m.median()), number(m.firstByte().median()), megabytes(m), cpu);
            case SELECTOR -> "%s ms, %s".formatted(number(m.median()), cpu);
            case GET ->
                "%s/s, p50 %s ms, p99 %s ms, %s each"
                        .formatted(
                                number(m.rate()),
                                number(m.median()),
                                number(m.latencies().percentile(99)),
                                cpu);
            case WATCH ->
                "p50 %s ms, p99 %s ms, %s an update"
                        .formatted(number(m.median()), number(m.latencies().percentile(99)), cpu);
        };
    }

    private static String megabytes(Measured m) {
        return "%s MB".formatted(number(m.wireBytes() / 1e6 / m.operations()));
    }

    private static String memory(Outcome outcome) {
        if (outcome.peakBytes().size() == 1) {
            return mebibytes(outcome.peakSum());
        }
        String parts = outcome.peakBytes().entrySet().stream()
                .map(part -> part.getKey() + " " + mebibytes(part.getValue()))
                .collect(Collectors.joining(" + "));
        return mebibytes(outcome.peakSum()) + " (" + parts + ")";
    }

    private static String mebibytes(long bytes) {
        return "%,.0f MiB".formatted(bytes / MIB);
    }

    /** Three digits at the least, none beyond the point from a hundred on. */
    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    private static String cold(Row row, @Nullable Outcome crds, @Nullable Outcome ours) {
        Measured theirs = crds == null ? null : crds.measured().get(row);
        Measured own = ours == null ? null : ours.measured().get(row);
        if (theirs == null || own == null) {
            return "";
        }
        Goal goal = Goal.cold(row, theirs, own);
        return goal.text().isEmpty()
                ? goal.ratio()
                : "%s (goal %s: %s)".formatted(goal.ratio(), goal.text(), goal.met() ? "yes" : "**no**");
    }

    private static void goal(StringBuilder table, String work, String theirs, String ours, Goal goal, String cold) {
        line(table, work, theirs, ours, goal.ratio(), goal.text(), goal.met() ? "yes" : "**no**", cold);
    }

    private static void line(StringBuilder table, String... cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
