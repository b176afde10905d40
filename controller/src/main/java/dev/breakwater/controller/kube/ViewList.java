package dev.breakwater.controller.kube;

import io.kubernetes.client.common.KubernetesListObject;
import io.kubernetes.client.openapi.models.V1ListMeta;
import java.util.List;

/** All pages of a list as the informer wants them. */
record ViewList<T extends View>(String resourceVersion, List<T> items) implements KubernetesListObject {
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
        return "";
    }

    @Override
    public String getKind() {
        return "";
    }
}
