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
        if (!compared) {
            return run(loads, null);
        }
        try (CustomResourceStage other = CustomResourceStage.start(root, workload, progress)) {
            return run(loads, other.stage());
        }
    }

    private LoadTable run(List<Case> loads, @Nullable Stage other) throws IOException, InterruptedException {
        Probes.Measured idle = ours().idle();
        Probes.Measured idleOther = other == null ? null : other.idle();
        List<LoadTable.Line> lines = new ArrayList<>();
        for (Case load : loads) {
            progress.accept("%s: %s".formatted(load.name(), load.what()));
            DrilledServer server = ground.server();
            Stage.Figures mine = ours().under(load);
            boolean alive = !server.ends(AFTER);
            progress.accept("  ours: get p99 %.1f ms, %d MiB%s"
                    .formatted(mine.probes().get().p99(), mine.peakBytes() >> 20, alive ? "" : ", DIED"));
            Stage.Figures theirs = other == null ? null : other.under(load);
            if (theirs != null) {
                progress.accept("  CRDs: get p99 %.1f ms, %d MiB"
                        .formatted(theirs.probes().get().p99(), theirs.peakBytes() >> 20));
            }
            lines.add(new LoadTable.Line(load, mine, theirs, alive));
        }
        return new LoadTable(idle, idleOther, lines);
    }

    private Stage ours() throws IOException, InterruptedException {
        DrilledServer server = ground.server();
        return new Stage("Breakwater", server.endpoint(), ground.paths(0), server.meter());
    }
}
