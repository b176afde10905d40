package dev.breakwater.controller.kube;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import org.jspecify.annotations.Nullable;

/**
 * A small class of ours that an informer fills from the JSON of an object: only the fields used (java-stack 2e: 20,000 pods in 65 MB, where the
 * generated classes end in an OutOfMemoryError at 1 GB).
 */
public interface View extends KubernetesObject {
    @Nullable
    Meta metadata();

    /** Metadata of an object that came from the API server, which always has some. */
    default Meta meta() {
        Meta metadata = metadata();
        if (metadata == null) {
            throw new IllegalStateException("an object without metadata came from the API server");
        }
        return metadata;
    }

    default String namespace() {
        String namespace = meta().namespace();
        return namespace == null ? "" : namespace;
    }

    default String name() {
        String name = meta().name();
        return name == null ? "" : name;
    }

    default String uid() {
        String uid = meta().uid();
        return uid == null ? "" : uid;
    }

    /** Made anew for each call: the informer needs the four words in it, and only for a moment. */
    @Override
    default V1ObjectMeta getMetadata() {
        return meta().toModel();
    }

    @Override
    default String getApiVersion() {
        return "";
    }

    @Override
    default String getKind() {
        return "";
    }
}
