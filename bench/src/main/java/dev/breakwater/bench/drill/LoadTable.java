package dev.breakwater.bench.drill;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The loads, ours beside the custom resources, with what is wanted of each and whether it holds.
 *
 * @param idle of our server
 * @param idleOther of kube-apiserver; {@code null} where it was not asked
 */
record LoadTable(Probes.Measured idle, Probes.@Nullable Measured idleOther, List<Line> lines) {
    private static final double TIMES_IDLE = 20;
    private static final double TIMES_IDLE_NOISY = 5;
    private static final double SLOWED = 0.9;
    private static final long SMALL = 256L << 20;

    /**
     * One load.
     *
     * @param alive whether our server was, after it
     */
    record Line(Case load, Stage.Figures ours, Stage.@Nullable Figures other, boolean alive) {
        /** For a file. */
        Map<String, Object> figures() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("load", load.name());
            all.put("alive", alive);
            all.put("ours", ours);
            if (other != null) {
                all.put("other", other);
            }
            return all;
        }
    }

    /** What is wanted of a load, each with whether it holds. */
    static Map<String, Boolean> wanted(Line line, Probes.Measured idle, long memoryLimit) {
        Map<String, Boolean> wanted = new LinkedHashMap<>();
        Stage.Figures ours = line.ours();
        Stage.Figures other = line.other();
        double get = ours.probes().get().p99();
        wanted.put("lives", line.alive() && ours.problems().isEmpty());
        wanted.put(
                "nobody else fails",
                ours.probes().get().failed()
                                + ours.probes().create().failed()
                                + ours.probes().live().failed()
                        == 0);
        wanted.put(
                "no 5xx, none unanswered",
                ours.statuses().keySet().stream().allMatch(status -> status >= 0 && status < 500));
        switch (line.load().name()) {
            case "load-lists-gzip", "load-lists-plain", "load-watches-read" -> {
                wanted.put(
                        "get p99 < %.0f x idle".formatted(TIMES_IDLE),
                        get < TIMES_IDLE * idle.get().p99());
                if (other != null) {
                    wanted.put("get p99 <= CRDs'", get <= other.probes().get().p99());
                    wanted.put(
                            "create p99 <= CRDs'",
                            ours.probes().create().p99()
                                    <= other.probes().create().p99());
                }
            }
            case "load-watches-unread" -> {
                double alone = ours.figures().getOrDefault(LoadCases.WRITES_ALONE, 0.0);
                double beside = ours.figures().getOrDefault(LoadCases.WRITES, 0.0);
                wanted.put("writers keep nine tenths", beside >= SLOWED * alone);
            }
            case "load-noisy-user" ->
                wanted.put(
                        "get p99 < %.0f x idle".formatted(TIMES_IDLE_NOISY),
                        get < TIMES_IDLE_NOISY * idle.get().p99());
            default -> wanted.put("all watches open", ours.figures().getOrDefault(LoadCases.WATCHES, 0.0) >= 10_000);
        }
        long most = line.load().name().equals("load-watches-read") ? SMALL : memoryLimit;
        wanted.put("memory < %d MiB".formatted(most >> 20), ours.peakBytes() < most);
        return wanted;
    }

    String markdown(long memoryLimit) {
        StringBuilder text = new StringBuilder();
        idleLine(text, "Breakwater", idle);
        if (idleOther != null) {
            idleLine(text, "CRDs", idleOther);
        }
        text.append("""

                | load | side | get p50/p99 ms | create p50/p99 ms | longest /livez ms | failed get/create/livez | answers | CPU s | peak MiB | figures | wanted |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                """);
        for (Line line : lines) {
            row(text, line.load().name(), line.ours(), verdict(line, memoryLimit));
            if (line.other() != null) {
                row(text, "", line.other(), String.join("; ", line.other().problems()));
            }
        }
        return text.toString();
    }

    boolean holds(long memoryLimit) {
        return lines.stream()
                .allMatch(line ->
                        wanted(line, idle, memoryLimit).values().stream().allMatch(Boolean::booleanValue));
    }

    private String verdict(Line line, long memoryLimit) {
        List<String> words = new ArrayList<>();
        wanted(line, idle, memoryLimit).forEach((what, good) -> words.add((good ? "yes: " : "NO: ") + what));
        words.addAll(line.ours().problems());
        return String.join("; ", words);
    }

    private static void idleLine(StringBuilder text, String name, Probes.Measured idle) {
        text.append("- idle, %s: get p50/p99 %.1f/%.1f ms, create p50/p99 %.1f/%.1f ms, longest /livez %.0f ms%n"
                .formatted(
                        name,
                        idle.get().p50(),
                        idle.get().p99(),
                        idle.create().p50(),
                        idle.create().p99(),
                        idle.live().longest()));
    }

    private static void row(StringBuilder text, String load, Stage.Figures seen, String verdict) {
        Probes.Measured probes = seen.probes();
        String figures = seen.figures().entrySet().stream()
                .map(one -> "%s %.0f".formatted(one.getKey(), one.getValue()))
                .collect(Collectors.joining(", "));
        text.append("| %s | %s | %.1f/%.1f | %.1f/%.1f | %.0f | %d/%d/%d | %s | %.1f | %d | %s | %s |%n"
                .formatted(
                        load,
                        seen.name(),
                        probes.get().p50(),
                        probes.get().p99(),
                        probes.create().p50(),
                        probes.create().p99(),
                        probes.live().longest(),
                        probes.get().failed(),
                        probes.create().failed(),
                        probes.live().failed(),
                        DrillTable.answers(seen.statuses()),
                        seen.cpuSeconds(),
                        seen.peakBytes() >> 20,
                        figures,
                        verdict));
    }
}
