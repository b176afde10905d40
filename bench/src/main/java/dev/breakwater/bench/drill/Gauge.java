package dev.breakwater.bench.drill;

import dev.breakwater.bench.meter.ProcessMeter;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;

/**
 * Looks at a process now and then, because nothing can be asked of one that has ended.
 *
 * <p>Threading: one platform thread until {@link #end()}.
 */
final class Gauge {
    private final ProcessMeter meter;
    private final Thread thread;
    private volatile boolean ended;
    private double cpuMillis;
    private long peakBytes;

    Gauge(ProcessMeter meter) {
        this.meter = meter;
        thread = Thread.ofPlatform().name("drill-gauge").daemon().unstarted(this::look);
    }

    Gauge start() {
        thread.start();
        return this;
    }

    private void look() {
        try {
            while (true) {
                boolean last = ended;
                cpuMillis = meter.cpuMillis();
                peakBytes = meter.peakBytes();
                if (last) {
                    return;
                }
                Thread.sleep(50);
            }
        } catch (UncheckedIOException | NoSuchElementException e) {
            // The process is gone: what was seen last counts.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Seen end() throws InterruptedException {
        ended = true;
        thread.join();
        return new Seen(cpuMillis, peakBytes);
    }

    record Seen(double cpuMillis, long peakBytes) {}
}
