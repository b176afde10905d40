package dev.breakwater.bench.drill;

import dev.breakwater.bench.meter.ProcessMeter;
import dev.breakwater.bench.wire.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A server with the reports in it, under a load: ours, or kube-apiserver with the same as custom resources.
 *
 * @param name for people
 * @param meter of the process that answers
 */
record Stage(String name, Endpoint endpoint, Scene.Paths paths, ProcessMeter meter) {
    /** What was seen under a load. */
    record Figures(
            String name,
            Probes.Measured probes,
            Map<Integer, Integer> statuses,
            Map<Integer, String> words,
            Map<String, Double> figures,
            double seconds,
            double cpuSeconds,
            long peakBytes,
            List<String> problems) {
        /** The same with something that went wrong. */
        Figures with(String problem) {
            List<String> all = new ArrayList<>(problems);
            all.add(problem);
            return new Figures(
                    name, probes, statuses, words, figures, seconds, cpuSeconds, peakBytes, List.copyOf(all));
        }
    }

    Probes probes() {
        return new Probes(endpoint, paths.in(Ground.QUIET), name -> Texts.small(paths.group(), name));
    }

    /** With nothing else to do. */
    Probes.Measured idle() throws InterruptedException {
        Probes idle = probes().start();
        Thread.sleep(6_000);
        return idle.end();
    }

    Figures under(Case load) throws InterruptedException {
        double cpuBefore = meter.cpuMillis();
        meter.resetPeak();
        Gauge gauge = new Gauge(meter).start();
        Scene scene = new Scene(endpoint, paths);
        Probes probes = probes().start();
        List<String> problems = new ArrayList<>();
        long start = System.nanoTime();
        try {
            load.act().run(scene);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            problems.add("the load could not go on: " + e);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Probes.Measured measured = probes.end();
        Gauge.Seen seen = gauge.end();
        return new Figures(
                name,
                measured,
                Map.copyOf(scene.statuses()),
                Map.copyOf(scene.words()),
                scene.figures(),
                seconds,
                (seen.cpuMillis() - cpuBefore) / 1e3,
                seen.peakBytes(),
                problems);
    }
}
