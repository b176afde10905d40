package dev.breakwater.bench.drill;

import dev.breakwater.bench.meter.ProcessMeter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs one case: probes, the case, a moment in which the server may recover, and the verdict.
 *
 * @param memoryLimit of the container, in bytes: beyond it the kernel would have ended the server
 */
record Drill(Ground ground, long memoryLimit, Bounds bounds) {
    private static final Duration BEFORE = Duration.ofMillis(600);

    /**
     * What waits are right.
     *
     * @param live longest of a probe, in milliseconds: that of kubelet
     * @param others longest of a small get or create of somebody else, in milliseconds
     * @param settling how long the server is looked at after the case
     */
    record Bounds(double live, double others, Duration settling) {}

    Outcome run(Case one, int number) throws IOException, InterruptedException {
        DrilledServer server = ground.server();
        ProcessMeter meter = server.meter();
        double cpuBefore = meter.cpuMillis();
        meter.resetPeak();
        Gauge gauge = new Gauge(meter).start();
        Scene scene = new Scene(server.endpoint(), ground.paths(number));
        Probes probes = Ground.probes(server.endpoint()).start();
        Thread.sleep(BEFORE.toMillis());
        long start = System.nanoTime();
        List<String> problems = new ArrayList<>();
        try {
            one.act().run(scene);
        } catch (IOException | IllegalStateException e) {
            problems.add("the case could not go on: " + e.getMessage());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        boolean ended = server.ends(bounds.settling());
        Probes.Measured measured = probes.end();
        Gauge.Seen seen = gauge.end();
        if (ended) {
            problems.addFirst("the server ended with status " + server.exitValue() + ": " + lastLine(server.logTail()));
        }
        judge(one, scene, measured, seen.peakBytes(), problems);
        return new Outcome(
                one.row(),
                one.name(),
                !ended,
                Map.copyOf(scene.statuses()),
                Map.copyOf(scene.words()),
                scene.longestAnswer(),
                seconds,
                measured,
                (seen.cpuMillis() - cpuBefore) / 1e3,
                seen.peakBytes(),
                scene.notes(),
                List.copyOf(problems));
    }

    private void judge(Case one, Scene scene, Probes.Measured measured, long peak, List<String> problems) {
        scene.statuses().forEach((status, count) -> {
            if (status == Scene.NONE) {
                problems.add(count + " without an answer in " + Scene.PATIENCE.toSeconds() + " s");
            } else if (status != Scene.CUT && !one.wanted().test(status)) {
                problems.add(
                        count + " answered " + status + ": " + scene.words().getOrDefault(status, ""));
            }
        });
        wait("/livez", measured.live(), bounds.live(), problems);
        wait("a small get", measured.get(), bounds.others(), problems);
        wait("a small create", measured.create(), bounds.others(), problems);
        if (peak > memoryLimit) {
            problems.add("%d MiB of memory, where the container has %d".formatted(peak >> 20, memoryLimit >> 20));
        }
    }

    private static void wait(String what, Probes.Waits waits, double bound, List<String> problems) {
        if (waits.failed() > 0) {
            problems.add("%d of %d times %s failed".formatted(waits.failed(), waits.count(), what));
        }
        if (waits.longest() > bound) {
            problems.add("%s waited %.1f s".formatted(what, waits.longest() / 1e3));
        }
    }

    private static String lastLine(String log) {
        List<String> lines = log.lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "without a word" : lines.getLast();
    }
}
