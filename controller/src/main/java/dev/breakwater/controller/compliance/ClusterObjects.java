package dev.breakwater.controller.compliance;

import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/** Asks the API whether there is any object of a kind; each kind once. In doubt there is one, so that nothing passes unseen. */
final class ClusterObjects implements ObjectPresence {
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final Map<String, Resource> RESOURCES = new HashMap<>();

    static {
        core("Pod", "pods");
        core("ReplicationController", "replicationcontrollers");
        core("Service", "services");
        core("ConfigMap", "configmaps");
        core("LimitRange", "limitranges");
        core("ResourceQuota", "resourcequotas");
        core("PersistentVolume", "persistentvolumes");
        core("PersistentVolumeClaim", "persistentvolumeclaims");
        core("Node", "nodes");
        RESOURCES.put("NodeInfo", Resource.core("nodes", "Node"));
        grouped("apps", "v1", "ReplicaSet", "replicasets");
        grouped("apps", "v1", "Deployment", "deployments");
        grouped("apps", "v1", "StatefulSet", "statefulsets");
        grouped("apps", "v1", "DaemonSet", "daemonsets");
        grouped("apps.openshift.io", "v1", "DeploymentConfig", "deploymentconfigs");
        grouped("batch", "v1", "Job", "jobs");
        grouped("batch", "v1", "CronJob", "cronjobs");
        grouped("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies");
        grouped("networking.k8s.io", "v1", "Ingress", "ingresses");
        grouped(RBAC, "v1", "Role", "roles");
        grouped(RBAC, "v1", "ClusterRole", "clusterroles");
        grouped(RBAC, "v1", "RoleBinding", "rolebindings");
        grouped(RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings");
        grouped("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions");
        grouped("constraints.gatekeeper.sh", "v1beta1", "K8sAllowedRepos", "k8sallowedrepos");
    }

    private final KubeApi api;
    private final Map<String, Boolean> known = new HashMap<>();

    ClusterObjects(KubeApi api) {
        this.api = api;
    }

    @Override
    public boolean anyOf(String kind) throws IOException {
        Boolean answer = known.get(kind);
        if (answer == null) {
            answer = ask(kind);
            known.put(kind, answer);
        }
        return answer;
    }

    private boolean ask(String kind) throws IOException {
        Resource resource = RESOURCES.get(kind);
        if (resource == null) {
            return true;
        }
        try {
            return api.get(resource.all(), Map.of("limit", "1"), KubeApi.METADATA_ONLY_LIST, ClusterObjects::hasItems)
                    .orElse(false);
        } catch (ApiRefusal refusal) {
            if (refusal.code() == 403) {
                return true;
            }
            throw refusal;
        }
    }

    private static boolean hasItems(InputStream body) throws IOException {
        return !Json.MAPPER.readTree(body).path("items").isEmpty();
    }

    private static void core(String kind, String plural) {
        RESOURCES.put(kind, Resource.core(plural, kind));
    }

    private static void grouped(String group, String version, String kind, String plural) {
        RESOURCES.put(kind, new Resource(group, version, plural, kind, true));
    }
}
