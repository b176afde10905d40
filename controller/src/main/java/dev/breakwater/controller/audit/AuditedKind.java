package dev.breakwater.controller.audit;

import dev.breakwater.controller.kube.Resource;
import java.util.EnumSet;
import java.util.Set;

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

    /** All but config maps, whose checks guess from words and report much that is nothing. */
    public static Set<AuditedKind> byDefault() {
        return EnumSet.complementOf(EnumSet.of(CONFIG_MAP));
    }
}
