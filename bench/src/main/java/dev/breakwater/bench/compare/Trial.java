package dev.breakwater.bench.compare;

import dev.breakwater.bench.meter.DiskUse;
import dev.breakwater.bench.meter.ProcessMeter;
import dev.breakwater.bench.side.Side;
import dev.breakwater.bench.wire.Call;
import dev.breakwater.bench.workload.Workload;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs the rows against one side, in their order: first over the warm-up's reports, which are deleted afterwards, as often as fits
 * into the warm-up's time and once at least; then over those that are measured. Reports are always created, because every other row needs them.
 */
final class Trial {
    private final Workload warmUp;
    private final Duration warmUpTime;
    private final Workload workload;
    private final Set<Row> rows;
    private final Consumer<String> progress;

    Trial(Workload warmUp, Duration warmUpTime, Workload workload, Set<Row> rows, Consumer<String> progress) {
        this.warmUp = warmUp;
        this.warmUpTime = warmUpTime;
        this.workload = workload;
        this.rows = EnumSet.copyOf(rows);
        this.rows.add(Row.CREATE);
        this.progress = progress;
    }

    Outcome run(Side side) {
        try (Clients clients = new Clients(side.endpoint())) {
            warmUp(side, clients);
            Map<Row, Measured> measured = new EnumMap<>(Row.class);
            Work work = new Work(side, workload, clients);
            ProcessMeter client =
                    new ProcessMeter("client", ProcessHandle.current().pid());
            for (Row row : rows) {
                double before = client.cpuMillis();
                Measured result = work.measure(row);
                double own = (client.cpuMillis() - before) / result.operations();
                measured.put(row, result);
                progress.accept("%s: %s: %d in %.2f s, p50 %.2f ms, ms of CPU each: %s + client %.2f"
                        .formatted(
                                side.name(),
                                row,
                                result.operations(),
                                result.seconds(),
                                result.median(),
                                result.cpuTimes().per(result.operations()),
                                own));
            }
            Map<String, Long> peaks = new LinkedHashMap<>();
            for (ProcessMeter meter : side.memory()) {
                peaks.put(meter.name(), meter.peakBytes());
            }
            return new Outcome(side.name(), measured, peaks, DiskUse.of(side.disk()));
        }
    }

    /** The warm-up alone. */
    void warmUp(Side side) {
        try (Clients clients = new Clients(side.endpoint())) {
            warmUp(side, clients);
        }
    }

    private void warmUp(Side side, Clients clients) {
        if (warmUp.reports().isEmpty()) {
            return;
        }
        progress.accept("%s: warming up with %d reports"
                .formatted(side.name(), warmUp.reports().size()));
        Work work = new Work(side, warmUp, clients);
        long end = System.nanoTime() + warmUpTime.toNanos();
        int rounds = 0;
        do {
            for (Row row : rows) {
                work.measure(row);
            }
            for (String namespace : warmUp.namespaces()) {
                clients.first().expect(Call.delete(side.reports(namespace)));
            }
            rounds++;
        } while (System.nanoTime() < end);
        progress.accept("%s: warm after %d rounds".formatted(side.name(), rounds));
    }
}
