package dev.breakwater.controller.audit;

import dev.breakwater.controller.kube.Resource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The kinds of objects that are audited (checks 5). A Deployment is not among them: its ReplicaSet in use is. */
public enum AuditedKind {
    POD(Resource.core("pods", "Pod")),
    REPLICA_SET(new Resource("apps", "v1", "replicasets", "ReplicaSet", true)),
    REPLICATION_CONTROLLER(Resource.core("replicationcontrollers", "ReplicationController")),
    STATEFUL_SET(new Resource("apps", "v1", "statefulsets", "StatefulSet", true)),
    DAEMON_SET(new Resource("apps", "v1", "daemonsets", "DaemonSet", true)),
    CRON_JOB(new Resource("batch", "v1", "cronjobs", "CronJob", true)),
    JOB(new Resource("batch", "v1", "jobs", "Job", true)),
    SERVICE(Resource.core("services", "Service")),
    ROLE(new Resource("rbac.authorization.k8s.io", "v1", "roles", "Role", true)),
    CLUSTER_ROLE(new Resource("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false)),
    ROLE_BINDING(new Resource("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true)),
    CLUSTER_ROLE_BINDING(
            new Resource("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", false)),
    NETWORK_POLICY(new Resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true)),
    INGRESS(new Resource("networking.k8s.io", "v1", "ingresses", "Ingress", true)),
    LIMIT_RANGE(Resource.core("limitranges", "LimitRange")),
    RESOURCE_QUOTA(Resource.core("resourcequotas", "ResourceQuota")),
    PERSISTENT_VOLUME(new Resource("", "v1", "persistentvolumes", "PersistentVolume", false)),
    PERSISTENT_VOLUME_CLAIM(Resource.core("persistentvolumeclaims", "PersistentVolumeClaim")),
    CONFIG_MAP(Resource.core("configmaps", "ConfigMap"));

    private final Resource resource;

    AuditedKind(Resource resource) {
        this.resource = resource;
    }

    public Resource resource() {
        return resource;
    }

    /**
     * The kinds of a name: that of one kind, in any case, or {@code Workload} for all that run pods.
     *
     * @throws IllegalArgumentException for another name; the message lists all
     */
    public static Set<AuditedKind> named(String name) {
        if (name.equalsIgnoreCase("Workload")) {
            return EnumSet.range(POD, JOB);
        }
        Set<AuditedKind> kinds = EnumSet.noneOf(AuditedKind.class);
        for (AuditedKind kind : values()) {
            if (kind.resource.kind().equalsIgnoreCase(name)) {
                kinds.add(kind);
            }
        }
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' is no kind that is audited; allowed are Workload, "
                    + Arrays.stream(values()).map(kind -> kind.resource.kind()).collect(Collectors.joining(", "))
                    + (name.toLowerCase(Locale.ROOT).equals("deployment")
                            ? " (a Deployment is judged by its ReplicaSet)"
                            : ""));
        }
        return kinds;
    }

    /** All but config maps, whose checks guess from words and report much that is nothing. */
    public static Set<AuditedKind> byDefault() {
        return EnumSet.complementOf(EnumSet.of(CONFIG_MAP));
    }
}
