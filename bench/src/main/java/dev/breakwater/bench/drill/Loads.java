package dev.breakwater.bench.drill;

import dev.breakwater.bench.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the loads one after the other, each against our server and then, in the same minute, against kube-apiserver. */
record Loads(Ground ground, Workload workload, Path root, boolean compared, Consumer<String> progress) {
    private static final Duration AFTER = Duration.ofSeconds(2);

    LoadTable run(List<Case> loads) throws IOException, InterruptedException {
        Probes.Measured idle = ours().idle();
        List<LoadTable.Line> lines = new ArrayList<>();
        if (!compared) {
            for (Case load : loads) {
                lines.add(line(load, null));
            }
            return new LoadTable(idle, null, lines);
        }
        Probes.Measured idleOther = null;
        for (Case load : loads) {
            // A control plane of its own for each: what one load leaves in kube-apiserver's memory would be the next
            // one's peak.
            try (CustomResourceStage other = CustomResourceStage.start(root, workload, progress)) {
                if (idleOther == null) {
                    idleOther = other.stage().idle();
                }
                lines.add(line(load, other));
            }
        }
        return new LoadTable(idle, idleOther, lines);
    }

    private LoadTable.Line line(Case load, @Nullable CustomResourceStage other)
            throws IOException, InterruptedException {
        progress.accept("%s: %s".formatted(load.name(), load.what()));
        DrilledServer server = ground.server();
        Stage.Figures mine = ours().under(load);
        boolean alive = !server.ends(AFTER);
        progress.accept("  ours: get p99 %.1f ms, %d MiB%s"
                .formatted(mine.probes().get().p99(), mine.peakBytes() >> 20, alive ? "" : ", DIED"));
        if (other == null) {
            return new LoadTable.Line(load, mine, null, alive);
        }
        Stage.Figures theirs = other.stage().under(load);
        if (other.ended()) {
            theirs = theirs.with("ended by the drill, before the machine had no memory left");
        }
        progress.accept("  CRDs: get p99 %.1f ms, %d MiB%s"
                .formatted(
                        theirs.probes().get().p99(),
                        theirs.peakBytes() >> 20,
                        other.ended() ? ", ended before the machine had no memory left" : ""));
        return new LoadTable.Line(load, mine, theirs, alive);
    }

    private Stage ours() throws IOException, InterruptedException {
        DrilledServer server = ground.server();
        return new Stage("Breakwater", server.endpoint(), ground.paths(0), server.meter());
    }
}
