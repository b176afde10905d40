package dev.breakwater.bench.start;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one start, or one short run, took.
 *
 * @param seconds from the start of the process until it was ready, or had ended
 * @param cpuSeconds user and system time of all its threads until then
 * @param peakMebibytes highest resident memory until then
 */
record Figures(double seconds, double cpuSeconds, double peakMebibytes) {
    /** Each figure's middle one. */
    static Figures median(List<Figures> runs) {
        return new Figures(
                middle(runs, Figures::seconds),
                middle(runs, Figures::cpuSeconds),
                middle(runs, Figures::peakMebibytes));
    }

    private static double middle(List<Figures> runs, ToDoubleFunction<Figures> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
