package dev.breakwater.controller.inventory;

import dev.breakwater.controller.kube.Resource;
import java.util.Arrays;
import java.util.Optional;

/** The kinds that own reports (trivy-operator 2.2). A Deployment is not among them: its ReplicaSet in use is. */
public enum WorkloadKind {
    POD(Resource.core("pods", "Pod")),
    REPLICA_SET(new Resource("apps", "v1", "replicasets", "ReplicaSet", true)),
    STATEFUL_SET(new Resource("apps", "v1", "statefulsets", "StatefulSet", true)),
    DAEMON_SET(new Resource("apps", "v1", "daemonsets", "DaemonSet", true)),
    REPLICATION_CONTROLLER(Resource.core("replicationcontrollers", "ReplicationController")),
    JOB(new Resource("batch", "v1", "jobs", "Job", true)),
    CRON_JOB(new Resource("batch", "v1", "cronjobs", "CronJob", true));

    private final Resource resource;

    WorkloadKind(Resource resource) {
        this.resource = resource;
    }

    public Resource resource() {
        return resource;
    }

    static boolean isUnknown(String kind) {
        return Arrays.stream(values()).noneMatch(known -> known.resource.kind().equals(kind));
    }

    /** Empty for kinds of others (an Argo workflow, a node's mirror pod): the pod itself is the workload then. */
    static Optional<WorkloadKind> of(String apiVersion, String kind) {
        for (WorkloadKind known : values()) {
            if (known.resource.kind().equals(kind)
                    && known.resource.apiVersion().equals(apiVersion)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }
}
