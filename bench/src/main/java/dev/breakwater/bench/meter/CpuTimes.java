package dev.breakwater.bench.meter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * CPU time of several processes.
 *
 * @param millis by the process's name, in order
 */
public record CpuTimes(Map<String, Double> millis) {
    /** What the processes used so far. */
    public static CpuTimes now(List<ProcessMeter> processes) {
        Map<String, Double> millis = new LinkedHashMap<>();
        processes.forEach(process -> millis.put(process.name(), process.cpuMillis()));
        return new CpuTimes(millis);
    }

    /** What was used since an earlier look at the same processes. */
    public CpuTimes since(CpuTimes earlier) {
        Map<String, Double> used = new LinkedHashMap<>();
        millis.forEach((name, value) -> used.put(name, value - earlier.millis.getOrDefault(name, 0.0)));
        return new CpuTimes(used);
    }

    /** An equal share for each of some operations. */
    public CpuTimes per(int operations) {
        Map<String, Double> each = new LinkedHashMap<>();
        millis.forEach((name, value) -> each.put(name, value / operations));
        return new CpuTimes(each);
    }

    public double total() {
        return millis.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Such as {@code kube-apiserver 1.20 + etcd 0.30}. */
    @Override
    public String toString() {
        return millis.entrySet().stream()
                .map(one -> "%s %.2f".formatted(one.getKey(), one.getValue()))
                .collect(Collectors.joining(" + "));
    }
}
