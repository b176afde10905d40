package dev.breakwater.bench.workload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The reports that a benchmark writes and reads: a cluster of {@code N} workload containers that run {@code N/10} distinct images.
 *
 * <p>Findings per image are log-normal with a median of 90 and a shape of 1.12, drawn at evenly spaced quantiles instead of at
 * random: so that 200 images always hold one of more than 2,000 findings, and two seeds differ in their text only. All text is made
 * up: packages, identifiers (the year 2099) and images that exist nowhere.
 *
 * @param contents distinct {@code report} objects
 * @param reports in the order in which they are written; namespaces and contents change from each to the next
 * @param namespaces that the reports lie in
 */
public record Workload(List<Content> contents, List<Report> reports, List<String> namespaces) {
    /** Label that ten reports share. */
    public static final String PICK = "bench.breakwater.dev/pick";

    /** Reports that share one value of {@link #PICK}. */
    public static final int PER_PICK = 10;

    private static final int REPORTS_PER_CONTENT = 10;
    private static final int NAMESPACES = 20;
    private static final double MEDIAN = 90;
    private static final double SHAPE = 1.12;

    /**
     * @param prefix of the namespaces, so that a warm-up and the measured run do not mix
     * @param seed of the text
     * @param count of reports, at least 10
     */
    public static Workload generate(String prefix, long seed, int count) {
        // By name, because the default algorithm may change with the JDK and the bodies with it.
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Content> contents = contents(random, Math.max(1, count / REPORTS_PER_CONTENT));
        List<String> namespaces = new ArrayList<>();
        for (int i = 0; i < NAMESPACES; i++) {
            namespaces.add("%s-%02d".formatted(prefix, i));
        }
        List<Content> order = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            order.add(contents.get(i % contents.size()));
        }
        // The content of a report is independent of its namespace: images are shared by teams.
        Collections.shuffle(order, random);
        List<Report> reports = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            reports.add(new Report(namespaces.get(i % NAMESPACES), i, order.get(i)));
        }
        return new Workload(contents, List.copyOf(reports), List.copyOf(namespaces));
    }

    /** A part of the reports, in the same namespaces. */
    public Workload part(int from, int to) {
        return new Workload(contents, reports.subList(from, to), namespaces);
    }

    /** How many values of {@link #PICK} are in use. */
    public int picks() {
        return Math.max(1, reports.size() / PER_PICK);
    }

    /** Bytes of JSON of all reports for one group. */
    public long bytes(String group) {
        return reports.stream()
                .mapToLong(report -> report.create(group).length())
                .sum();
    }

    private static List<Content> contents(RandomGenerator random, int count) {
        List<Integer> findings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            findings.add((int) Math.round(MEDIAN * Math.exp(SHAPE * Normal.quantile((i + 0.5) / count))));
        }
        FindingText text = new FindingText(random);
        List<Content> contents = new ArrayList<>();
        while (!findings.isEmpty()) {
            int number = findings.remove(random.nextInt(findings.size()));
            contents.add(text.content(contents.size(), number));
        }
        return List.copyOf(contents);
    }
}
