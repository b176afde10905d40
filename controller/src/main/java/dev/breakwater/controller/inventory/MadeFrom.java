package dev.breakwater.controller.inventory;

import dev.breakwater.controller.kube.Meta;
import dev.breakwater.controller.naming.TopOwner;
import java.util.Set;

/** Goes from an object that controllers make from a template to what it was made from, by its own owner reference. */
public final class MadeFrom {
    /** The kinds that controllers make and name; a StatefulSet's or a DaemonSet's name is the one that people know. */
    private static final Set<String> MADE = Set.of("Pod", "ReplicaSet", "ReplicationController", "Job");
    /** Owns the mirror pods of its kubelet, and wrote none of them. */
    private static final String NODE = "Node";

    private MadeFrom() {}

    /** One step up where there is one. */
    public static TopOwner of(String kind, Meta meta) {
        Meta.Owner owner = meta.controllerOwner();
        boolean made = MADE.contains(kind)
                && owner != null
                && owner.kind() != null
                && owner.name() != null
                && !owner.kind().equals(NODE);
        return made && owner != null && owner.kind() != null && owner.name() != null
                ? new TopOwner(owner.kind(), owner.name())
                : new TopOwner(kind, meta.name() == null ? "" : meta.name());
    }
}
