package dev.breakwater.bench.meter;

import java.util.Arrays;
import java.util.Collection;

/** Durations, sorted. In nanoseconds. */
public final class Latencies {
    private final long[] sorted;

    public Latencies(Collection<Long> nanos) {
        sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    public int count() {
        return sorted.length;
    }

    /**
     * Nearest rank, in milliseconds.
     *
     * @param percent above 0, at most 100
     */
    public double percentile(double percent) {
        if (sorted.length == 0) {
            throw new IllegalStateException("no percentile of nothing");
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(0, rank - 1)] / 1e6;
    }

    public double median() {
        return percentile(50);
    }

    @Override
    public String toString() {
        return Arrays.toString(sorted);
    }
}
