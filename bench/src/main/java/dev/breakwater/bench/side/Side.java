package dev.breakwater.bench.side;

import dev.breakwater.bench.meter.CpuTimes;
import dev.breakwater.bench.meter.ProcessMeter;
import dev.breakwater.bench.wire.Endpoint;
import java.nio.file.Path;
import java.util.List;

/**
 * One way of keeping reports.
 *
 * @param name for people
 * @param group of the API
 * @param processes that do the server's work; their CPU time is what an operation costs
 * @param memory the processes whose memory is this way's own
 * @param disk folder of what it stores
 */
public record Side(
        String name,
        String group,
        Endpoint endpoint,
        List<ProcessMeter> processes,
        List<ProcessMeter> memory,
        Path disk) {
    /** Path of all reports of the cluster. */
    public String reports() {
        return "/apis/" + group + "/v1alpha1/vulnerabilityreports";
    }

    /** Path of the reports of a namespace. */
    public String reports(String namespace) {
        return "/apis/" + group + "/v1alpha1/namespaces/" + namespace + "/vulnerabilityreports";
    }

    /** CPU time of the servers so far. */
    public CpuTimes cpu() {
        return CpuTimes.now(processes);
    }
}
