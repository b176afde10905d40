package dev.breakwater.cli.exposure;

import java.util.ArrayList;
import java.util.List;

/** The rows of {@link Exposure} for a terminal, columns as wide as their contents. */
public final class ExposureTable {
    private static final List<String> HEADER =
            List.of("NAMESPACE", "WORKLOAD", "IMAGE", "CRITICAL", "HIGH", "SECRETS", "CONFIG");
    /** From here on columns are numbers, set to the right. */
    private static final int FIRST_NUMBER = 3;

    private ExposureTable() {}

    /** Lines without a line break at the end of the last. */
    public static String of(List<Exposure.Row> rows) {
        List<List<String>> cells = new ArrayList<>(List.of(HEADER));
        for (Exposure.Row row : rows) {
            cells.add(List.of(
                    row.namespace(),
                    row.workload(),
                    row.image(),
                    Long.toString(row.critical()),
                    Long.toString(row.high()),
                    Long.toString(row.secrets()),
                    Long.toString(row.audit())));
        }
        int[] widths = new int[HEADER.size()];
        cells.forEach(line -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        });
        StringBuilder table = new StringBuilder();
        for (List<String> line : cells) {
            table.append(table.isEmpty() ? "" : System.lineSeparator());
            for (int i = 0; i < widths.length; i++) {
                String width = (i < FIRST_NUMBER ? "%-" : "%") + widths[i] + "s";
                table.append("  ").append(width.formatted(line.get(i)));
            }
        }
        return table.toString();
    }
}
