package dev.breakwater.cli.exposure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The rows of {@link Exposure} for a terminal, columns as wide as their contents. */
public final class ExposureTable {
    private static final List<String> HEADER =
            List.of("NAMESPACE", "WORKLOAD", "IMAGE", "CRITICAL", "HIGH", "SECRETS", "CONFIG");
    private static final List<String> WIDE_HEADER =
            List.of("NAMESPACE", "WORKLOAD", "IMAGE", "CRITICAL", "HIGH", "MEDIUM", "LOW", "SECRETS", "CONFIG");
    /** From here on columns are numbers, set to the right. */
    private static final int FIRST_NUMBER = 3;

    private ExposureTable() {}

    /** Lines without a line break at the end of the last. Of several images the first is named. */
    public static String of(List<Exposure.Row> rows) {
        List<List<String>> cells = new ArrayList<>(List.of(HEADER));
        for (Exposure.Row row : rows) {
            int others = row.images().size() - 1;
            String image = row.images().getFirst() + (others == 0 ? "" : " +" + others);
            cells.add(cells(row, image, row.critical(), row.high(), row.secrets(), row.audit()));
        }
        return aligned(cells);
    }

    /** With every image and every severity. */
    static String wide(List<Exposure.Row> rows) {
        List<List<String>> cells = new ArrayList<>(List.of(WIDE_HEADER));
        for (Exposure.Row row : rows) {
            cells.add(cells(
                    row,
                    String.join(",", row.images()),
                    row.critical(),
                    row.high(),
                    row.medium(),
                    row.low(),
                    row.secrets(),
                    row.audit()));
        }
        return aligned(cells);
    }

    private static List<String> cells(Exposure.Row row, String image, long... numbers) {
        List<String> cells = new ArrayList<>(List.of(row.namespace(), row.workload(), image));
        LongStream.of(numbers).mapToObj(Long::toString).forEach(cells::add);
        return cells;
    }

    private static String aligned(List<List<String>> cells) {
        int[] widths = new int[cells.getFirst().size()];
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
