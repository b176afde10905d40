package dev.breakwater.controller.nodes;

import dev.breakwater.controller.jobs.JobRun;
import dev.breakwater.controller.jobs.JobRuns;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the collector on a node and fetches what it printed.
 *
 * <p>Threading: stateless; {@link #collect} blocks its caller.
 */
final class CollectorJobs {
    private static final Logger log = LoggerFactory.getLogger(CollectorJobs.class);
    private static final int LARGEST_LOG = 4 << 20;

    private final JobRuns runs;
    private final CollectorSettings settings;
    private final CollectorJob template;

    CollectorJobs(KubeApi api, String namespace, CollectorSettings settings, InstantSource clock, Pause pause) {
        this.runs = new JobRuns(api, namespace, clock, pause);
        this.settings = settings;
        this.template = new CollectorJob(namespace, settings);
    }

    /** @throws IOException where the API server cannot be reached; nothing is known about the node then */
    Collected collect(ClusterNode node) throws IOException, InterruptedException {
        JobRun<Optional<NodeFacts>> run = runs.run(
                template.build(node),
                CollectorJob.LABEL + "=breakwater",
                settings.deadline(),
                JobRuns.Existing.ADOPTED,
                made -> log.info("node {}: collecting facts in job {}", node.name(), CollectorJob.nameOf(node)),
                printed -> NodeFacts.parse(new String(printed.readNBytes(LARGEST_LOG), StandardCharsets.UTF_8)));
        return switch (run) {
            case JobRun.Finished<Optional<NodeFacts>> finished ->
                finished.result()
                        .<Collected>map(Collected.Read::new)
                        .orElseGet(() -> new Collected.Unreadable(
                                "NoFacts", "the collector printed no NodeInfo; is nodes.image the right image?"));
            case JobRun.Failed<Optional<NodeFacts>> failed ->
                new Collected.Unreadable(
                        switch (failed.reason()) {
                            case FAILED -> "CollectorFailed";
                            case NOT_STARTED -> "CollectorNotStarted";
                            case REFUSED, DELETED, OVERDUE, NO_LOG ->
                                failed.reason().word();
                        },
                        failed.message());
        };
    }
}
