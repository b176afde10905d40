package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.jobs.JobManifest;
import dev.breakwater.controller.naming.ReportNames;
import java.time.Duration;
import java.util.Map;

/**
 * The Job that looks at one node: as root, because the files are root's, but without any capability, with nothing writable, and without a token.
 */
final class CollectorJob {
    static final String CONTAINER = "node-collector";
    /** Says that a Job or a pod is of this kind; the original's key with a value of ours, so that each leaves the other's alone. */
    static final String LABEL = "node-info.collector";

    private static final String RANCHER = "/var/lib/rancher";
    /** For a controller that does not come back; one that does deletes the Job itself. */
    private static final Duration KEPT = Duration.ofHours(1);

    private final String namespace;
    private final CollectorSettings settings;

    CollectorJob(String namespace, CollectorSettings settings) {
        this.namespace = namespace;
        this.settings = settings;
    }

    static String nameOf(ClusterNode node) {
        return ReportNames.nodeCollectorJob(node.name(), node.uid());
    }

    ObjectNode build(ClusterNode node) {
        JobManifest manifest = new JobManifest(namespace, nameOf(node), settings.deadline(), KEPT)
                .label(LABEL, "breakwater")
                .annotateJob("trivy-operator.resource.name", node.name())
                .schedule(settings.priorityClass(), Map.of(), settings.tolerations())
                .onNode(node.name())
                .asRootOfTheNode()
                .container(CONTAINER, settings.image(), settings.imagePullPolicy(), settings.imagePullSecrets())
                .program(settings.command(), settings.arguments())
                .resources(settings.requests(), settings.limits());
        settings.folders().forEach(folder -> manifest.mountHost(folder, ""));
        if (node.isRancher()) {
            manifest.mountHost(RANCHER, "");
        }
        settings.files().forEach(file -> manifest.mountHost(file, "File"));
        return manifest.build();
    }
}
