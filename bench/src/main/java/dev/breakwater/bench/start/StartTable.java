package dev.breakwater.bench.start;

import java.util.Map;

/** Writes starts as a table that can be pasted into a page: each way, and its share of the first way of the same work. */
final class StartTable {
    private StartTable() {}

    /** @param measured by work and way, in order */
    static String of(Map<String, Map<String, Figures>> measured) {
        StringBuilder table = new StringBuilder();
        table.append("| work | way | s | s of CPU | MiB, peak | time, of the first | CPU | memory |\n");
        table.append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        measured.forEach((work, ways) -> {
            Figures first = ways.values().iterator().next();
            ways.forEach((way, figures) -> table.append("| %s | %s | %.2f | %.2f | %.0f | %.2f | %.2f | %.2f |\n"
                    .formatted(
                            work,
                            way,
                            figures.seconds(),
                            figures.cpuSeconds(),
                            figures.peakMebibytes(),
                            figures.seconds() / first.seconds(),
                            figures.cpuSeconds() / first.cpuSeconds(),
                            figures.peakMebibytes() / first.peakMebibytes())));
        });
        return table.toString();
    }
}
