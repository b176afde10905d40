package dev.breakwater.controller.nodes;

import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.kube.View;
import org.jspecify.annotations.Nullable;

/** A node, as far as looking at it goes. */
record ClusterNode(@Nullable Meta metadata, @Nullable Status status) implements View {
    record Status(@Nullable System nodeInfo) {}

    record System(@Nullable String kubeletVersion) {}

    /** Whether it runs a distribution by Rancher, whose files lie in a folder of their own. */
    boolean isRancher() {
        String version = status == null || status.nodeInfo() == null
                ? null
                : status.nodeInfo().kubeletVersion();
        return version != null && (version.contains("+rke2") || version.contains("+k3s"));
    }
}
