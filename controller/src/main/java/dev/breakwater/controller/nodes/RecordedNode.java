package dev.breakwater.controller.nodes;

import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.Evidence;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Meta;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/**
 * The report of a node that is not there, made of what a collector once said about one: for demonstrations.
 *
 * @param uid of the node, as its report names its owner
 */
public record RecordedNode(String name, String uid, NodeFacts facts) {
    /** @param configHash of the checks, for nodes */
    public void write(KubeApi api, CheckSet checks, String configHash, AuditSettings recording, Instant now)
            throws IOException {
        ClusterNode node = new ClusterNode(new Meta(name, null, uid, null, null, null, null, null, null), null);
        Map<String, Object> subject = facts.subject(name);
        new NodeReport(node, checks.audit(subject), Evidence.missing(checks, subject), configHash, now, recording)
                .write(api, false, other -> false);
    }
}
