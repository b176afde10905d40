package dev.breakwater.bench.drill;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The outcomes as a table for people and as JSON. */
final class DrillTable {
    private final Map<String, String> facts;
    private List<Outcome> outcomes = List.of();
    private @Nullable LoadTable loads;
    private List<Breakages.Found> found = List.of();

    DrillTable(Map<String, String> facts) {
        this.facts = new LinkedHashMap<>(facts);
    }

    void idle(Probes.Measured idle) {
        facts.put(
                "idle",
                "/livez longest %.0f ms, get p50/p99 %.1f/%.1f ms, create p50/p99 %.1f/%.1f ms"
                        .formatted(
                                idle.live().longest(),
                                idle.get().p50(),
                                idle.get().p99(),
                                idle.create().p50(),
                                idle.create().p99()));
    }

    void cases(List<Outcome> all) {
        outcomes = all;
    }

    void breakages(List<Breakages.Found> all) {
        found = all;
    }

    void loads(LoadTable compared) {
        loads = compared;
    }

    /** One line for progress. */
    String line(Outcome outcome) {
        return outcome.holds()
                ? "  holds: " + answers(outcome.statuses())
                : "  DOES NOT HOLD: " + String.join("; ", outcome.problems());
    }

    String markdown(List<Outcome> outcomes) {
        StringBuilder text = new StringBuilder();
        facts.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("""

                | row | case | holds | answers | longest /livez ms | get p50/p99 ms | create p50/p99 ms | CPU s | peak MiB | why not |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                """);
        for (Outcome outcome : outcomes) {
            Probes.Measured probes = outcome.probes();
            text.append("| %s | %s | %s | %s | %.0f | %.0f/%.0f | %.0f/%.0f | %.1f | %d | %s |%n"
                    .formatted(
                            outcome.row(),
                            outcome.name(),
                            outcome.holds() ? "yes" : outcome.lived() ? "no" : "DIED",
                            answers(outcome.statuses()),
                            probes.live().longest(),
                            probes.get().p50(),
                            probes.get().p99(),
                            probes.create().p50(),
                            probes.create().p99(),
                            outcome.cpuSeconds(),
                            outcome.peakBytes() >> 20,
                            String.join("; ", outcome.problems()).replace("|", "/")));
        }
        long held = outcomes.stream().filter(Outcome::holds).count();
        text.append("%n%d of %d hold, %d lived%n"
                .formatted(
                        held,
                        outcomes.size(),
                        outcomes.stream().filter(Outcome::lived).count()));
        return text.toString();
    }

    static String answers(Map<Integer, Integer> statuses) {
        String counts = new TreeMap<>(statuses)
                .entrySet().stream()
                        .map(one -> switch (one.getKey()) {
                                    case Scene.CUT -> "cut";
                                    case Scene.NONE -> "none";
                                    default -> one.getKey();
                                }
                                + (one.getValue() > 1 ? "x" + one.getValue() : ""))
                        .collect(Collectors.joining(" "));
        return counts.isEmpty() ? "-" : counts;
    }

    void write(Path file) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("facts", facts);
        all.put("cases", outcomes);
        LoadTable compared = loads;
        all.put(
                "loads",
                compared == null
                        ? List.of()
                        : compared.lines().stream().map(LoadTable.Line::figures).toList());
        all.put("breakages", found.stream().map(DrillTable::figures).toList());
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.write(file, mapper.writeValueAsBytes(all));
    }

    private static Map<String, Object> figures(Breakages.Found one) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("row", one.breakage().row());
        all.put("name", one.breakage().name());
        all.put("skipped", one.skipped());
        all.put("problems", one.problems());
        all.put("notes", one.notes());
        return all;
    }
}
