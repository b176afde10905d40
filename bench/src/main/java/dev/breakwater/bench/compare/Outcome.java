package dev.breakwater.bench.compare;

import java.util.Map;

/**
 * Everything that was measured on one side.
 *
 * @param side its name
 * @param measured in the order of the rows
 * @param peakBytes highest resident memory of each of the side's own processes
 * @param diskBytes length of all its files at the end
 */
record Outcome(String side, Map<Row, Measured> measured, Map<String, Long> peakBytes, long diskBytes) {
    long peakSum() {
        return peakBytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
