package dev.breakwater.cli.uninstall;

import dev.breakwater.controller.kube.Resource;
import java.util.List;

/**
 * The kinds of objects that an installation consists of, in the order in which they go.
 *
 * <p>APIServices first: while one is there and nobody answers behind it, the cluster deletes no namespace at all. Then what runs, before it can miss
 * its rights; then the rights. Volume claims and namespaces are last, and asked about.
 */
final class InstalledKinds {
    static final Resource API_SERVICE = cluster("apiregistration.k8s.io", "v1", "apiservices", "APIService");
    static final Resource VOLUME_CLAIM = Resource.core("persistentvolumeclaims", "PersistentVolumeClaim");
    static final Resource NAMESPACE = cluster("", "v1", "namespaces", "Namespace");

    /** Between the APIServices and the volume claims. */
    static final List<Resource> BETWEEN = List.of(
            new Resource("apps", "v1", "deployments", "Deployment", true),
            new Resource("batch", "v1", "jobs", "Job", true),
            // Of a `helm test` that did not succeed.
            Resource.core("pods", "Pod"),
            new Resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true),
            new Resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true),
            Resource.core("services", "Service"),
            Resource.core("configmaps", "ConfigMap"),
            Resource.core("secrets", "Secret"),
            cluster("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding"),
            new Resource("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true),
            cluster("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole"),
            new Resource("rbac.authorization.k8s.io", "v1", "roles", "Role", true),
            Resource.core("serviceaccounts", "ServiceAccount"));

    private InstalledKinds() {}

    private static Resource cluster(String group, String version, String plural, String kind) {
        return new Resource(group, version, plural, kind, false);
    }
}
