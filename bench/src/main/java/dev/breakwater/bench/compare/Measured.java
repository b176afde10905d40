package dev.breakwater.bench.compare;

import dev.breakwater.bench.meter.CpuTimes;
import dev.breakwater.bench.meter.Latencies;

/**
 * What one kind of work took on one side.
 *
 * @param operations counted in {@code cpuTimes} and {@code seconds}
 * @param seconds on the wire, for all operations
 * @param latencies one per operation; of a watch one per event and watcher
 * @param firstByte from the request to the first byte of the answer's body, one per operation; empty where it says nothing
 * @param wireBytes of the answers, for all operations
 * @param cpuTimes of the server's processes, for all operations
 */
public record Measured(
        int operations, double seconds, Latencies latencies, Latencies firstByte, long wireBytes, CpuTimes cpuTimes) {
    /** Operations per second. */
    public double rate() {
        return operations / seconds;
    }

    /** Server CPU per operation in milliseconds. */
    public double cpu() {
        return cpuTimes.total() / operations;
    }

    /** Middle duration of an operation in milliseconds. */
    public double median() {
        return latencies.median();
    }
}
