package dev.breakwater.bench.drill;

import java.util.List;
import java.util.Map;

/**
 * What became of a case.
 *
 * @param statuses how many answers of each status; 0 for a cut connection, -1 for no answer in time
 * @param words what was said with a status of 400 and above, the first of each
 * @param longestAnswer to the case itself, in milliseconds
 * @param seconds how long it lasted
 * @param cpuSeconds of the server
 * @param peakBytes of resident memory
 * @param problems why it does not hold; empty when it does
 */
record Outcome(
        String row,
        String name,
        boolean lived,
        Map<Integer, Integer> statuses,
        Map<Integer, String> words,
        double longestAnswer,
        double seconds,
        Probes.Measured probes,
        double cpuSeconds,
        long peakBytes,
        List<String> notes,
        List<String> problems) {
    boolean holds() {
        return problems.isEmpty();
    }
}
