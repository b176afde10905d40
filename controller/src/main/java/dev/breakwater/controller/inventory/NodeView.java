package dev.breakwater.controller.inventory;

import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import org.jspecify.annotations.Nullable;

/** What we keep of a node: its platform, which every kubelet writes into two labels. */
record NodeView(@Nullable Meta metadata) implements View {
    /** The default where the kubelet has not labelled the node yet. */
    Platform platform(Platform otherwise) {
        String os = meta().label("kubernetes.io/os");
        String architecture = meta().label("kubernetes.io/arch");
        return os.isEmpty() || architecture.isEmpty() ? otherwise : new Platform(os, architecture);
    }
}
