package dev.breakwater.controller.kube;

import io.kubernetes.client.common.KubernetesListObject;
import io.kubernetes.client.openapi.models.V1ListMeta;
import java.util.List;

/**
 * All pages of a list as the informer wants them. It says its kind, although nobody reads it: where a list does not, the reflector looks through every
 * generated class for it, and so loads all five thousand of them (70 MB).
 */
record ViewList<T extends View>(Resource resource, String resourceVersion, List<T> items)
        implements KubernetesListObject {
    @Override
    public V1ListMeta getMetadata() {
        return new V1ListMeta().resourceVersion(resourceVersion);
    }

    @Override
    public List<T> getItems() {
        return items;
    }

    @Override
    public String getApiVersion() {
        return resource.apiVersion();
    }

    @Override
    public String getKind() {
        return resource.kind() + "List";
    }
}
